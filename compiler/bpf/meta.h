/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * XDP metadata from ingress to egress (struct sfc_meta): a mark that keeps GRO from merging packets, and in kernel mode
 * the record itself (carry) or a token for its slot. The magic identifies the metadata as this proxy's.
 */

/* Differs from packet to packet on one CPU, where alone GRO could merge them. */
static __always_inline __u32 sfc_unique(const struct sfc_counters* c) {
  return (__u32)(c->n[SFC_C_RX] << 8 | (__u8)bpf_get_smp_processor_id()) & ~SFC_MAGIC_BITS;
}

/* The last two of the eight bytes are the kernel's to zero, so six tell packets apart. */
static __always_inline long sfc_metaBarrier(struct xdp_md* ctx, const struct sfc_counters* c) {
  if (bpf_xdp_adjust_meta(ctx, -SFC_BARRIER_SIZE)) return -1;
  __u8* meta = (void*)(long)ctx->data_meta;
  if (meta + SFC_BARRIER_SIZE > (__u8*)(long)ctx->data) return -1;
  *(__u64*)meta = c->n[SFC_C_RX] & 0xFFFFFFFFFFFFULL;
  return 0;
}

/* For sfc_handover: sfc_meta.tags. */
static __always_inline __u32 sfc_tagsGiven(struct xdp_md* ctx, const struct sfc_packet* p) {
  if (!sfc_config.beside) return 0;
  const __u32 tags = sfc_frontTags((void*)(long)ctx->data, (void*)(long)ctx->data_end);
  return SFC_FINISHES && p->finished[0] ? tags | SFC_META_FINISHED : tags;
}

/* Bytes of metadata that a record with so many stripped bytes takes. */
static __always_inline __u32 sfc_carrySize(__u32 length) {
  return (SFC_META_CARRY_OFFSET + __builtin_offsetof(struct sfc_record, bytes) + length + SFC_META_PAD + 3) & ~3;
}

/*
 * Is GRO to merge packets whose headers are equal? The frame is the one for the SF: headers can go onto a superframe
 * with one VLAN tag, and there may be one beside the frame.
 */
static __always_inline int sfc_mergesEqual(struct xdp_md* ctx) {
  if (!SFC_SUPERFRAMES || !sfc_config.superframes) return 0;
  return sfc_frontTags((void*)(long)ctx->data, (void*)(long)ctx->data_end) + sfc_config.beside <= 1;
}

/* Clears what is behind the stripped bytes: chance must not tell packets apart. */
static __always_inline void sfc_clearBehind(struct sfc_record* record, __u64 length) {
  if (length > SFC_MAX_BYTES) return;
  mask_var(length, SFC_BYTES_MASK);
  __u8* behind = record->bytes + length;
  barrier_var(behind);
#pragma unroll
  for (__u32 i = 0; i < SFC_ALIGN8(SFC_META_PAD + 3); i += 8) *(__u64*)(behind + i) = 0;
}

/* With `equal`, GRO may merge the packet with others that have the same record. */
static __always_inline long sfc_metaCarry(struct xdp_md* ctx, const struct sfc_counters* c, struct sfc_record* record,
                                          __u32 length, const int equal) {
  __u32 size = sfc_carrySize(length);
  const __u8 tags = sfc_tagsGiven(ctx, &c->scratch.packet);
  if (bpf_xdp_adjust_meta(ctx, -(int)size)) return -1;
  __u8 *meta = (void*)(long)ctx->data_meta, *end = (void*)(long)ctx->data;
  if (meta + SFC_META_CARRY_OFFSET > end) return -1;
  struct sfc_meta* head = (struct sfc_meta*)meta;
  head->magic = sfc_config.magic;
  head->kind = SFC_META_CARRY;
  head->tags = tags;
  head->length = length;
  head->word = equal ? 0 : sfc_unique(c);
  if (equal) sfc_clearBehind(record, length);
  const __u64* from = (const __u64*)record;
  barrier_var(from); /* what has been cleared may reach behind the record */
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < (sizeof(*record) + SFC_ALIGN8(SFC_META_PAD + 3)) / 8; i++) {
    __u8* to = meta + SFC_META_CARRY_OFFSET + i * 8;
    if (to + 8 > end) {
      if (to + 4 <= end) *(__u32*)to = *(const __u32*)&from[i];
      break;
    }
    *(__u64*)to = from[i];
  }
  return 0;
}

static __always_inline long sfc_metaToken(struct xdp_md* ctx, const struct sfc_packet* p, const struct sfc_slot* slot) {
  const __u8 tags = sfc_tagsGiven(ctx, p);
  if (bpf_xdp_adjust_meta(ctx, -SFC_META_TOKEN_SIZE)) return -1;
  struct sfc_meta* meta = (void*)(long)ctx->data_meta;
  if ((__u8*)meta + SFC_META_TOKEN_SIZE > (__u8*)(long)ctx->data) return -1;
  meta->magic = sfc_config.magic;
  meta->kind = SFC_META_TOKEN;
  meta->tags = tags;
  meta->length = 0;
  meta->word = slot->place;
  meta->ticket[0] = (__u32)slot->ticket;
  meta->ticket[1] = (__u32)(slot->ticket >> 32);
  meta->padding[0] = 0;
  meta->padding[1] = 0;
  meta->padding[2] = 0;
  return 0;
}

/* 1 if this proxy's magic is `moved` bytes behind the start of the metadata, else 0: no branch for the verifier. */
static __always_inline __u64 sfc_hasMagic(const __u8* start, __u32 moved) {
  __u64 differs = ((const struct sfc_meta*)(start + moved))->magic ^ sfc_config.magic;
  barrier_var(differs);
  return (differs - 1) >> 63;
}

/* This proxy's metadata, as far back as the Ethernet header has moved forward; 0 if there is none. */
static __always_inline struct sfc_meta* sfc_metaOf(struct __sk_buff* skb) {
  __u8 *start = (void*)(long)skb->data_meta, *end = (void*)(long)skb->data;
  const __u32 least = __builtin_offsetof(struct sfc_meta, padding);
  if (start + SFC_META_MOVED + least > end) return 0;
  __u64 moved = sfc_hasMagic(start, 8) << 3 | sfc_hasMagic(start, 4) << 2;
  mask_var(moved, 12);
  start += moved;
  if (start + least > end) return 0;
  return sfc_hasMagic(start, 0) ? (struct sfc_meta*)start : 0;
}

/*
 * Reads the metadata; a carried record is copied to `record`. The metadata stays as it is, but no later
 * hook can mistake it for its own: pushed bytes move its start, and a record of which nothing is pushed yields nothing
 * when read again.
 */
static __always_inline void sfc_metaTake(struct __sk_buff* skb, struct sfc_record* record, struct sfc_token* token) {
  const struct sfc_meta* meta = sfc_metaOf(skb);
  const __u8 *at = (const __u8*)meta, *end = (void*)(long)skb->data;
  token->kind = 0;
  token->tags = 0;
  if (!meta) return;
  __u32 kind = meta->kind;
  token->tags = meta->tags & ~SFC_META_FINISHED;
  if (kind == SFC_META_TOKEN) {
    token->slot = meta->word;
    token->ticket = (__u64)meta->ticket[1] << 32 | meta->ticket[0];
    token->kind = kind;
  }
  if (kind != SFC_META_CARRY) return;
  token->kind = kind;
  __u64* to = (__u64*)record;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < sizeof(*record) / 8; i++) {
    const __u8* from = at + SFC_META_CARRY_OFFSET + i * 8;
    if (from + 8 > end) break;
    to[i] = *(const __u64*)from; /* its lengths are checked where they are used */
  }
}
