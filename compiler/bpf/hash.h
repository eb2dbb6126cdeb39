/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Seeded hashing of keys and payloads.
 *
 * NH of UMAC (RFC 4418, section 5.2) on 64-bit words: the sum over the words of (low half + secret) * (high half +
 * secret'). For secrets drawn at random, two different inputs collide with probability 2^-32 whoever chooses them, and
 * the products do not wait for each other. The full key is always compared as well, so a collision costs time only.
 */
static __always_inline __u64 sfc_nhWord(__u64 word, __u32 i) {
  __u64 seed = sfc_config.seed[i % SFC_SEEDS];
  return (__u64)((__u32)word + (__u32)seed) * ((__u32)(word >> 32) + (__u32)(seed >> 32));
}

static __always_inline __u64 sfc_mix(__u64 h) {
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15ULL; /* 2^64 / golden ratio, odd */
  return h ^ (h >> 29);
}

static __always_inline __u64 sfc_hashKey(const __u64 *key, __u64 words) {
  __u64 h = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_WORDS; i++) {
    if (i >= words)
      break;
    h += sfc_nhWord(key[i], i);
  }
  return sfc_mix(h);
}

static __always_inline __u16 sfc_tagOf(__u64 hash) { return hash & 0xFFFF ?: 1; }
static __always_inline __u32 sfc_bucketOf(__u64 hash) { return (hash >> 16) & sfc_config.bucket_mask; }
