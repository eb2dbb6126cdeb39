/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The egress hook (TC): parse, find what was remembered, put it back.
 *
 * Needs from the emitted program:
 *   __u32 spec_parseEgress(skb, p, c, keyed)   0 if the packet may have come through ingress, else its exit's counter
 *   __u32 spec_onReturn(record, bytes, gap)    the edits of `on return`, in place; 0, or the counter of a drop
 *   int spec_derive(record, work, change)      lets lengths and checksums fit what they cover; 0 if one cannot
 *
 * Every packet bumps `tx` and exactly one of the exits' counters.
 */
#define SFC_CLAIM_TRIES 4

/* How the packet behind the stripped bytes has changed since it was stripped. */
static __always_inline long sfc_changed(struct __sk_buff* skb, const struct sfc_packet* p,
                                        const struct sfc_record* record, struct sfc_change* change) {
  const __u64 at = sfc_placeOf(p, record, SFC_REGIONS - 1);
  if (at > p->end) return -1;
  change->grown = (__s64)(p->end - at) - record->tail[0].extent;
  if (!record->tail[0].summed) return 0;
  long sum = sfc_sumEgress(skb, at, p->end - at);
  change->tail = (__u32)(__u16)sum + (__u16)~record->tail[0].sum;
  return sum < 0;
}

/* The edits where lengths and checksums follow from the rest of the packet. 0, or the counter of the failure. */
static __always_inline __u32 sfc_editDerived(struct __sk_buff* skb, const struct sfc_packet* p,
                                             struct sfc_record* record, struct sfc_work* work, __u64 length,
                                             struct sfc_gap* gap, struct sfc_insert* insert, struct sfc_counters* c) {
  struct sfc_change change = {.length = length};
  sfc_copyBytes(work->before, record->bytes, length, c);
  __u32 exit = spec_onReturn(skb, p, record, work->after, length, gap, insert, work->pushed);
  if (exit) return exit;
  if (SFC_POPS) {
    gap->at = sfc_forget(c, gap->at);
    gap->length = sfc_forget(c, gap->length);
  }
  if (SFC_MAX_TELEMETRY) {
    insert->at = sfc_forget(c, insert->at);
    insert->length = sfc_forget(c, insert->length);
  }
  change.gap = *gap;
  change.insert = *insert;
  if (SFC_MAX_TELEMETRY && insert->length) {
    const __u64 words = sfc_sizeUpTo(insert->length / 4, SFC_MAX_TELEMETRY / 4);
    if (words) change.pushed = sfc_fold(bpf_csum_diff(0, 0, (const void*)work->pushed, words * 4, 0));
  }
  if (sfc_changed(skb, p, record, &change)) return SFC_C_TX_DROP_INTERNAL;
  return spec_derive(record, work, &change) ? 0 : SFC_C_TX_DROP_INTERNAL;
}

/* Puts a claimed record, in a slot or in per-CPU memory, back on the packet. 0, or the counter of the failure. */
static __always_inline __u32 sfc_restoreRecord(struct __sk_buff* skb, const struct sfc_packet* p,
                                               struct sfc_record* record, struct sfc_scratch* scratch,
                                               struct sfc_counters* c, int in_slot, int keyed) {
  const int fast = SFC_FIXED && keyed && sfc_isFastPrefix(p->region[0].at);
  struct sfc_gap gap = {};
  struct sfc_insert insert = {};
  __u8* bytes = record->bytes;
  __u64 length = 0;
  __u32 mtu = 0, exit;
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) length += record->length[i];
  if (length > SFC_MAX_BYTES) return SFC_C_TX_DROP_INTERNAL;
  if (SFC_DERIVED || (in_slot && !fast)) {
    sfc_copyBytes(scratch->work.after, bytes, length, c);
    bytes = scratch->work.after;
  }
  exit = SFC_DERIVED ? sfc_editDerived(skb, p, record, &scratch->work, length, &gap, &insert, c)
                     : spec_onReturn(skb, p, record, bytes, length, &gap, &insert, scratch->work.pushed);
  if (exit) return exit;
  if (gap.length > length || insert.length > SFC_MAX_TELEMETRY) return SFC_C_TX_DROP_INTERNAL;
  length += insert.length - gap.length;
  if (length == 0) return 0;
  if (bpf_check_mtu(skb, 0, &mtu, length, 0)) return SFC_C_TX_DROP_MTU;
  if (fast ? sfc_pushInPlace(skb, p, record, bytes + gap.length, length)
           : sfc_push(skb, p, record, bytes, &gap, &insert, length, scratch))
    return SFC_C_TX_DROP_HEADROOM;
  return 0;
}

/*
 * The ways to a packet's record, one for each store. 0 if there is one, which is this CPU's alone then: in slot->entry,
 * or in per-CPU memory if that is 0. Else the counter of the exit.
 */
static __always_inline __u32 sfc_takeSlot(struct __sk_buff* skb, const struct sfc_packet* p, struct sfc_counters* c,
                                          struct sfc_slot* slot) {
  __u64 hash = sfc_hashKey(p);
  for (__u32 i = 0; i < SFC_CLAIM_TRIES; i++) {
    sfc_slotsFind(hash, p, c, slot);
    if (!slot->entry) return SFC_C_MISS;
    if (skb->gso_size) return SFC_C_TX_DROP_GSO;
    if (sfc_claim(slot)) return 0;
  }
  return SFC_C_MISS;
}

static __always_inline __u32 sfc_takeLru(struct __sk_buff* skb, const struct sfc_packet* p, struct sfc_entry* entry) {
  if (skb->gso_size && bpf_map_lookup_elem(&sfc_hash, p->key)) return SFC_C_TX_DROP_GSO;
  return sfc_lruClaim(p, entry) ? 0 : SFC_C_MISS;
}

static __always_inline __u32 sfc_takeMeta(struct __sk_buff* skb, const struct sfc_token* token, struct sfc_counters* c,
                                          struct sfc_slot* slot) {
  if (!token->kind) return SFC_C_MISS;
  if (skb->gso_size) return SFC_C_TX_DROP_GSO;
  if (token->kind == SFC_META_CARRY) {
    sfc_count(c, SFC_C_RETURNED);
    return 0;
  }
  sfc_slotsAt(token->slot, token->ticket, c, slot);
  return slot->entry && sfc_claim(slot) ? 0 : SFC_C_TX_DROP_DUPLICATE;
}

SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  struct sfc_scratch* scratch = sfc_scratchHere();
  const int keyed = sfc_config.vnf == SFC_VNF_USER;
  struct sfc_token token = {};
  struct sfc_slot slot = {};
  if (!c || !scratch) return TC_ACT_SHOT;
  struct sfc_packet* p = &scratch->packet;
  sfc_count(c, SFC_C_TX);
  sfc_clearPacket(p);
  if (!keyed) {
    sfc_metaTake(skb, &scratch->entry.record, &token);
    token.kind = sfc_forget(c, token.kind);
  }
  if (unlikely(skb->vlan_present) && sfc_inlineTags(skb)) return sfc_leaveEgress(c, SFC_C_TX_DROP_TAGS);
  if (sfc_pullHeaders(skb)) return sfc_leaveEgress(c, SFC_C_TX_IGNORED);
  __u64 exit = sfc_forget(c, spec_parseEgress(skb, p, c, keyed));
  if (exit) return sfc_leaveEgress(c, exit);
  sfc_count(c, SFC_C_LOOKUPS);
  if (!keyed)
    exit = sfc_takeMeta(skb, &token, c, &slot);
  else if (sfc_config.store == SFC_STORE_HASH)
    exit = sfc_takeLru(skb, p, &scratch->entry);
  else
    exit = sfc_takeSlot(skb, p, c, &slot);
  if (exit) return sfc_leaveEgress(c, exit);
  sfc_count(c, SFC_C_CLAIMED);
  exit = sfc_restoreRecord(skb, p, slot.entry ? &slot.entry->record : &scratch->entry.record, scratch, c,
                           slot.entry != 0, keyed);
  if (SFC_ARRIVED && !exit)
    sfc_countResidence(c, (slot.entry ? &slot.entry->record : &scratch->entry.record)->arrived[0]);
  if (slot.entry) sfc_release(&slot);
  if (exit) return sfc_leaveEgress(c, exit);
  sfc_count(c, SFC_C_TX_RESTORED);
  return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
