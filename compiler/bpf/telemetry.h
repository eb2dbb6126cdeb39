/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Telemetry: residence times, sampling, and data to be written over or inserted into the stripped bytes.
 */
#define SFC_TAI_LIFETIME 1000000 /* ns */
#define SFC_TAI_PRECISION 1000

/* The number of one bits. */
static __always_inline __u64 sfc_countOnes(__u64 bits) {
  bits -= bits >> 1 & 0x5555555555555555ULL;
  bits = (bits & 0x3333333333333333ULL) + (bits >> 2 & 0x3333333333333333ULL);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
  return bits * 0x0101010101010101ULL >> 56;
}

/*
 * The offset of International Atomic Time from the monotonic clock. It changes when the clock is set, not while it is
 * adjusted; so it is read again once in a millisecond, and a packet costs one read of one clock. An interrupt between
 * the reads would falsify it: then the old offset is kept, unless there is none yet.
 */
static __always_inline __u64 sfc_taiAhead(struct sfc_counters* c, __u64 now) {
  struct sfc_tai* tai = c->tai;
  if (unlikely(now - tai->seen > SFC_TAI_LIFETIME)) {
    const __u64 before = bpf_ktime_get_ns(), there = bpf_ktime_get_tai_ns(), after = bpf_ktime_get_ns();
    if (after - before < SFC_TAI_PRECISION || !tai->seen) {
      tai->ahead = there - before - (after - before) / 2;
      tai->seen = after;
    }
  }
  return tai->ahead;
}

/* Is this the first of `every` packets here on this CPU? Never if `every` is 0. */
static __always_inline __u64 sfc_isSampled(struct sfc_counters* c, const __u32 number, __u64 every) {
  __u64* since = &c->since[number];
  if (every == 0) return 0;
  if (*since != 0 && *since < every) {
    (*since)++;
    return 0;
  }
  *since = 1;
  return 1;
}

/* Counts a returning packet by the time it spent with the SF. */
static __always_inline void sfc_countResidence(struct sfc_counters* c, __u64 ns) {
  __u64 log = 0;
#pragma unroll
  for (__u32 half = 32; half; half /= 2) {
    const __u64 larger = (0 - (ns >> half)) >> 63; /* 1 if ns >= 2^half; no branch for the verifier to follow */
    log += larger * half;
    ns >>= larger * half;
  }
  mask_var(log, SFC_RESIDENCE_BUCKETS - 1);
  c->residence[log]++;
}

/*
 * Does the device take the packet with its `length` stripped bytes, less the popped, and `size` more? Besides its MTU
 * it takes an Ethernet header and the VLAN tags in front of the frame.
 */
static __always_inline int sfc_mayGrowBy(struct __sk_buff* skb, __u64 length, const struct sfc_popped* popped,
                                         __u64 size) {
  const __u64 grown = length - popped->length + size;
  __u32 mtu = 0;
  if (bpf_check_mtu(skb, 0, &mtu, grown, 0) == 0) return 1;
  const __u64 tags = sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end) * SFC_TAG_SIZE;
  mtu = 0;
  return tags && bpf_check_mtu(skb, 0, &mtu, grown - tags, 0) == 0;
}

/* Appends `n` zero bytes, and a word of zeros, to `length` stripped bytes; 0 if there is no room. */
static __always_inline int sfc_append(__u8* bytes, __u64 length, const __u32 n) {
  barrier_var(length);
  if (length > SFC_MAX_BYTES - n) return 0;
  mask_var(length, SFC_BYTES_MASK);
#pragma unroll
  for (__u32 i = 0; i <= n; i += 4) *(__u32*)(bytes + length + i) = 0;
  return 1;
}

/* Overwrites stripped bytes from `at` on, which the caller has checked, with telemetry data. */
static __always_inline void sfc_overwrite(__u8* bytes, __u64 at, const __u8* data, __u64 size) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_MAX_TELEMETRY; i += 4) {
    __u64 place = at + i;
    barrier_var(place);
    if (i >= size || place > SFC_MAX_BYTES - 4) break;
    mask_var(place, SFC_BYTES_MASK);
    *(__u32*)(bytes + place) = sfc_load32(data + i);
  }
}

/* Stores bytes from..to of the stripped ones at `at` of the frame. */
static __always_inline long sfc_storeBytes(struct __sk_buff* skb, __u64 at, const __u8* bytes, __u64 from, __u64 to) {
  barrier_var(from);
  if (from >= to) return 0;
  if (from > SFC_MAX_BYTES) return -1;
  const __u64 n = to - from;
  mask_var(from, SFC_BYTES_MASK);
  return sfc_copyIn(skb, SFC_EGRESS, at, bytes + from, n, SFC_MAX_BYTES);
}

/* A retained header of `size` bytes at `at` of the packet, or 0. */
static __always_inline const __u8* sfc_retainedHere(void* data, void* end, __u64 at, const __u32 size) {
  barrier_var(at);
  return sfc_at(data, end, at, size);
}
