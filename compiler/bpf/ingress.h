/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ingress hook (XDP): parse, save, decapsulate.
 *
 * Every packet bumps `rx` and exactly one of the exits' counters.
 */
#if SFC_HOOKS & (SFC_AT_INGRESS | SFC_AT_TC_INGRESS)
/* Bytes of all regions together. */
static __always_inline __u64 sfc_strippedLength(const struct sfc_packet* p) {
  __u64 length = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) length += p->region[i].length;
  return length;
}

#if SFC_FINISHES
/*
 * Finishes partial checksums. The kernel has noted that it must do so: TC's helpers change that when they remove
 * headers, XDP in kernel mode needs sfc_handover for it.
 */
static __always_inline void sfc_finishAll(struct sfc_packet* p, struct sfc_record* record) {
  if (!(SFC_HOOKS & SFC_AT_TC_INGRESS) && sfc_config.vnf != SFC_VNF_USER && !sfc_config.beside) return;
  p->finished[0] = spec_finish(record, sfc_strippedLength(p));
}
#endif

/*
 * Saves the length of the packet behind the stripped bytes, and its sum if that will be needed. Finishes partial
 * checksums that cover it.
 */
static __always_inline long sfc_fillTail(sfc_arrival* ctx, struct sfc_packet* p, struct sfc_record* record) {
  const __u64 at = p->region[SFC_REGIONS - 1].at + p->region[SFC_REGIONS - 1].length;
  record->tail[0].extent = p->end - at;
  record->tail[0].summed = spec_wantsSum(record);
  record->tail[0].sum = 0;
#if SFC_HOOKS & SFC_AT_TC_INGRESS
  if (ctx->gso_size) {
    record->tail[0].summed |= SFC_TAIL_SUPERFRAME;
    return 0;
  }
#endif
  if (!record->tail[0].summed) return 0;
  long sum = sfc_sumArrival(ctx, at, p->end - at);
  record->tail[0].sum = sum;
#if SFC_FINISHES
  if (sum >= 0) sfc_finishAll(p, record);
#endif
  return sum < 0;
}

/* Fills the record from the packet, which must not have been changed yet. 0 if all went well. */
static __noinline long sfc_fillRecord(sfc_arrival* ctx, struct sfc_packet* p, struct sfc_record* record) {
  if (SFC_WHOLE == 1) record->whole[0] = p->whole;
  if (!spec_save((void*)(long)ctx->data, (void*)(long)ctx->data_end, p, record)) return -1;
  if (sfc_saveHeaders(ctx, p, record)) return -1;
  return SFC_COMPUTED ? sfc_fillTail(ctx, p, record) : 0;
}
#endif

#if SFC_HOOKS & SFC_AT_INGRESS
/*
 * The fast path of sfc_saveAndDecapsulate, for a few bytes at constant places behind the shortest prefix. 0 if all went
 * well, 1 if the packet is no such packet and has not been changed.
 */
static __always_inline long sfc_decapsulateFast(struct xdp_md* ctx, const struct sfc_packet* p,
                                                struct sfc_record* record) {
  if (!SFC_FIXED || SFC_COMPUTED) return 1;
  sfc_fillMeasured(ctx, p, record);
  __u8 *head = (void*)(long)ctx->data, *end = (void*)(long)ctx->data_end;
  __u64 length = p->region[0].length;
  if (!sfc_isFastPrefix(p->region[0].at) || length > SFC_SHORT_REGION(SFC_MAX_BYTES) ||
      head + SFC_MIN_PREFIX + SFC_SHORT_REGION(SFC_MAX_BYTES) > end)
    return 1;
  record->length[0] = length;
  sfc_copyShort(record->bytes, head + SFC_MIN_PREFIX, length, SFC_SHORT_REGION(SFC_MAX_BYTES));
  mask_var(length, SFC_SHORT_MASK);
  __u8* to = head + length;
  barrier_var(to);
  if (to + SFC_MIN_PREFIX > end || !spec_exchange(head, end, p, record)) return -1;
  sfc_move(to, head, SFC_MIN_PREFIX);
  return bpf_xdp_adjust_head(ctx, length) ? -1 : 0;
}

/* Fills the record and removes the headers. 0 if all went well. */
static __always_inline long sfc_saveAndDecapsulate(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_record* record,
                                                   struct sfc_counters* c) {
  long left = sfc_decapsulateFast(ctx, p, record);
  return left > 0 ? sfc_launder(c, sfc_fillRecord(ctx, p, record)) || sfc_launder(c, sfc_decapsulate(ctx, p)) : left;
}

/* The record waits in a slot; a barrier or, in kernel mode, a token goes with the packet. */
static __always_inline int sfc_ingressSlots(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c,
                                            const int keyed) {
  struct sfc_slot slot = {};
  __u64 hash = keyed ? sfc_hashKey(p) : (__u64)bpf_get_prandom_u32() << 32 | (__u32)bpf_get_prandom_u32();
  sfc_slotsInsert(hash, c, &slot);
  if (!slot.entry) return sfc_leaveIngress(c, SFC_C_FULL);
  sfc_count(c, SFC_C_INSERTED);
  if (keyed)
    sfc_storeKey(slot.entry, p);
  else
    slot.entry->key[0] = 0; /* no field of the key counts */
  if (sfc_saveAndDecapsulate(ctx, p, &slot.entry->record, c)) goto failed;
  if (keyed ? sfc_config.meta_max && sfc_metaBarrier(ctx, c) : sfc_metaToken(ctx, p, &slot)) goto failed;
  sfc_publish(&slot);
  sfc_count(c, SFC_C_RX_STRIPPED);
  return XDP_PASS;
failed:
  sfc_release(&slot);
  sfc_count(c, SFC_C_ROLLBACK);
  return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
}

static __noinline int sfc_ingressToken(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c) {
  return sfc_ingressSlots(ctx, p, c, 0);
}

/* The record goes with the packet. 0 if the metadata has no room for it: then it waits in a slot. */
static __always_inline int sfc_ingressCarry(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c) {
  struct sfc_record* record = &c->scratch.entry.record;
  const __u64 length = sfc_launder(c, sfc_strippedLength(p));
  if (length > SFC_MAX_BYTES || sfc_carrySize(length) > sfc_config.meta_max) return 0;
  if (sfc_saveAndDecapsulate(ctx, p, record, c)) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  int equal = sfc_mergesEqual(ctx);
#if SFC_TUNNELS
  if (equal) equal = sfc_launder(c, !sfc_generalise(c, record, length));
#endif
  if (sfc_metaCarry(ctx, c, record, length, equal)) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  sfc_count(c, SFC_C_CARRIED);
  sfc_count(c, SFC_C_RX_STRIPPED);
  return XDP_PASS;
}

static __noinline int sfc_ingressLru(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c) {
  struct sfc_entry* entry = &c->scratch.entry;
  if (!sfc_isLongKey(p)) sfc_clearLongKey(p);
  if (sfc_launder(c, sfc_fillRecord(ctx, p, &entry->record))) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  sfc_storeKey(entry, p);
  long error = sfc_lruInsert(p, entry);
  if (error) return sfc_leaveIngress(c, error == -17 ? SFC_C_RX_DROP_DUPLICATE : SFC_C_FULL);
  sfc_count(c, SFC_C_INSERTED);
  if (sfc_launder(c, sfc_decapsulate(ctx, p)) || (sfc_config.meta_max && sfc_metaBarrier(ctx, c))) {
    sfc_lruDelete(p);
    sfc_count(c, SFC_C_ROLLBACK);
    return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  }
  sfc_count(c, SFC_C_RX_STRIPPED);
  return XDP_PASS;
}

#if SFC_LAST
/* Clears what not every packet fills of a record that is compared with others. */
static __always_inline void sfc_clearRecord(struct sfc_record* record) {
#pragma unroll
  for (__u32 i = 0; i < SFC_RECORD_HEAD / 4; i++) ((__u32*)record)[i] = 0;
}

/*
 * The record is the newest of its key from now on. As for GRO, it holds its headers as if nothing followed them, if
 * that can be: then packets of any length have the same.
 */
static __noinline int sfc_ingressNewest(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c) {
  struct sfc_record* record = &c->scratch.entry.record;
  const __u64 length = sfc_launder(c, sfc_strippedLength(p));
  if (length > SFC_MAX_BYTES) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  sfc_clearRecord(record);
  if (sfc_launder(c, sfc_fillRecord(ctx, p, record))) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
#pragma unroll
  for (__u32 i = 0; i < SFC_WHERE; i++)
    if (!record->where[i].count) record->where[i].at = 0; /* of an absent header, which has no place */
#if SFC_TUNNELS
  sfc_generalise(c, record, length);
#endif
  __u64 behind = sfc_launder(c, length);
  if (behind > SFC_MAX_BYTES) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  __builtin_memset(record->bytes + behind, 0, 4);
  const __u64 exit = sfc_launder(c, sfc_storeNewest(c, length));
  if (exit) return sfc_leaveIngress(c, exit);
  if (sfc_launder(c, sfc_decapsulate(ctx, p))) {
    sfc_count(c, SFC_C_ROLLBACK);
    return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  }
  sfc_count(c, SFC_C_RX_STRIPPED);
  return XDP_PASS;
}
#endif

SEC("xdp.frags") int sfc_ingress(struct xdp_md* ctx) {
  struct sfc_counters* c = sfc_countersHere();
  const int keyed = sfc_config.vnf == SFC_VNF_USER;
  if (!c) return XDP_DROP;
  struct sfc_packet* p = &c->scratch.packet;
  sfc_count(c, SFC_C_RX);
  sfc_clearPacket(p);
  __u64 exit = sfc_launder(c, spec_parseIngress(ctx, p, c, keyed));
  if (exit) return sfc_leaveIngress(c, exit);
#if SFC_LAST
  return sfc_ingressNewest(ctx, p, c);
#endif
  if (!keyed) {
    const __u64 action = sfc_config.store == SFC_STORE_CARRY ? sfc_launder(c, sfc_ingressCarry(ctx, p, c)) : 0;
    return action ? action : sfc_ingressToken(ctx, p, c);
  }
  return sfc_config.store == SFC_STORE_HASH ? sfc_ingressLru(ctx, p, c) : sfc_ingressSlots(ctx, p, c, 1);
}
#endif
