/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lengths and checksums among the stripped bytes. The SF may have changed the bytes that they cover.
 *
 * Updates are incremental (RFC 1624), so that a header that nothing touched comes back as it was, wrong or right. Sums
 * are ones' complement sums of 16-bit words in memory order, on which the checksum does not depend (RFC 1071 section
 * 2).
 */
/* The largest frame that is summed, in chunks. */
#define SFC_MAX_CHUNKS 64

static __always_inline __u16 sfc_fold(__u32 sum) {
  sum = (sum & 0xFFFF) + (sum >> 16);
  return (sum & 0xFFFF) + (sum >> 16);
}

/*
 * The sum of `n` bytes of the frame from `at` on; negative if they are not there. Called through global functions,
 * which the verifier checks once, not once for every path to them.
 */
static __always_inline long sfc_sumFrame(void* ctx, enum sfc_hook hook, __u64 at, __u64 n) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  __u32 sum = 0;
  if (!scratch) return -1;
  __u8* chunk = scratch->work.chunk;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_MAX_CHUNKS && n >= SFC_CHUNK; i++) {
    if (sfc_isXdp(hook) ? bpf_xdp_load_bytes(ctx, at, chunk, SFC_CHUNK) : bpf_skb_load_bytes(ctx, at, chunk, SFC_CHUNK))
      return -1;
    sum = bpf_csum_diff(0, 0, (const void*)chunk, SFC_CHUNK, sum);
    at += SFC_CHUNK;
    n -= SFC_CHUNK;
  }
  if (n == 0) return sfc_fold(sum);
  if (sfc_copyOut(ctx, hook, at, chunk, n, SFC_CHUNK - 1)) return -1;
  mask_var(n, SFC_CHUNK - 1);
  *(__u32*)(chunk + n) = 0;
  __u64 words = sfc_sizeUpTo((n + 3) / 4, SFC_CHUNK / 4);
  return words ? sfc_fold(bpf_csum_diff(0, 0, (const void*)chunk, words * 4, sum)) : -1;
}

#if (SFC_COMPUTED || SFC_ENCLOSING) && (SFC_HOOKS & SFC_INGRESS_HELPERS)
__noinline long sfc_sumIngress(struct xdp_md* ctx, __u64 at, __u64 n) {
  return sfc_sumFrame(ctx, SFC_INGRESS, at, n);
}
#else
long sfc_sumIngress(struct xdp_md* ctx, __u64 at, __u64 n);
#endif

#if (SFC_COMPUTED || SFC_ENCLOSING) && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_sumEgress(struct __sk_buff* skb, __u64 at, __u64 n) {
  return sfc_sumFrame(skb, SFC_EGRESS, at, n);
}
#else
long sfc_sumEgress(struct __sk_buff* skb, __u64 at, __u64 n);
#endif

/* The same at the ingress hook. */
static __always_inline long sfc_sumArrival(sfc_arrival* ctx, __u64 at, __u64 n) {
#if SFC_HOOKS & SFC_AT_TC_INGRESS
  return sfc_sumEgress(ctx, at, n);
#else
  return sfc_sumIngress(ctx, at, n);
#endif
}

/*
 * Copies `length` stripped bytes, and a word of zeros behind them. The loop is bounded by a laundered copy of `length`:
 * else the verifier would learn a different bound of `length` from every number of rounds.
 */
static __always_inline void sfc_copyBytes(__u8* to, const __u8* from, __u64 length, struct sfc_counters* c) {
  const __u64 end = sfc_launder(c, length);
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_ALIGN4(SFC_MAX_BYTES); i += 4) {
    if (i >= end) break;
    *(__u32*)(to + i) = sfc_load32(from + i);
  }
  barrier_var(length);
  if (length > SFC_MAX_BYTES) return;
  mask_var(length, SFC_BYTES_MASK);
  *(__u32*)(to + length) = 0;
}

/* Where a header is whose place is known. */
static __always_inline struct sfc_where sfc_whereAt(const __u16 at, const __u16 count) {
  return (struct sfc_where){at, count};
}

/* `size` bytes of a stripped header, from its byte `offset` on, or 0. */
static __always_inline __u8* sfc_headerAt(__u8* bytes, struct sfc_where where, __u32 offset, __u32 size) {
  __u64 at = where.at;
  barrier_var(at);
  if (!where.count || at > SFC_MAX_BYTES || offset + size > SFC_MAX_BYTES || at > SFC_MAX_BYTES - offset - size)
    return 0;
  mask_var(at, SFC_BYTES_MASK);
  return bytes + at + offset;
}

/* Element `i` of a stack of headers of `size` bytes, or 0; a single header is a stack of at most one. */
static __always_inline __u8* sfc_element(__u8* bytes, struct sfc_where where, __u64 i, const __u32 size) {
  __u64 at = where.at + i * size;
  barrier_var(at);
  if (i >= where.count || at > SFC_MAX_BYTES - size) return 0;
  mask_var(at, SFC_BYTES_MASK);
  return bytes + at;
}

#define SFC_STARTED (~0U)

/* The changes from which lengths and checksums are updated. */
struct sfc_change {
  __s64 grown;  /* bytes by which the packet behind the stripped bytes has grown */
  __u32 tail;   /* the change of its sum; SFC_STARTED if whoever segments finishes the checksum over it */
  __u64 length; /* stripped bytes */
  struct sfc_popped popped;
  struct sfc_insert insert;
  __u16 pushed; /* the sum of the inserted bytes */
};

/* Updates a length. 0, or -1 if it does not fit. */
static __always_inline long sfc_fixLength(__u8* bytes, struct sfc_where where, __u32 offset,
                                          const struct sfc_change* change) {
  __u8* field = sfc_headerAt(bytes, where, offset, 2);
  if (!field) return 0;
  __s64 grown = change->grown;
  if (change->popped.length && change->popped.at > where.at) grown -= change->popped.length;
  if (SFC_MAX_TELEMETRY && change->insert.length && change->insert.at > where.at) grown += change->insert.length;
  __u64 length = sfc_be16(field) + grown;
  if (length > 0xFFFF) return -1;
  sfc_put16(field, length);
  return 0;
}

/* The first `n` bytes of a word, of at most 3. */
static __always_inline __u32 sfc_firstBytes(const __u8* bytes, __u64 n) {
  return sfc_load32(bytes) & ((1U << 8 * n) - 1);
}

/* Adds to `sum` the change of the sum of `n` stripped bytes from `at` on. */
static __always_inline __u32 sfc_changeOf(struct sfc_work* work, __u64 at, __u64 n, __u32 sum) {
  const __u64 rest = n & 3, words = sfc_sizeUpTo(n / 4, SFC_ALIGN4(SFC_MAX_BYTES) / 4);
  barrier_var(at);
  if (at > SFC_MAX_BYTES) return sum;
  mask_var(at, SFC_BYTES_MASK);
  const __u8 *before = work->before + at, *after = work->after + at;
  if (words) {
    /* In two steps: before Linux 6.14 the helper takes 512 bytes in all. */
    sum = bpf_csum_diff((const void*)before, words * 4, 0, 0, sum);
    sum = bpf_csum_diff(0, 0, (const void*)after, words * 4, sum);
  }
  if (!rest) return sum;
  return (__u32)sfc_fold(sum) + sfc_fold(sfc_firstBytes(after + words * 4, rest)) +
         (__u16)~sfc_fold(sfc_firstBytes(before + words * 4, rest));
}

/* The same as a global function, which the verifier checks once: every checksum calls it, on every path to it. */
#if SFC_COMPUTED && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_changeOfBytes(__u64 at, __u64 n, __u32 sum) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  return scratch ? sfc_changeOf(&scratch->work, at, n, sum) : 0;
}
#else
long sfc_changeOfBytes(__u64 at, __u64 n, __u32 sum);
#endif

/* The change of a sum that starts at `from` when `n` stripped bytes from `at` on are popped; `n` is even. */
static __always_inline __u16 sfc_lossOf(struct sfc_work* work, __u64 at, __u64 n, __u64 from) {
  const __u64 odd = (at - from) & 1, words = sfc_sizeUpTo(n / 4, SFC_ALIGN4(SFC_MAX_BYTES) / 4);
  __u32 sum = 0;
  barrier_var(at);
  if (at > SFC_MAX_BYTES) return 0;
  mask_var(at, SFC_BYTES_MASK);
  if (words) sum = bpf_csum_diff((const void*)(work->after + at), words * 4, 0, 0, 0);
  if (n & 2) sum = (__u32)sfc_fold(sum) + (__u16)~sfc_fold(sfc_firstBytes(work->after + at + words * 4, 2));
  __u16 loss = sfc_fold(sum);
  return odd ? __builtin_bswap16(loss) : loss;
}

/* Updates a checksum of `n` stripped bytes from `from` on and, with `tail`, of the packet behind them. */
static __always_inline void sfc_fixChecksum(struct sfc_work* work, struct sfc_where where, __u32 offset, __u64 from,
                                            __u64 n, const int tail, const int optional, __u32 pseudo,
                                            const struct sfc_change* change) {
  __u8* field = sfc_headerAt(work->after, where, offset, 2);
  if (!field || (optional && sfc_load16(field) == 0)) return;
  if (SFC_TC_INGRESS && tail && change->tail == SFC_STARTED) { /* it has the sum of the pseudo-header */
    *(__u16*)field = sfc_fold((__u32)sfc_fold(pseudo) + sfc_load16(field));
    return;
  }
  __u32 sum = sfc_changeOfBytes(from, n, sfc_fold(pseudo));
  __u64 gap_at = change->popped.at, popped = change->popped.length;
  if (popped && gap_at >= from && gap_at < from + n)
    sum = (__u32)sfc_fold(sum) + sfc_lossOf(work, gap_at, popped, from);
  if (SFC_MAX_TELEMETRY && change->insert.length && change->insert.at > from &&
      (change->insert.at < from + n || (tail && change->insert.at == from + n)))
    sum = (__u32)sfc_fold(sum) + ((change->insert.at - from) & 1 ? __builtin_bswap16(change->pushed) : change->pushed);
  __u16 behind = tail ? sfc_fold(change->tail) : 0;
  /* Behind an odd number of bytes, the rest was summed with its bytes swapped. */
  if ((change->length - from) & 1) behind = __builtin_bswap16(behind);
  __u16 changed = sfc_fold((__u32)sfc_fold(sum) + behind);
  if (changed == 0 || changed == 0xFFFF) return; /* else 0xFFFF, which stands for 0 as well, would become 0 */
  __u16 checksum = ~sfc_fold((__u32)changed + (__u16)~sfc_load16(field));
  *(__u16*)field = optional && checksum == 0 ? 0xFFFF : checksum;
}

/* A retained header of `size` bytes at `at` of the frame, in the copy of the bytes before the region; or 0. */
static __always_inline __u8* sfc_retainedAt(__u8* head, __u64 at, const __u32 size) {
  barrier_var(at);
  if (at > SFC_MAX_PREFIX || SFC_MAX_PREFIX < size || at > SFC_MAX_PREFIX - size) return 0;
  mask_var(at, SFC_PREFIX_MASK);
  return head + at;
}

static __always_inline __u32 sfc_headerSum(const __u8* h, const __u32 size) {
  return bpf_csum_diff(0, 0, (const void*)h, size & ~3, 0);
}

/* Adds `grown` to a length. 0, or -1 if it does not fit. */
static __always_inline long sfc_enclosingLength(__u8* field, __s64 grown) {
  __u64 length = sfc_be16(field) + grown;
  if (length > 0xFFFF) return -1;
  sfc_put16(field, length);
  return 0;
}

/*
 * The change of a checksum with a pseudo-header besides its own header: of the region `distance` bytes behind it, whose
 * sum has grown by `sum`, and of the length in the pseudo-header.
 */
static __always_inline __u32 sfc_enclosingSum(__u64 distance, __s64 grown, __u16 sum) {
  const __u16 length = grown < 0 ? ~__builtin_bswap16(-grown) : __builtin_bswap16(grown);
  return (__u32)(distance & 1 ? __builtin_bswap16(sum) : sum) + length;
}

/* The sum of a field of 1, 2 or 4 bytes, as if it began at an even place. */
static __always_inline __u16 sfc_fieldSum(const __u8* field, const __u32 size) {
  if (size == 1) return sfc_load8(field);
  return size == 2 ? sfc_load16(field) : sfc_fold((__u32)sfc_load16(field) + (__u32)sfc_load16(field + 2));
}

/* The change of a checksum from `from` on by a field at `at` of another header, whose sum has grown by `grown`. */
static __always_inline __u16 sfc_enclosingField(__u64 from, __u64 at, __u16 grown) {
  if (at < from) return 0;
  return (at - from) & 1 ? __builtin_bswap16(grown) : grown;
}

/* The change of the sum of a header; it was `was`. */
static __always_inline __u32 sfc_headerChange(const __u8* h, const __u32 size, __u32 was) {
  return (__u32)sfc_fold(sfc_headerSum(h, size)) + (__u16)~sfc_fold(was);
}

/* Updates the checksum of a header whose sum was `was`, with the further change `more`. */
static __always_inline void sfc_enclosingChecksum(__u8* h, const __u32 size, const __u32 offset, __u32 was, __u32 more,
                                                  const int optional) {
  const __u32 change = sfc_headerChange(h, size, was);
  const __u16 old = sfc_load16(h + offset);
  if (optional && old == 0) return;
  const __u16 changed = sfc_fold(change + sfc_fold(more));
  if (changed == 0 || changed == 0xFFFF) return;
  const __u16 checksum = ~sfc_fold((__u32)changed + (__u16)~old);
  *(__u16*)(h + offset) = optional && checksum == 0 ? 0xFFFF : checksum;
}

/*
 * Updates the checksum with a pseudo-header at `at`: the sum of its header has changed by `change`, and the region
 * `distance` bytes behind it has grown by `grown` bytes with the sum `sum`. The kernel's helper knows whether the
 * checksum is partial (CHECKSUM_PARTIAL): then it holds the sum of the pseudo-header, and whoever finishes it adds the
 * bytes behind.
 */
static __always_inline long sfc_applyPending(struct __sk_buff* skb, __u64 at, __u32 change, __u64 distance, __u64 grown,
                                             __u16 sum, const int optional) {
  const __u64 flags = optional ? BPF_F_MARK_MANGLED_0 : 0;
  const __u32 data = change + (distance & 1 ? __builtin_bswap16(sum) : sum);
  return bpf_l4_csum_replace(skb, at, 0, sfc_fold(data), flags) ||
         bpf_l4_csum_replace(skb, at, 0, __builtin_bswap16(grown), flags | BPF_F_PSEUDO_HDR);
}

/*
 * Partial checksums (CHECKSUM_PARTIAL): the field holds the sum of the pseudo-header, and the sending device is to
 * finish it, which is never needed between namespaces of one host. Before the bytes go to user space, or on without the
 * header, they must be finished. A checksum is taken for partial if it equals that sum and is wrong.
 */

/* The sum of `words` 16-bit words. */
static __always_inline __u32 sfc_wordsSum(const __u8* bytes, const __u32 words) {
  __u32 sum = 0;
#pragma unroll
  for (__u32 i = 0; i < words; i++) sum += sfc_load16(bytes + i * 2);
  return sum;
}

/* Can a checksum be partial? */
static __always_inline int sfc_isStarted(__u16 checksum, __u32 pseudo, const int optional) {
  return unlikely(checksum == sfc_fold(pseudo)) && !(optional && checksum == 0);
}

/* The sum of `n` bytes from `at` on of a buffer with room for twice SFC_MAX_BYTES. */
static __always_inline __u16 sfc_sumBytes(const __u8* bytes, __u64 at, __u64 n) {
  const __u64 rest = n & 3, words = sfc_sizeUpTo(n / 4, SFC_ALIGN4(SFC_MAX_BYTES) / 4);
  __u32 sum = 0;
  barrier_var(at);
  if (at > SFC_MAX_BYTES) return 0;
  mask_var(at, SFC_BYTES_MASK);
  if (words) sum = bpf_csum_diff(0, 0, (const void*)(bytes + at), words * 4, 0);
  return sfc_fold((__u32)sfc_fold(sum) + sfc_fold(sfc_firstBytes(bytes + at + words * 4, rest)));
}

/*
 * Finishes a checksum, at byte `offset`, over the stripped bytes from `from` on, of `length`, and the packet behind
 * them, unless it is right as it stands. 1 if it did.
 */
#if SFC_FINISHES && (SFC_HOOKS & (SFC_AT_INGRESS | SFC_AT_TC_INGRESS))
static __noinline int sfc_finishChecksum(struct sfc_record* record, __u64 length, __u64 from, __u32 offset,
                                         __u32 pseudo, int optional) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c || from > length || length > SFC_MAX_BYTES) return 0;
  __u8* bytes = c->scratch.work.before;
  sfc_copyBytes(bytes, record->bytes, length, c);
  __u64 at = from + offset;
  barrier_var(at);
  if (at > SFC_MAX_BYTES - 2) return 0;
  mask_var(at, SFC_BYTES_MASK);
  const __u16 old = sfc_load16(record->bytes + at), tail = record->tail[0].sum;
  const __u16 behind = (length - from) & 1 ? __builtin_bswap16(tail) : tail;
  const __u16 sum = sfc_fold((__u32)sfc_fold(pseudo) + sfc_sumBytes(bytes, from, length - from));
  const __u16 all = sfc_fold((__u32)sum + behind);
  if (all == 0xFFFF) return 0;
  const __u16 checksum = ~sfc_fold((__u32)all + (__u16)~old);
  *(__u16*)(record->bytes + at) = optional && checksum == 0 ? 0xFFFF : checksum;
  return 1;
}
#endif
