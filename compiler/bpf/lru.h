/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hash store: an LRU hash map from key to entry, the design of the caching-proxy paper (NetSoft 2022, section
 * IV-D), kept for comparison. The map may evict any entry at any time; a second packet with an equal key is refused.
 * The value repeats the key, which reveals an element that the map reused between lookup and copy.
 */
struct sfc_key {
  __u64 word[SFC_KEY_WORDS];
};

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1);
  __type(key, struct sfc_key);
  __type(value, struct sfc_entry);
} sfc_hash;

/* 0, or the kernel's error: -17 (EEXIST) if a packet with this key is in flight. */
static __always_inline long sfc_lruInsert(const struct sfc_packet* p, struct sfc_entry* entry) {
  entry->arrived = bpf_ktime_get_coarse_ns();
  return bpf_map_update_elem(&sfc_hash, p->key, entry, BPF_NOEXIST);
}

static __always_inline long sfc_lruDelete(const struct sfc_packet* p) {
  return bpf_map_delete_elem(&sfc_hash, p->key);
}

/* Word by word: clang for BPF copies no more than 1024 bytes by itself. */
static __always_inline void sfc_copyEntry(struct sfc_entry* to, const struct sfc_entry* from) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < sizeof(*to) / sizeof(__u64); i++) {
    __u64 word = ((const __u64*)from)[i];
    barrier_var(word); /* or the loop becomes such a copy again */
    ((__u64*)to)[i] = word;
  }
}

/* Moves the packet's entry from the map to `entry`. 1 if this CPU got it. */
static __always_inline int sfc_lruClaim(const struct sfc_packet* p, struct sfc_entry* entry) {
  struct sfc_entry* found = bpf_map_lookup_elem(&sfc_hash, p->key);
  if (!found) return 0;
  sfc_copyEntry(entry, found);
  return sfc_lruDelete(p) == 0 && sfc_sameKey(entry, p);
}
