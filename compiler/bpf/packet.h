/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Bytes of the packet: bounded access, and removing regions at ingress.
 */
enum sfc_hook { SFC_INGRESS, SFC_EGRESS };

/* Is the context that of XDP? */
static __always_inline int sfc_isXdp(enum sfc_hook hook) {
  return hook == SFC_INGRESS && !(SFC_HOOKS & SFC_AT_TC_INGRESS);
}

/* Is it 0? The verifier learns nothing from this comparison about the sources of the value. */
static __always_inline int sfc_isZero(__u64 value) {
  barrier_var(value);
  return !value;
}

/* 1 if the value is not from `low` to `high`, without a comparison: the borrow of a subtraction. */
static __always_inline __u64 sfc_outside(__u64 value, __u64 low, __u64 high) {
  const __u64 span = high - low;
  __u64 above = value - low;
  barrier_var(above);
  return ((~span & above) | ((~span | above) & (span - above))) >> 63;
}

/* `size` bytes at offset `at`, or 0 if the linear part ends before. */
static __always_inline __u8* sfc_at(void* data, void* end, __u64 at, __u32 size) {
  if (at > SFC_MAX_CURSOR) return 0;
  mask_var(at, SFC_CURSOR_MASK);
  __u8* bytes = (__u8*)data + at;
  barrier_var(bytes); /* else clang derives one check from another, and the verifier does not */
  return bytes + size > (__u8*)end ? 0 : bytes;
}

static __always_inline __u64 sfc_load8(const __u8* at) {
  return *at;
}
static __always_inline __u64 sfc_load16(const __u8* at) {
  return *(const __u16*)at;
}
static __always_inline __u64 sfc_load32(const __u8* at) {
  return *(const __u32*)at;
}
static __always_inline __u64 sfc_load64(const __u8* at) {
  return *(const __u64*)at;
}
static __always_inline __u64 sfc_be16(const __u8* at) {
  return __builtin_bswap16(sfc_load16(at));
}
static __always_inline __u64 sfc_be32(const __u8* at) {
  return __builtin_bswap32(sfc_load32(at));
}
static __always_inline __u64 sfc_be64(const __u8* at) {
  return __builtin_bswap64(sfc_load64(at));
}

static __always_inline void sfc_put8(__u8* at, __u64 value) {
  *at = value;
}
static __always_inline void sfc_put16(__u8* at, __u64 value) {
  *(__u16*)at = __builtin_bswap16(value);
}
static __always_inline void sfc_put32(__u8* at, __u64 value) {
  *(__u32*)at = __builtin_bswap32(value);
}
static __always_inline void sfc_put64(__u8* at, __u64 value) {
  *(__u64*)at = __builtin_bswap64(value);
}

/* Bytes of the whole frame, linear or not. */
static __always_inline __u64 sfc_frameLength(void* ctx, enum sfc_hook hook) {
  return sfc_isXdp(hook) ? bpf_xdp_get_buff_len(ctx) : ((struct __sk_buff*)ctx)->len;
}

/*
 * A number of bytes for a helper that takes 1 to max, or 0 if it is out of range. One comparison shows both bounds to
 * the verifier, in the register that is passed on.
 */
static __always_inline __u64 sfc_sizeUpTo(__u64 n, __u64 max) {
  n--;
  barrier_var(n);
  if (n >= max) return 0;
  asm volatile("%0 += 1" : "+r"(n));
  return n;
}

/* Copies n bytes (0 < n <= max) out of the frame, linear or not. 0 if all went well. */
static __always_inline long sfc_copyOut(void* ctx, enum sfc_hook hook, __u64 at, void* to, __u64 n, __u64 max) {
  n = sfc_sizeUpTo(n, max);
  if (n == 0) return -1;
  return sfc_isXdp(hook) ? bpf_xdp_load_bytes(ctx, at, to, n) : bpf_skb_load_bytes(ctx, at, to, n);
}

static __always_inline long sfc_copyIn(void* ctx, enum sfc_hook hook, __u64 at, const void* from, __u64 n, __u64 max) {
  n = sfc_sizeUpTo(n, max);
  if (n == 0) return -1;
  return sfc_isXdp(hook) ? bpf_xdp_store_bytes(ctx, at, from, n) : bpf_skb_store_bytes(ctx, at, from, n, 0);
}

/* A seeded hash of at most SFC_DIGEST_BYTES (32) bytes from `at` to `limit`; the bytes behind `limit` are padding. */
static __always_inline __u64 sfc_digest(void* ctx, enum sfc_hook hook, void* data, void* end, __u64 at, __u64 limit) {
  __u64 word[SFC_DIGEST_BYTES / 8] = {};
  __u64 n = limit > at ? limit - at : 0;
  __u8* bytes = sfc_at(data, end, at, sizeof(word));
  if (n >= sizeof(word) && bytes) {
    n = sizeof(word);
    word[0] = sfc_load64(bytes);
    word[1] = sfc_load64(bytes + 8);
    word[2] = sfc_load64(bytes + 16);
    word[3] = sfc_load64(bytes + 24);
  } else if (n) {
    if (n > sizeof(word)) n = sizeof(word);
    sfc_copyOut(ctx, hook, at, word, n, sizeof(word));
  }
  return sfc_mix(n + sfc_hashPair(word[0], word[1], SFC_SEEDS - 4) + sfc_hashPair(word[2], word[3], SFC_SEEDS - 2));
}

/* Short regions are copied without a loop: the limit if a region has at most `max` bytes. */
#define SFC_SHORT_REGION(max) (SFC_ALIGN8(max) < 32 ? SFC_ALIGN8(max) : 32)
#define SFC_SHORT_MASK 0x3F

/* Copies `length` bytes, at most `most`, in whole words, with up to seven bytes behind them. */
static __always_inline void sfc_copyShort(__u8* to, const __u8* from, __u64 length, const __u32 most) {
#pragma unroll
  for (__u32 i = 0; i < most; i += 8) {
    if (i >= length) break;
    *(__u64*)(to + i) = sfc_load64(from + i);
  }
}

/* Regions up to this size that are whole 32-bit words are copied word by word, which is faster than a call. */
#define SFC_MAX_FAST_REGION 64

/* Copies the `length` bytes at `at` to `to`, which has room for `max`. */
static __always_inline long sfc_saveRegion(sfc_arrival* ctx, __u64 at, __u8* to, __u64 length, const __u64 max) {
  void *data = (void*)(long)ctx->data, *end = (void*)(long)ctx->data_end;
  if (length % 4 || length > SFC_MAX_FAST_REGION) return sfc_copyOut(ctx, SFC_INGRESS, at, to, length, max);
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_MAX_FAST_REGION && i + 4 <= max; i += 4) {
    if (i >= length) break;
    __u64 place = at + i;
    barrier_var(place);
    __u8* from = sfc_at(data, end, place, 4);
    if (!from) return -1;
    *(__u32*)(to + i) = sfc_load32(from);
  }
  return 0;
}

#define SFC_MAX_FAST_PREFIX 32

/* A constant, small number of bytes in registers. */
struct sfc_few {
  __u64 word[SFC_MAX_FAST_PREFIX / 8];
  __u64 four, two, one;
};

static __always_inline struct sfc_few sfc_loadFew(const __u8* from, const __u32 size) {
  struct sfc_few few = {};
  const __u32 words = size / 8;
#pragma unroll
  for (__u32 i = 0; i < words; i++) few.word[i] = sfc_load64(from + i * 8);
  if (size & 4) few.four = sfc_load32(from + words * 8);
  if (size & 2) few.two = sfc_load16(from + words * 8 + (size & 4));
  if (size & 1) few.one = from[size - 1];
  return few;
}

static __always_inline void sfc_storeFew(__u8* to, const struct sfc_few* few, const __u32 size) {
  const __u32 words = size / 8;
#pragma unroll
  for (__u32 i = 0; i < words; i++) *(__u64*)(to + i * 8) = few->word[i];
  if (size & 4) *(__u32*)(to + words * 8) = few->four;
  if (size & 2) *(__u16*)(to + words * 8 + (size & 4)) = few->two;
  if (size & 1) to[size - 1] = few->one;
}

/* Moves `size` bytes, a constant; the two places may overlap. */
static __always_inline void sfc_move(__u8* to, const __u8* from, const __u32 size) {
  const struct sfc_few few = sfc_loadFew(from, size);
  sfc_storeFew(to, &few, size);
}

/* The shortest prefix, such as an untagged Ethernet header, is moved in registers, longer ones through memory. */
static __always_inline int sfc_isFastPrefix(__u64 at) {
  return SFC_MIN_PREFIX <= SFC_MAX_FAST_PREFIX && at == SFC_MIN_PREFIX;
}

/* Moves the first `at` bytes over the `length` bytes behind them and lets the frame begin there. */
static __always_inline long sfc_removeRegion(struct xdp_md* ctx, __u64 at, __u64 length) {
  if (SFC_WHOLE && at == 0) return bpf_xdp_adjust_head(ctx, length);
  if (likely(sfc_isFastPrefix(at))) {
    void *data = (void*)(long)ctx->data, *end = (void*)(long)ctx->data_end;
    __u8 *from = data, *to = sfc_at(data, end, length, SFC_MIN_PREFIX);
    if (from + SFC_MIN_PREFIX > (__u8*)end || !to) return -1;
    sfc_move(to, from, SFC_MIN_PREFIX);
  } else {
    struct sfc_scratch* scratch = sfc_scratchHere();
    if (!scratch || sfc_copyOut(ctx, SFC_INGRESS, 0, scratch->prefix, at, SFC_MAX_PREFIX) ||
        sfc_copyIn(ctx, SFC_INGRESS, length, scratch->prefix, at, SFC_MAX_PREFIX))
      return -1;
  }
  return bpf_xdp_adjust_head(ctx, length);
}

/* Removes several regions: the bytes retained before and between them are gathered and moved to the end of the last. */
static __always_inline long sfc_removeMany(struct xdp_md* ctx, const struct sfc_packet* p) {
  struct sfc_scratch* scratch = sfc_scratchHere();
  __u64 from = 0, retained = 0;
  if (!scratch) return -1;
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) {
    __u64 n = p->region[i].at - from;
    if (!p->region[i].length) continue;
    barrier_var(retained);
    if (retained > SFC_MAX_PREFIX) return -1;
    mask_var(retained, SFC_PREFIX_MASK);
    if (n && sfc_copyOut(ctx, SFC_INGRESS, from, scratch->prefix + retained, n, SFC_MAX_PREFIX)) return -1;
    retained += n;
    from = p->region[i].at + p->region[i].length;
  }
  if (retained && sfc_copyIn(ctx, SFC_INGRESS, from - retained, scratch->prefix, retained, SFC_MAX_PREFIX)) return -1;
  return bpf_xdp_adjust_head(ctx, from - retained);
}

static __always_inline long sfc_removeRegions(struct xdp_md* ctx, const struct sfc_packet* p) {
  __u64 earlier = 0;
#pragma unroll
  for (__u32 i = 0; i + 1 < SFC_REGIONS; i++) earlier += p->region[i].length;
  if (earlier) return sfc_removeMany(ctx, p);
  return sfc_removeRegion(ctx, p->region[SFC_REGIONS - 1].at, p->region[SFC_REGIONS - 1].length);
}

/* Bytes that egress makes linear: enough for the headers of all but odd packets. */
#define SFC_LINEAR 256

static __always_inline long sfc_pullHeaders(struct __sk_buff* skb) {
  __u8 *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  /* Else clang, which knows that they were loaded as 32 bits, computes with 32 bits, and they are pointers no more. */
  barrier_var(data);
  barrier_var(end);
  const __u64 linear = end - data;
  if (linear >= SFC_LINEAR || likely(linear == skb->len)) return 0;
  return bpf_skb_pull_data(skb, skb->len < SFC_LINEAR ? skb->len : SFC_LINEAR);
}
