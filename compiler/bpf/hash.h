/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Seeded hashing of keys and payloads.
 *
 * Words are taken in pairs (a, b): the sum over the pairs of (a + secret) * (b + secret' | 1) + byte-swapped b, modulo
 * 2^64. For a given b, different a give different products, as the factor is odd, so that keys that differ in
 * consecutive sequence numbers, say, never collide before the last mixing step. For a given a, different b give
 * different factors; the product can lose a difference in high bits, but the swapped b keeps it in its low bits.
 * Collisions depend on secrets that no sender knows. The products do not wait for each other.
 *
 * The full key is always compared as well, so a collision of keys costs time only. The digest of a payload replaces the
 * payload in the key.
 */
static __always_inline __u64 sfc_hashPair(__u64 a, __u64 b, __u32 i) {
  return (a + sfc_config.seed[i % SFC_SEEDS]) * ((b + sfc_config.seed[(i + 1) % SFC_SEEDS]) | 1) + __builtin_bswap64(b);
}

static __always_inline __u64 sfc_mix(__u64 h) {
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15ULL; /* 2^64 / golden ratio, odd */
  return h ^ (h >> 29);
}

/* Does the key have more than SFC_KEY_SHORT words that are not 0? */
static __always_inline int sfc_isLongKey(const struct sfc_packet* p) {
  return SFC_KEY_LONG && unlikely(p->key[0] & SFC_KEY_LONG);
}

/* Words that a packet of this kind does not fill are 0. */
static __always_inline __u64 sfc_hashKey(const struct sfc_packet* p) {
  __u64 h = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_SHORT; i += 2)
    h += sfc_hashPair(p->key[i], i + 1 < SFC_KEY_WORDS ? p->key[i + 1] : 0, i);
  if (!sfc_isLongKey(p)) return sfc_mix(h);
#pragma unroll
  for (__u32 i = SFC_KEY_SHORT; i < SFC_KEY_WORDS; i += 2)
    h += sfc_hashPair(p->key[i], i + 1 < SFC_KEY_WORDS ? p->key[i + 1] : 0, i);
  return sfc_mix(h);
}

static __always_inline __u16 sfc_tagOf(__u64 hash) {
  return hash & 0xFFFF ?: 1;
}
static __always_inline __u32 sfc_bucketOf(__u64 hash) {
  return (hash >> 16) & sfc_config.bucket_mask;
}
