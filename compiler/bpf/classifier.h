/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The egress hook (TC) of a classifier, the beginning of a domain, and of a static proxy: looks plain packets up and
 * pushes headers onto those that it finds.
 */
#if SFC_HOOKS & SFC_AT_EGRESS
#if SFC_COMPUTED
/*
 * The headers for this packet, in work->after: the record has their lengths and checksums as for an empty one, and
 * work->before is all zeros, as nothing writes it in a classifier.
 */
static __noinline long sfc_fillComputed(const struct sfc_packet* p, struct sfc_record* record, struct sfc_counters* c) {
  const __u64 at = sfc_placeOf(p, record, 0);
  struct sfc_change change = {.length = record->length[0]};
  if (at > p->end || change.length > SFC_MAX_BYTES) return -1;
  change.grown = p->end - at;
  sfc_copyBytes(c->scratch.work.after, record->bytes, change.length, c);
  return spec_updateComputed(record, &c->scratch.work, &change) ? 0 : -1;
}
#endif

/* 0, or the counter of the failure. */
static __always_inline __u32 sfc_pushRecord(struct __sk_buff* skb, struct sfc_packet* p, struct sfc_record* record,
                                            struct sfc_counters* c) {
  const struct sfc_popped popped = {};
  const __u8* bytes = record->bytes;
  const struct sfc_insert insert = {};
  const __u64 length = record->length[0];
  if (length == 0 || length > SFC_MAX_BYTES) return SFC_C_TX_DROP_INTERNAL;
#if SFC_COMPUTED
  if (sfc_launder(c, sfc_fillComputed(p, record, c))) return SFC_C_TX_DROP_INTERNAL;
  bytes = c->scratch.work.after;
#endif
  if (sfc_exceedsMtu(skb, p, record, bytes, length, 1)) return SFC_C_TX_DROP_MTU;
  if (SFC_FIXED && sfc_isFastPrefix(p->region[0].at)
          ? sfc_pushInPlace(skb, p, record, bytes, length)
          : sfc_push(skb, p, record, bytes, &popped, &insert, length, &c->scratch))
    return SFC_C_TX_DROP_HEADROOM;
  return 0;
}

/*
 * Ends a superframe that the headers cannot go onto: it is sent to the segmenter, if there is one, whose peer sends its
 * segments through this hook. Only they are counted.
 */
static __noinline int sfc_leaveUncut(struct __sk_buff* skb, struct sfc_counters* c) {
  const struct sfc_tags* tags = &c->scratch.packet.tags;
  if (!sfc_config.segmenter) return sfc_leaveEgress(skb, c, SFC_C_TX_DROP_GSO);
  sfc_uncountSent(c, SFC_C_TX);
  sfc_uncountSent(c, SFC_C_LOOKUPS);
  if (tags->inlined || tags->added) sfc_returnTags(skb, tags);
  skb->cb[SFC_CB_DEVICE] = skb->ifindex;
  skb->cb[SFC_CB_PRIORITY] = skb->priority;
  return bpf_redirect(sfc_config.segmenter, 0);
}

SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return TC_ACT_SHOT;
  struct sfc_packet* p = &c->scratch.packet;
  sfc_beginEgress(skb, c);
  sfc_clearPacket(p);
  if (sfc_takeTags(skb, c, 0)) return sfc_leaveEgress(skb, c, SFC_C_TX_DROP_TAGS);
  if (sfc_pullHeaders(skb)) return sfc_leaveEgress(skb, c, SFC_C_TX_IGNORED);
  __u64 exit = sfc_launder(c, spec_parseEgress(skb, p, c, 1));
  if (exit) return sfc_leaveEgress(skb, c, exit);
  sfc_countSent(c, SFC_C_LOOKUPS);
  const struct sfc_record* record = spec_lookUp(p);
  if (!record) return sfc_leaveEgress(skb, c, SFC_C_MISS);
  c->scratch.entry.record = *record; /* the element may be deleted and reused meanwhile */
  if (unlikely(sfc_isUnfit(skb, p, &c->scratch.entry.record))) return sfc_leaveUncut(skb, c);
  exit = sfc_pushRecord(skb, p, &c->scratch.entry.record, c);
  if (exit) return sfc_leaveEgress(skb, c, exit);
  return sfc_leaveEncapsulated(skb, c);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
#endif
