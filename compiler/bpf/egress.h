/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The egress hook (TC): parse, find what was remembered, put it back.
 *
 * Needs from the emitted program:
 *   __u32 spec_parseEgress(skb, p, c, keyed)   0 if the packet may have come through ingress, else its exit's counter
 *   void spec_onReturn(record, region)         the edits of `on return`, in place; says what is left
 *   int spec_restoreInPlace(data, end, p, record)   puts the saved kept field back; 0 if the packet is too short
 *   int spec_restore(head, p, record)          puts the saved kept field back into a frame's head; 0 if it is not there
 * Every packet bumps `tx` and exactly one of the exits' counters.
 */
#define SFC_CLAIM_TRIES 4

static __always_inline int sfc_leaveEgress(struct sfc_counters* c, __u32 exit) {
  sfc_count(c, exit);
  return exit == SFC_C_TX_IGNORED || exit == SFC_C_TX_PASS_MISS ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}

/*
 * Puts `length` bytes, whole 32-bit words, between the shortest prefix and the rest, writing to the packet itself: the
 * faster way, where no metadata has to survive (see sfc_push).
 */
static __always_inline long sfc_pushInPlace(struct __sk_buff* skb, const struct sfc_packet* p,
                                            const struct sfc_record* record, const __u8* bytes, __u64 length) {
  if (!spec_restoreInPlace((void*)(long)skb->data, (void*)(long)skb->data_end, p, record) ||
      bpf_skb_change_head(skb, length, 0))
    return -1;
  void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  __u8 *to = sfc_at(data, end, 0, SFC_MIN_PREFIX), *from = sfc_at(data, end, length, SFC_MIN_PREFIX);
  if (!to || !from) return -1;
  sfc_move(to, from, SFC_MIN_PREFIX);
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_ALIGN4(SFC_MAX_BYTES); i += 4) {
    if (i >= length) break;
    to = sfc_at(data, end, SFC_MIN_PREFIX + i, 4);
    if (!to) return -1;
    *(__u32*)to = sfc_load32(bytes + i);
  }
  return 0;
}

/*
 * Puts `length` bytes between the first `at` bytes of the frame and the rest, after spec_restore has let the kept field
 * say again what follows. The new head is put together in memory and stored in one go: a program that writes to the
 * packet itself is given a private copy of a packet that is shared, with a listening packet socket say, and that copy
 * has lost its metadata before the program starts.
 */
static __always_inline long sfc_push(struct __sk_buff* skb, const struct sfc_packet* p, const struct sfc_record* record,
                                     const __u8* bytes, __u64 length) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  if (!scratch) return -1;
  __u8* head = scratch->head;
  __u64 at = p->strip_at;
  if (likely(sfc_isFastPrefix(at))) {
    __u8* from = sfc_at((void*)(long)skb->data, (void*)(long)skb->data_end, 0, SFC_MIN_PREFIX);
    if (!from) return -1;
    sfc_move(head, from, SFC_MIN_PREFIX);
    at = SFC_MIN_PREFIX;
  } else if (sfc_copyOut(skb, SFC_EGRESS, 0, head, at, SFC_MAX_PREFIX)) {
    return -1;
  }
  if (!spec_restore(head, p, record) || at > SFC_MAX_PREFIX) return -1;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_ALIGN4(SFC_MAX_BYTES); i += 4) {
    if (i >= length) break;
    *(__u32*)(head + at + i) = sfc_load32(bytes + i);
  }
  if (bpf_skb_change_head(skb, length, 0)) return -1;
  return sfc_copyIn(skb, SFC_EGRESS, 0, head, at + length, SFC_MAX_PREFIX + SFC_MAX_BYTES);
}

/* Puts a claimed record back on the packet. 0, or the counter of the failure. */
static __always_inline __u32 sfc_restoreRecord(struct __sk_buff* skb, const struct sfc_packet* p,
                                               struct sfc_record* record, const int keyed) {
  struct sfc_region region = {0, record->length};
  __u32 mtu = 0;
  spec_onReturn(record, &region);
  if (region.length == 0) return 0;
  if (region.at > SFC_MAX_BYTES || region.length > SFC_MAX_BYTES - region.at) return SFC_C_TX_DROP_INTERNAL;
  if (bpf_check_mtu(skb, 0, &mtu, region.length, 0)) return SFC_C_TX_DROP_MTU;
  const __u8* bytes = record->bytes + region.at;
  if (keyed && sfc_isFastPrefix(p->strip_at) && region.length % 4 == 0
          ? sfc_pushInPlace(skb, p, record, bytes, region.length)
          : sfc_push(skb, p, record, bytes, region.length))
    return SFC_C_TX_DROP_HEADROOM;
  return 0;
}

static __always_inline int sfc_finishEgress(struct __sk_buff* skb, const struct sfc_packet* p,
                                            struct sfc_record* record, struct sfc_slot* slot, struct sfc_counters* c,
                                            const int keyed) {
  sfc_count(c, SFC_C_CLAIMED);
  __u32 exit = sfc_restoreRecord(skb, p, record, keyed);
  if (slot) sfc_release(slot);
  if (exit) return sfc_leaveEgress(c, exit);
  sfc_count(c, SFC_C_TX_RESTORED);
  return TC_ACT_UNSPEC;
}

static __always_inline int sfc_egressSlots(struct __sk_buff* skb, struct sfc_packet* p, struct sfc_counters* c) {
  __u64 hash = sfc_hashKey(p);
  struct sfc_slot slot = {};
  for (__u32 i = 0; i < SFC_CLAIM_TRIES; i++) {
    sfc_slotsFind(hash, p, c, &slot);
    if (!slot.entry) return sfc_leaveEgress(c, SFC_C_MISS);
    if (skb->gso_size) return sfc_leaveEgress(c, SFC_C_TX_DROP_GSO);
    if (sfc_claim(&slot)) return sfc_finishEgress(skb, p, &slot.entry->record, &slot, c, 1);
  }
  return sfc_leaveEgress(c, SFC_C_MISS);
}

static __always_inline int sfc_egressLru(struct __sk_buff* skb, struct sfc_packet* p, struct sfc_counters* c) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  if (!scratch) return sfc_leaveEgress(c, SFC_C_MISS);
  if (skb->gso_size && bpf_map_lookup_elem(&sfc_hash, p->key)) return sfc_leaveEgress(c, SFC_C_TX_DROP_GSO);
  if (!sfc_lruClaim(p, &scratch->entry)) return sfc_leaveEgress(c, SFC_C_MISS);
  return sfc_finishEgress(skb, p, &scratch->entry.record, 0, c, 1);
}

static __always_inline int sfc_egressMeta(struct __sk_buff* skb, struct sfc_scratch* scratch, struct sfc_packet* p,
                                          struct sfc_counters* c, __u32 kind, __u32 token, __u64 ticket) {
  if (!kind) return sfc_leaveEgress(c, SFC_C_MISS);
  if (skb->gso_size) return sfc_leaveEgress(c, SFC_C_TX_DROP_GSO);
  if (kind == SFC_META_CARRY) {
    sfc_count(c, SFC_C_RETURNED);
    return sfc_finishEgress(skb, p, &scratch->entry.record, 0, c, 0);
  }
  struct sfc_slot slot = {};
  sfc_slotsAt(token, ticket, c, &slot);
  if (!slot.entry || !sfc_claim(&slot)) return sfc_leaveEgress(c, SFC_C_TX_DROP_DUPLICATE);
  return sfc_finishEgress(skb, p, &slot.entry->record, &slot, c, 0);
}

static __always_inline int sfc_egressIn(struct __sk_buff* skb, const int keyed) {
  struct sfc_counters* c = sfc_countersHere();
  struct sfc_scratch* scratch = keyed ? 0 : sfc_scratchHere();
  struct sfc_packet p = {};
  __u32 kind = 0, token = 0;
  __u64 ticket = 0;
  if (!c || (!keyed && !scratch)) return TC_ACT_SHOT;
  sfc_count(c, SFC_C_TX);
  if (!keyed) kind = sfc_metaTake(skb, &scratch->entry.record, &token, &ticket);
  if (unlikely(skb->vlan_present) && sfc_inlineTags(skb)) return sfc_leaveEgress(c, SFC_C_TX_DROP_TAGS);
  if (sfc_pullHeaders(skb)) return sfc_leaveEgress(c, SFC_C_TX_IGNORED);
  __u32 exit = spec_parseEgress(skb, &p, c, keyed);
  if (exit) return sfc_leaveEgress(c, exit);
  sfc_count(c, SFC_C_LOOKUPS);
  if (!keyed) return sfc_egressMeta(skb, scratch, &p, c, kind, token, ticket);
  return sfc_config.store == SFC_STORE_HASH ? sfc_egressLru(skb, &p, c) : sfc_egressSlots(skb, &p, c);
}

SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  return sfc_config.vnf == SFC_VNF_USER ? sfc_egressIn(skb, 1) : sfc_egressIn(skb, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
