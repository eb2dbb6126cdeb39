/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slots store: a set-associative cache in array maps, claimed by compare-and-swap, first in first out per key.
 *
 * The problem: two CPUs insert and claim at the same time, the function may drop packets, so that their entries stay,
 * and packets whose keys are equal must come back in the order in which they arrived. LRU maps evict early, and a
 * lookup, copy and delete that are not one step can hand out another packet's value.
 *
 * The idea: a key's hash names one bucket of SFC_WAYS words (struct sfc_bucket). Whoever swaps a word from 0 to busy
 * owns that way's entry, fills it and makes the word ready; whoever swaps it from ready to busy owns it too, reads it
 * and makes it 0. A ready word holds a ticket that the bucket never gives out twice.
 *
 * Invariants: an entry is read or written only by the owner of its word, but for looks that are confirmed by the swap
 * that follows (the ticket in the word proves that nothing changed in between). Of the entries with an equal key the
 * one with the smallest ticket is claimed, so equal keys are first in, first out. An entry older than the lifetime
 * belongs to nobody: insertion and lookup alike may take it, and count it as expired.
 */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_bucket);
} sfc_buckets SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, SFC_WAYS);
  __type(key, __u32);
  __type(value, struct sfc_entry);
} sfc_entries SEC(".maps");

/* A way that the caller owns; entry is 0 if there was none. */
struct sfc_slot {
  struct sfc_entry *entry;
  __u64 *word;
  __u64 ticket; /* the word when ready */
  __u32 index;
};

static __always_inline struct sfc_bucket *sfc_bucketAt(__u32 bucket) {
  return bpf_map_lookup_elem(&sfc_buckets, &bucket);
}

static __always_inline struct sfc_entry *sfc_entryAt(__u32 index) {
  return bpf_map_lookup_elem(&sfc_entries, &index);
}

static __always_inline int sfc_swap(__u64 *word, __u64 from, __u64 to) {
  return __sync_val_compare_and_swap(word, from, to) == from;
}

static __always_inline int sfc_expired(const struct sfc_entry *entry, __u64 now) {
  return (__s64)(now - *(volatile __u64 *)&entry->arrived) > (__s64)sfc_config.lifetime_ns;
}

/* Gives the way back. Ordered after everything that the owner read and wrote. */
static __always_inline void sfc_release(struct sfc_slot *slot) {
  struct sfc_bucket *bucket = sfc_bucketAt(slot->index / SFC_WAYS);
  if (bucket && slot->index % SFC_WAYS >= SFC_NEAR_WAYS)
    __sync_fetch_and_sub(&bucket->spilled, 1);
  __sync_lock_test_and_set(slot->word, 0);
}

/* Makes a filled entry visible to lookups. */
static __always_inline void sfc_publish(struct sfc_slot *slot) { __sync_lock_test_and_set(slot->word, slot->ticket); }

#define SFC_NO_WAY SFC_WAYS

/* Names the way `way` of a bucket, of which the verifier need not know which one it is. */
static __always_inline void sfc_point(struct sfc_bucket *bucket, __u32 base, __u64 way, struct sfc_counters *c,
                                      struct sfc_slot *slot) {
  way = sfc_forget(c, way) & (SFC_WAYS - 1);
  slot->word = &bucket->word[way];
  slot->index = base + way;
  slot->entry = sfc_entryAt(slot->index);
}

/* A free way among [first, last), or an expired one; its word becomes busy. SFC_NO_WAY if there is none. */
static __always_inline __u64 sfc_take(struct sfc_bucket *bucket, __u32 base, __u32 first, __u32 last, __u64 now,
                                      struct sfc_counters *c, __u64 ticket) {
  for (__u32 i = first; i < last; i++) {
    __u64 *word = &bucket->word[i & (SFC_WAYS - 1)];
    if (*(volatile __u64 *)word == 0 && sfc_swap(word, 0, ticket | SFC_WORD_BUSY)) {
      if (first)
        __sync_fetch_and_add(&bucket->spilled, 1);
      return i;
    }
  }
  for (__u32 i = first; i < last; i++) {
    __u64 *word = &bucket->word[i & (SFC_WAYS - 1)];
    __u64 held = *(volatile __u64 *)word;
    struct sfc_entry *entry = sfc_entryAt(base + i);
    if (!entry || held == 0 || held & SFC_WORD_BUSY || !sfc_expired(entry, now))
      continue;
    if (sfc_swap(word, held, ticket | SFC_WORD_BUSY)) {
      sfc_count(c, SFC_C_EXPIRED);
      return i;
    }
  }
  return SFC_NO_WAY;
}

/* A way for a packet with this hash; slot->entry is 0 if the bucket is full. The caller fills it and publishes it. */
static __always_inline void sfc_slotsInsert(__u64 hash, struct sfc_counters *c, struct sfc_slot *slot) {
  __u32 number = sfc_bucketOf(hash);
  struct sfc_bucket *bucket = sfc_bucketAt(number);
  __u64 now = bpf_ktime_get_coarse_ns();
  __u32 base = number * SFC_WAYS;
  slot->entry = 0;
  if (!bucket)
    return;
  __u64 ticket = __sync_fetch_and_add(&bucket->next, 1) + 1;
  slot->ticket = (ticket << SFC_TICKET_SHIFT & ~SFC_WORD_BUSY) | sfc_tagOf(hash);
  __u64 way = sfc_take(bucket, base, 0, SFC_NEAR_WAYS, now, c, slot->ticket);
  if (unlikely(way == SFC_NO_WAY))
    way = sfc_take(bucket, base, SFC_NEAR_WAYS, SFC_WAYS, now, c, slot->ticket);
  if (way == SFC_NO_WAY)
    return;
  sfc_point(bucket, base, way, c, slot);
  if (slot->entry)
    slot->entry->arrived = now;
}

/* Words that a packet's path does not fill are 0 on both sides. */
static __always_inline int sfc_sameKey(const struct sfc_entry *entry, const __u64 *key) {
  __u64 different = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_WORDS; i++)
    different |= *(volatile __u64 *)&entry->key[i] ^ key[i];
  return different == 0;
}

/* The oldest way found so far: the smallest ticket of an entry with the right key. */
struct sfc_oldest {
  __u64 way;
  __u64 ticket;
};

/* Looks for an older one among [first, last). */
static __always_inline void sfc_scan(struct sfc_bucket *bucket, __u32 base, __u32 first, __u32 last, __u16 tag,
                                     const struct sfc_packet *p, __u64 now, struct sfc_counters *c,
                                     struct sfc_oldest *oldest) {
  for (__u32 i = first; i < last; i++) {
    __u64 *word = &bucket->word[i & (SFC_WAYS - 1)];
    __u64 held = *(volatile __u64 *)word;
    if ((__u16)held != tag || held >= oldest->ticket)
      continue;
    struct sfc_entry *entry = sfc_entryAt(base + i);
    if (!entry || !sfc_sameKey(entry, p->key))
      continue;
    if (unlikely(sfc_expired(entry, now))) {
      if (sfc_swap(word, held, held | SFC_WORD_BUSY)) {
        sfc_count(c, SFC_C_EXPIRED);
        if (first)
          __sync_fetch_and_sub(&bucket->spilled, 1);
        __sync_lock_test_and_set(word, 0);
      }
      continue;
    }
    oldest->way = i;
    oldest->ticket = held;
  }
}

/*
 * Finds the oldest entry with the packet's key. Nothing is claimed yet: sfc_claim does that, and fails if another CPU
 * was faster. slot->entry is 0 if there is none.
 */
static __always_inline void sfc_slotsFind(__u64 hash, const struct sfc_packet *p, struct sfc_counters *c,
                                          struct sfc_slot *slot) {
  __u32 number = sfc_bucketOf(hash);
  __u32 base = number * SFC_WAYS;
  struct sfc_bucket *bucket = sfc_bucketAt(number);
  struct sfc_oldest oldest = {SFC_NO_WAY, SFC_WORD_BUSY}; /* busy is greater than every ready word */
  slot->entry = 0;
  if (!bucket)
    return;
  __u64 now = bpf_ktime_get_coarse_ns();
  sfc_scan(bucket, base, 0, SFC_NEAR_WAYS, sfc_tagOf(hash), p, now, c, &oldest);
  if (unlikely(*(volatile __u64 *)&bucket->spilled))
    sfc_scan(bucket, base, SFC_NEAR_WAYS, SFC_WAYS, sfc_tagOf(hash), p, now, c, &oldest);
  if (oldest.ticket == SFC_WORD_BUSY)
    return;
  slot->ticket = oldest.ticket;
  sfc_point(bucket, base, oldest.way, c, slot);
}

/* The way that a token in the packet's metadata names, if it still holds that packet's entry. */
static __always_inline void sfc_slotsAt(__u32 index, __u64 ticket, struct sfc_slot *slot) {
  struct sfc_bucket *bucket = sfc_bucketAt(index / SFC_WAYS);
  slot->entry = 0;
  if (!bucket)
    return;
  __u64 *word = &bucket->word[index & (SFC_WAYS - 1)];
  if (*(volatile __u64 *)word != ticket)
    return;
  slot->entry = sfc_entryAt(index);
  slot->word = word;
  slot->ticket = ticket;
  slot->index = index;
}

static __always_inline int sfc_claim(struct sfc_slot *slot) {
  return sfc_swap(slot->word, slot->ticket, slot->ticket | SFC_WORD_BUSY);
}
