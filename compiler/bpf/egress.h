/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The egress hook (TC): parse, find the header record, re-encapsulate.
 *
 * Every packet bumps `tx` and exactly one of the exits' counters.
 *
 * In kernel mode there are two programs. The kernel gives a program that writes to the packet itself a private copy of
 * a packet that is shared, with a listening packet socket say, and that copy has lost its metadata before the program
 * starts. So sfc_egress only takes the metadata, and hands over to sfc_carried, which writes.
 */
#if SFC_HOOKS & SFC_AT_EGRESS
#define SFC_CLAIM_TRIES 4

/* The number of stripped bytes in a record. */
static __always_inline __u64 sfc_lengthOf(const struct sfc_record* record) {
  __u64 length = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) length += record->length[i];
  return length;
}

/* A call costs time, but many variables in line cost stack that other functions need. */
#if SFC_FEW_VARIABLES
#define SFC_IN_LINE __always_inline
#else
#define SFC_IN_LINE __noinline
#endif

/*
 * Re-encapsulates from a claimed record whose headers are at constant places behind the shortest prefix, where no
 * telemetry is added. 0, or the counter of the failure.
 */
static SFC_IN_LINE __u32 sfc_reencapsulateFew(struct __sk_buff* skb, struct sfc_scratch* scratch,
                                              struct sfc_record* record) {
  struct sfc_packet* p = &scratch->packet;
  struct sfc_popped popped = {};
  struct sfc_insert insert = {};
  __u64 length = record->length[0];
  if (length > SFC_MAX_BYTES) return SFC_C_TX_DROP_INTERNAL;
  __u32 exit = spec_onReturn(skb, p, record, record->bytes, length, &popped, &insert, 0);
  if (exit) return exit;
  if (popped.length > length) return SFC_C_TX_DROP_INTERNAL;
  length -= popped.length;
  if (length == 0) return 0;
  if (sfc_exceedsMtu(skb, p, record, record->bytes, length, 0)) return SFC_C_TX_DROP_MTU;
  const __u8* bytes = record->bytes + popped.length;
  return sfc_pushInPlace(skb, p, record, bytes, length) ? SFC_C_TX_DROP_HEADROOM : 0;
}

/* Finds how the packet behind the stripped bytes has changed since ingress. */
static __always_inline long sfc_changed(struct __sk_buff* skb, const struct sfc_packet* p,
                                        const struct sfc_record* record, struct sfc_change* change) {
  const __u64 at = sfc_placeOf(p, record, SFC_REGIONS - 1);
  __u64 end = p->end;
  if (at > end) return -1;
#if SFC_TUNNELS
  if (skb->gso_size && !sfc_atTc()) end = p->segment[0];
#endif
  change->grown = (__s64)(end - at) - record->tail[0].extent;
#if SFC_TC_INGRESS
  if (record->tail[0].summed & SFC_TAIL_SUPERFRAME) {
    if (record->tail[0].summed == SFC_TAIL_STARTED) change->tail = SFC_STARTED;
    return 0;
  }
#endif
  if (!record->tail[0].summed) return 0;
  long sum = sfc_sumEgress(skb, at, p->end - at);
  change->tail = (__u32)(__u16)sum + (__u16)~record->tail[0].sum;
  return sum < 0;
}

/* The edits of records with lengths or checksums to update. 0, or the counter of the failure. */
static __always_inline __u32 sfc_editDerived(struct __sk_buff* skb, const struct sfc_packet* p,
                                             struct sfc_record* record, struct sfc_work* work, __u64 length,
                                             struct sfc_popped* popped, struct sfc_insert* insert,
                                             struct sfc_counters* c) {
  struct sfc_change change = {.length = length};
  sfc_copyBytes(work->before, record->bytes, length, c);
  __u32 exit = spec_onReturn(skb, p, record, work->after, length, popped, insert, work->pushed);
  if (exit) return exit;
  if (SFC_POPS) {
    popped->at = sfc_launder(c, popped->at);
    popped->length = sfc_launder(c, popped->length);
  }
  if (SFC_MAX_TELEMETRY) {
    insert->at = sfc_launder(c, insert->at);
    insert->length = sfc_launder(c, insert->length);
  }
  change.popped = *popped;
  change.insert = *insert;
  if (SFC_PUSHES) {
    change.length = sfc_lengthOf(record);
    if (change.length > SFC_MAX_BYTES || !sfc_append(work->before, length, SFC_PUSHES)) return SFC_C_TX_DROP_INTERNAL;
  }
  if (SFC_MAX_TELEMETRY && insert->length) {
    const __u64 words = sfc_sizeUpTo(insert->length / 4, SFC_MAX_TELEMETRY / 4);
    if (words) change.pushed = sfc_fold(bpf_csum_diff(0, 0, (const void*)work->pushed, words * 4, 0));
  }
  if (sfc_changed(skb, p, record, &change)) return SFC_C_TX_DROP_INTERNAL;
  change.grown += change.length - length;
  return spec_updateComputed(record, work, &change) ? 0 : SFC_C_TX_DROP_INTERNAL;
}

/* Re-encapsulates from a claimed record, in a slot or in per-CPU memory. 0, or the counter of the failure. */
static __noinline __u32 sfc_reencapsulate(struct __sk_buff* skb, struct sfc_counters* c, struct sfc_record* record,
                                          const int in_slot) {
  struct sfc_scratch* scratch = &c->scratch;
  struct sfc_packet* p = &scratch->packet;
  struct sfc_popped popped = {};
  struct sfc_insert insert = {};
  __u8* bytes = record->bytes;
  __u64 length = sfc_lengthOf(record);
  __u32 exit;
  if (length > SFC_MAX_BYTES) return SFC_C_TX_DROP_INTERNAL;
  if (SFC_COMPUTED || in_slot) {
    sfc_copyBytes(scratch->work.after, bytes, length, c);
    bytes = scratch->work.after;
  }
  exit = SFC_COMPUTED ? sfc_editDerived(skb, p, record, &scratch->work, length, &popped, &insert, c)
                      : spec_onReturn(skb, p, record, bytes, length, &popped, &insert, scratch->work.pushed);
  if (exit) return exit;
  if (SFC_PUSHES) {
    length = sfc_lengthOf(record);
    insert.at = sfc_launder(c, insert.at);
    insert.length = sfc_launder(c, insert.length);
    insert.first = sfc_launder(c, insert.first);
  }
  if (popped.length > length || length > SFC_MAX_BYTES || insert.length > SFC_MAX_TELEMETRY)
    return SFC_C_TX_DROP_INTERNAL;
  length += insert.length - popped.length;
  if (length == 0) return 0;
  /* Inserted data have been found to fit, but not with headers that are pushed later. */
  if ((SFC_PUSHES || !insert.length) &&
      sfc_exceedsMtu(skb, p, record, bytes, length, (SFC_MAX_TELEMETRY && insert.length) || SFC_PUSHES))
    return SFC_C_TX_DROP_MTU;
  return sfc_push(skb, p, record, bytes, &popped, &insert, length, scratch) ? SFC_C_TX_DROP_HEADROOM : 0;
}

/*
 * Take a packet's record, one function for each store. 0 if there is one, which is this CPU's alone then: in
 * slot->entry, or in per-CPU memory if that is 0. Else the counter of the exit.
 */
static __always_inline __u32 sfc_takeSlot(struct __sk_buff* skb, const struct sfc_packet* p, struct sfc_counters* c,
                                          struct sfc_slot* slot) {
  __u64 hash = sfc_hashKey(p);
  if (likely(!skb->gso_size && sfc_slotsTakeFirst(hash, p, c, slot))) return 0;
  struct sfc_slot found;
  for (__u32 i = 0; i < SFC_CLAIM_TRIES; i++) {
    sfc_slotsFind(hash, c, &found);
    if (!found.entry) return SFC_C_MISS;
    if (skb->gso_size) return SFC_C_TX_DROP_GSO;
    if (!sfc_claim(&found)) continue;
    *slot = found;
    return 0;
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
  if (token->kind == SFC_META_CARRY) {
    if (unlikely(sfc_isUnfit(skb, &c->scratch.packet, &c->scratch.entry.record))) return SFC_C_TX_DROP_GSO;
    sfc_countSent(c, SFC_C_RETURNED);
    return 0;
  }
#if SFC_TC_INGRESS
  if (token->kind == SFC_STAMPED) {
    if (sfc_slotsStamped(token, c, slot)) return SFC_C_TX_DROP_DUPLICATE;
    if (unlikely(sfc_isUnfit(skb, &c->scratch.packet, &slot->entry->record))) return SFC_C_TX_DROP_GSO;
    return sfc_claim(slot) ? 0 : SFC_C_TX_DROP_DUPLICATE;
  }
#endif
  if (skb->gso_size) return SFC_C_TX_DROP_GSO;
  sfc_slotsAt(token->slot, token->ticket, c, slot);
  return slot->entry && sfc_claim(slot) ? 0 : SFC_C_TX_DROP_DUPLICATE;
}

/* Returns a packet with its claimed record, in a slot or, if slot->entry is 0, in per-CPU memory. */
static __always_inline int sfc_return(struct __sk_buff* skb, struct sfc_counters* c, struct sfc_slot* slot) {
  struct sfc_packet* p = &c->scratch.packet;
  struct sfc_record* record = slot->entry ? &slot->entry->record : &c->scratch.entry.record;
  sfc_countSent(c, SFC_C_CLAIMED);
  if (SFC_NOW) p->now[0] = sfc_isTimed(record->flags) ? bpf_ktime_get_ns() : 0;
  const int few = SFC_FIXED && !SFC_MAX_TELEMETRY && !SFC_LAUNDERS_POPS;
  __u64 exit;
  if (few && likely(sfc_isFastPrefix(p->region[0].at)))
    exit = sfc_reencapsulateFew(skb, &c->scratch, record);
  else
    exit = sfc_reencapsulate(skb, c, record, slot->entry != 0);
  exit = sfc_launder(c, exit);
  if (SFC_ARRIVED && !exit && sfc_isTimed(record->flags)) sfc_countResidence(c, p->now[0] - record->arrived[0]);
  if (slot->entry) sfc_release(slot);
  return unlikely(exit) ? sfc_leaveEgress(skb, c, exit) : sfc_leaveEncapsulated(skb, c);
}

/* In user mode: can the outermost tag of an unknown packet have been beside the frame at ingress? */
static __always_inline int sfc_canBeOutside(struct __sk_buff* skb, const struct sfc_counters* c) {
  return sfc_config.beside && sfc_config.vnf == SFC_VNF_USER && !c->scratch.packet.tags.outside &&
         sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end);
}

/*
 * Sends such a packet, which would leave by `exit`, through the hook once more, with that tag outside. Only that run
 * counts it.
 */
static __noinline int sfc_tryOutside(struct __sk_buff* skb, struct sfc_counters* c, __u32 exit) {
  if (c->scratch.packet.tags.inlined)
    bpf_skb_vlan_pop(skb);
  else
    sfc_putBeside(skb);
  skb->tc_index = sfc_outsideMark() | (exit == SFC_C_TX_IGNORED ? SFC_MARK_IGNORED : 0);
  sfc_uncountSent(c, SFC_C_TX);
  return bpf_redirect(skb->ifindex, 0);
}

/* Ends a packet that has not been looked up. */
static __always_inline int sfc_leaveUnread(struct __sk_buff* skb, struct sfc_counters* c, __u32 exit) {
  if (unlikely(sfc_canBeOutside(skb, c))) return sfc_tryOutside(skb, c, exit);
  return sfc_leaveEgress(skb, c, c->scratch.packet.tags.ignored ? SFC_C_TX_IGNORED : exit);
}

/* Ends a packet that has been looked up and has no record. */
static __always_inline int sfc_leaveUnclaimed(struct __sk_buff* skb, struct sfc_counters* c, __u32 exit) {
  if (exit != SFC_C_MISS || likely(!sfc_canBeOutside(skb, c) && !c->scratch.packet.tags.ignored))
    return sfc_leaveEgress(skb, c, exit);
  sfc_uncountSent(c, SFC_C_LOOKUPS);
  return sfc_leaveUnread(skb, c, exit);
}

/* The SF is in user space: the key of its packet finds the record. */
static __always_inline int sfc_returnSlot(struct __sk_buff* skb, struct sfc_counters* c) {
  struct sfc_slot slot = {};
  __u32 exit = sfc_takeSlot(skb, &c->scratch.packet, c, &slot);
  return exit ? sfc_leaveUnclaimed(skb, c, exit) : sfc_return(skb, c, &slot);
}

static __noinline int sfc_returnLru(struct __sk_buff* skb, struct sfc_counters* c) {
  struct sfc_slot slot = {};
  if (!sfc_isLongKey(&c->scratch.packet)) sfc_clearLongKey(&c->scratch.packet);
  __u32 exit = sfc_takeLru(skb, &c->scratch.packet, &c->scratch.entry);
  return exit ? sfc_leaveUnclaimed(skb, c, exit) : sfc_return(skb, c, &slot);
}

/*
 * The SF is in the kernel: the metadata holds the record or names its slot. A packet without metadata has lost it or
 * never had any; the packet itself does not tell which. But packets that this host has made never came in by a device.
 */
static __always_inline int sfc_returnCarried(struct __sk_buff* skb, struct sfc_counters* c) {
  struct sfc_slot slot = {};
  __u32 exit = sfc_takeMeta(skb, &c->scratch.token, c, &slot);
  if (unlikely(exit == SFC_C_MISS) && skb->ingress_ifindex) sfc_countSent(c, SFC_C_MISSES_FORWARDED);
  return exit ? sfc_leaveEgress(skb, c, exit) : sfc_return(skb, c, &slot);
}

#if SFC_LAST
/* The newest record of the packet's key, or of the key in the other direction. It stays for others. */
static __noinline int sfc_returnNewest(struct __sk_buff* skb, struct sfc_counters* c) {
  struct sfc_slot slot = {};
  __u64 found = sfc_launder(c, sfc_readNewest(c));
#if SFC_SWAPS
  if (!found) {
    spec_swapKey(&c->scratch.packet);
    found = sfc_launder(c, sfc_readNewest(c));
  }
#endif
  if (!found) return sfc_leaveUnclaimed(skb, c, SFC_C_MISS);
  if (unlikely(sfc_isUnfit(skb, &c->scratch.packet, &c->scratch.entry.record)))
    return sfc_leaveEgress(skb, c, SFC_C_TX_DROP_GSO);
  return sfc_return(skb, c, &slot);
}
#endif

/* All that follows when the metadata has been read; `tags` is sfc_meta.tags. */
static __always_inline int sfc_goOn(struct __sk_buff* skb, struct sfc_counters* c, const __u32 tags, const int keyed) {
  if (sfc_takeTags(skb, c, tags)) return sfc_leaveEgress(skb, c, SFC_C_TX_DROP_TAGS);
  if (sfc_pullHeaders(skb)) return sfc_leaveEgress(skb, c, SFC_C_TX_IGNORED);
  __u64 exit = sfc_launder(c, spec_parseEgress(skb, &c->scratch.packet, c, keyed));
  if (exit) return sfc_leaveUnread(skb, c, exit);
  sfc_countSent(c, SFC_C_LOOKUPS);
#if SFC_LAST
  return sfc_returnNewest(skb, c);
#endif
  if (!keyed) return sfc_returnCarried(skb, c);
  return sfc_config.store == SFC_STORE_HASH ? sfc_returnLru(skb, c) : sfc_returnSlot(skb, c);
}

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, 4);
} sfc_programs __attribute__((section(".maps")));

/* Counts the packet and, in user mode, does all of the rest. */
SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return TC_ACT_SHOT;
  sfc_beginEgress(skb, c);
  sfc_clearPacket(&c->scratch.packet);
  if (sfc_config.vnf == SFC_VNF_USER) return sfc_goOn(skb, c, 0, 1);
#if SFC_TC_INGRESS
  if (sfc_atTc())
    sfc_takeStamp(skb, &c->scratch.token);
  else
#endif
    sfc_metaTake(skb, &c->scratch.entry.record, &c->scratch.token);
  bpf_tail_call(skb, &sfc_programs, 0);
  return sfc_leaveEgress(skb, c, SFC_C_TX_DROP_INTERNAL);
}

/* The rest of sfc_egress in kernel mode. */
SEC("tc") int sfc_carried(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c || sfc_config.vnf == SFC_VNF_USER) return TC_ACT_SHOT;
  return sfc_goOn(skb, c, c->scratch.token.tags, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
#endif
