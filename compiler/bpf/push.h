/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Encapsulation at the egress hook (TC), for proxies and classifiers.
 */
static __always_inline int sfc_leaveEgress(struct __sk_buff* skb, struct sfc_counters* c, __u64 exit) {
  sfc_countSent(c, exit);
  if (exit != SFC_C_TX_IGNORED && exit != SFC_C_TX_PASS_MISS) return TC_ACT_SHOT;
  const struct sfc_tags* tags = &c->scratch.packet.tags;
  if (unlikely(tags->inlined || tags->added)) sfc_returnTags(skb, tags);
  return TC_ACT_UNSPEC;
}

/* Ends a packet that has got its headers. */
static __always_inline int sfc_leaveEncapsulated(struct __sk_buff* skb, struct sfc_counters* c) {
  const struct sfc_tags* tags = &c->scratch.packet.tags;
  sfc_countSent(c, SFC_C_TX_RESTORED);
  if (unlikely(tags->inlined || tags->oversize || tags->added)) sfc_settleTags(skb, tags);
  return TC_ACT_UNSPEC;
}

/* Where region i goes back. */
static __always_inline __u64 sfc_placeOf(const struct sfc_packet* p, const struct sfc_record* record, const __u32 i) {
  if (SFC_WHOLE == 2 || (SFC_WHOLE == 1 && record->whole[0])) return 0;
  return p->region[i].at;
}

/* The VLAN tags in front of the frame once the stripped bytes are back. */
static __always_inline __u32 sfc_tagsThen(struct __sk_buff* skb, const struct sfc_packet* p,
                                          const struct sfc_record* record, const __u8* bytes) {
  const __u64 at = sfc_placeOf(p, record, 0);
  const __u32 from = at ? 0 : SFC_TYPE_AT, front = sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end);
  if (at > SFC_TYPE_AT || !record->length[0]) return front;
  const __u32 pushed = from + 2 <= SFC_MAX_BYTES && sfc_isTag(sfc_load16(bytes + from));
  return at ? front + pushed : pushed;
}

/*
 * Is the packet too long for the device with `length` bytes more, of which the spec adds some (`grown`) or all were
 * stripped from it? As the kernel and drivers see it: a device takes an Ethernet header and VLAN tags besides what its
 * MTU says. What has not grown may have what the kernel forwards without us (is_skb_forwardable): one tag's bytes more
 * in any frame, not counting a tag that is beside it.
 */
static __noinline int sfc_isTooLong(struct __sk_buff* skb, struct sfc_packet* p, const struct sfc_record* record,
                                    const __u8* bytes, __u64 length, const int grown) {
  const __u32 tags = sfc_tagsThen(skb, p, record, bytes);
  const int beside = skb->vlan_present && !p->tags.inlined;
  const __u32 slack = grown ? tags * SFC_TAG_SIZE : SFC_TAG_SIZE + (tags && !beside ? SFC_TAG_SIZE : 0);
  __u64 frame = skb->len;
  __u32 mtu = 0;
  if (bpf_check_mtu(skb, 0, &mtu, (__s32)length - (__s32)slack, 0)) return 1;
#if SFC_SUPERFRAMES
  if (skb->gso_size) { /* the helper takes any length of it */
    frame = p->segment[0];
    if (frame + length > mtu + SFC_ETHERNET_HEADER + slack) return 1;
  }
#endif
  p->tags.oversize = frame + length > mtu + SFC_ETHERNET_HEADER;
  return 0;
}

/* The same; a short packet needs no call. */
static __always_inline int sfc_exceedsMtu(struct __sk_buff* skb, struct sfc_packet* p, const struct sfc_record* record,
                                          const __u8* bytes, __u64 length, const int grown) {
  return unlikely(skb->len + length > sfc_config.short_frame) && sfc_isTooLong(skb, p, record, bytes, length, grown);
}

/*
 * Puts `length` bytes, whole 32-bit words, between the shortest prefix and the rest, writing to the packet itself: the
 * fast path.
 */
static __always_inline long sfc_pushInPlace(struct __sk_buff* skb, const struct sfc_packet* p,
                                            const struct sfc_record* record, const __u8* bytes, __u64 length) {
  void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  if (data + SFC_MIN_PREFIX > end) return -1;
  /* Load before making room, which clears memory nearby: a load right behind that would stall. */
  const struct sfc_few prefix = sfc_loadFew(data, SFC_MIN_PREFIX);
  if (bpf_skb_change_head(skb, length, 0)) return -1;
  data = (void*)(long)skb->data;
  end = (void*)(long)skb->data_end;
  __u8* to = data;
  if (to + SFC_MIN_PREFIX > (__u8*)end) return -1;
  sfc_storeFew(to, &prefix, SFC_MIN_PREFIX);
  if (!spec_deparseInPlace(data, end, p, record)) return -1;
  to += SFC_MIN_PREFIX;
  if (likely(length <= SFC_SHORT_REGION(SFC_MAX_BYTES) && to + SFC_SHORT_REGION(SFC_MAX_BYTES) <= (__u8*)end)) {
#pragma unroll
    for (__u32 i = 0; i < SFC_SHORT_REGION(SFC_MAX_BYTES); i += 4) {
      if (i >= length) break;
      *(__u32*)(to + i) = sfc_load32(bytes + i);
    }
    return 0;
  }
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_ALIGN4(SFC_MAX_BYTES); i += 4) {
    if (i >= length) break;
    to = sfc_at(data, end, SFC_MIN_PREFIX + i, 4);
    if (!to) return -1;
    *(__u32*)to = sfc_load32(bytes + i);
  }
  return 0;
}

/* Stores bytes from..to of the stripped ones, less the popped, at `at`. Returns where the next ones go, or -1. */
static __always_inline long sfc_storeBut(struct __sk_buff* skb, __u64 at, const __u8* bytes, __u64 from, __u64 to,
                                         const struct sfc_popped* popped) {
  __u64 first = to, second = to; /* from..first, then second..to */
  if (popped->length && popped->at >= from && popped->at < to) {
    first = popped->at;
    second = first + popped->length;
  }
  if (sfc_storeBytes(skb, at, bytes, from, first) || sfc_storeBytes(skb, at + (first - from), bytes, second, to))
    return -1;
  return at + (first - from) + (to - second);
}

/* Stores region `i`, from..to of the stripped bytes, with the data inserted in it, at `at`. As sfc_storeBut. */
static __always_inline long sfc_storeRegion(struct __sk_buff* skb, __u64 at, const __u8* bytes, __u64 from, __u64 to,
                                            const __u32 i, const struct sfc_popped* popped,
                                            const struct sfc_insert* insert, struct sfc_scratch* scratch) {
  if (SFC_MAX_TELEMETRY && i == SFC_INSERT_REGION && insert->length) {
    long next = sfc_storeBut(skb, at, bytes, from, insert->at, popped);
    if (next < 0 || sfc_copyIn(skb, SFC_EGRESS, next, scratch->work.pushed, insert->length, SFC_MAX_TELEMETRY))
      return -1;
    at = next + insert->length;
    from = insert->at;
  }
  return sfc_storeBut(skb, at, bytes, from, to, popped);
}

/* Moves all bytes from `at` on back by `by`. */
static __noinline long sfc_moveBack(struct __sk_buff* skb, __u64 at, __u64 by) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  __u64 end = skb->len;
  if (!scratch || at > end || end - at > SFC_CHUNK * SFC_MAX_CHUNKS || bpf_skb_change_tail(skb, end + by, 0)) return -1;
  __u8* chunk = scratch->work.chunk;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_MAX_CHUNKS && end - at >= SFC_CHUNK; i++) {
    end -= SFC_CHUNK;
    if (bpf_skb_load_bytes(skb, end, chunk, SFC_CHUNK) || bpf_skb_store_bytes(skb, end + by, chunk, SFC_CHUNK, 0))
      return -1;
  }
  const __u64 rest = end - at;
  if (rest == 0) return 0;
  return sfc_copyOut(skb, SFC_EGRESS, at, chunk, rest, SFC_CHUNK - 1) ||
         sfc_copyIn(skb, SFC_EGRESS, at + by, chunk, rest, SFC_CHUNK - 1);
}

/*
 * Pushes a region where there was none, behind a header with a checksum that covers it. If that checksum is partial,
 * the kernel has noted its offset: so the bytes before the region must stay in place, and those behind it have been
 * moved (sfc_moveBack).
 */
static __noinline long sfc_pushBehind(struct __sk_buff* skb, const struct sfc_packet* p,
                                      const struct sfc_record* record, const __u8* bytes,
                                      const struct sfc_insert* insert) {
  const struct sfc_popped popped = {};
  const __u64 at = p->region[0].at, grow = record->length[0] + insert->length;
  struct sfc_scratch* scratch = sfc_scratchHere();
  __u32 pending[SFC_ENCLOSING] = {};
  if (!scratch || sfc_copyOut(skb, SFC_EGRESS, 0, scratch->prefix, at, SFC_MAX_PREFIX) ||
      sfc_storeRegion(skb, at, bytes, 0, record->length[0], 0, &popped, insert, scratch) < 0)
    return -1;
  const long sum = sfc_sumEgress(skb, at, grow);
  if (sum < 0 || !spec_updateEnclosing(scratch->prefix, at, p, record, grow, sum, pending) ||
      sfc_copyIn(skb, SFC_EGRESS, 0, scratch->prefix, at, SFC_MAX_PREFIX))
    return -1;
  return spec_applyPending(skb, p, pending, at, grow, sum) ? 0 : -1;
}

/* Deparses the region behind enclosing headers: spec_updateEnclosing updates their lengths and checksums. */
static __always_inline long sfc_pushEnclosed(struct __sk_buff* skb, const struct sfc_packet* p,
                                             const struct sfc_record* record, const __u8* bytes,
                                             const struct sfc_popped* popped, const struct sfc_insert* insert,
                                             __u64 grow, struct sfc_scratch* scratch) {
  const __u64 at = p->region[0].at;
  if (grow & 1) return -1;
  if (SFC_BEHIND && insert->first) {
    if (sfc_moveBack(skb, at, record->length[0] + insert->length)) return -1;
    return sfc_pushBehind(skb, p, record, bytes, insert);
  }
  if (bpf_skb_change_head(skb, grow, 0) || sfc_copyOut(skb, SFC_EGRESS, grow, scratch->prefix, at, SFC_MAX_PREFIX))
    return -1;
  if (sfc_storeRegion(skb, at, bytes, 0, record->length[0], 0, popped, insert, scratch) < 0) return -1;
  const long sum = sfc_sumEgress(skb, at, grow);
  if (sum < 0 || !spec_updateEnclosing(scratch->prefix, at, p, record, grow, sum, 0)) return -1;
  return sfc_copyIn(skb, SFC_EGRESS, 0, scratch->prefix, at, SFC_MAX_PREFIX);
}

/*
 * Deparses the stripped bytes, less the popped, from per-CPU memory, with inserted data in its place, by helpers;
 * spec_deparse sets the next-header fields.
 */
static __always_inline long sfc_push(struct __sk_buff* skb, const struct sfc_packet* p, const struct sfc_record* record,
                                     const __u8* bytes, const struct sfc_popped* popped,
                                     const struct sfc_insert* insert, __u64 grow, struct sfc_scratch* scratch) {
  __u64 done = 0, from = 0, used = 0;
  if (SFC_ENCLOSING) return sfc_pushEnclosed(skb, p, record, bytes, popped, insert, grow, scratch);
  if (sfc_makeRoom(skb, record, sfc_placeOf(p, record, 0), grow)) return -1;
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) {
    __u64 length = record->length[i], at = sfc_placeOf(p, record, i);
    if (SFC_REGIONS > 1 && !length) continue;
    if (at < from) return -1;
    __u64 n = at - from;
    if (n) {
      if (sfc_copyOut(skb, SFC_EGRESS, grow + from, scratch->prefix, n, SFC_MAX_PREFIX) ||
          !spec_deparse(i, scratch->prefix, from, p, record) ||
          sfc_copyIn(skb, SFC_EGRESS, done, scratch->prefix, n, SFC_MAX_PREFIX))
        return -1;
      done += n;
      from = at;
    }
    const __u64 end = used + length;
    long next = sfc_storeRegion(skb, done, bytes, used, end, i, popped, insert, scratch);
    if (next < 0) return -1;
    done = next;
    used = end;
  }
#if SFC_TC_INGRESS
  if (sfc_atTc() && skb->gso_size) sfc_rereadType(skb);
#endif
  return 0;
}
