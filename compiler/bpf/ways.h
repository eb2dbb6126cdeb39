/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps of the slots store, and operations on one way, or on a few whose words lie together: how they change hands,
 * and how those in use are counted. sfc_abi.h defines the words.
 */
struct sfc_cell {
  struct sfc_bucket bucket;
  struct sfc_entry first; /* of way 0 */
};

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_cell);
} sfc_buckets;

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_far);
} sfc_far;

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, SFC_WAYS - 1);
  __type(key, __u32);
  __type(value, struct sfc_entry);
} sfc_entries;

static __always_inline struct sfc_cell* sfc_cellAt(__u32 number) {
  return bpf_map_lookup_elem(&sfc_buckets, &number);
}

static __always_inline struct sfc_far* sfc_farAt(__u32 number) {
  return bpf_map_lookup_elem(&sfc_far, &number);
}

static __always_inline struct sfc_entry* sfc_entryAt(struct sfc_cell* cell, __u32 number, __u32 way) {
  if (way == 0) return &cell->first;
  __u32 index = SFC_ENTRY_INDEX(number, way, sfc_config.bucket_mask + 1);
  return bpf_map_lookup_elem(&sfc_entries, &index);
}

static __always_inline __u64 sfc_loadWord(const __u64* word) {
  return *(const volatile __u64*)word;
}

static __always_inline int sfc_swap(__u64* word, __u64 from, __u64 to) {
  return __sync_val_compare_and_swap(word, from, to) == from;
}

/* Stores a word after all reads and writes of its owner. */
static __always_inline void sfc_storeWord(__u64* word, __u64 value) {
  if (sfc_config.ordered_stores) {
    asm volatile("" ::: "memory");
    *(volatile __u64*)word = value;
  } else {
    __sync_lock_test_and_set(word, value);
  }
}

static __always_inline int sfc_expired(const struct sfc_entry* entry, __u64 now) {
  return (__s64)(now - sfc_loadWord(&entry->arrived)) > (__s64)sfc_config.lifetime_ns;
}

/* Counts a way that a bucket takes (1) or gives back (-1). */
static __always_inline void sfc_countWay(struct sfc_bucket* bucket, __u32 way, __s64 by) {
  if (likely(way == 0)) return;
  __sync_fetch_and_add(&bucket->others, by);
  if (unlikely(way >= SFC_NEAR_WAYS)) __sync_fetch_and_add(&bucket->spilled, by);
}

/* The words of some ways; words[0] is that of way `first`. */
struct sfc_ways {
  __u64* words;
  __u32 first;
  __u32 count;
};

static __always_inline struct sfc_ways sfc_nearWays(struct sfc_bucket* bucket) {
  return (struct sfc_ways){bucket->word, 0, SFC_NEAR_WAYS};
}

static __always_inline struct sfc_ways sfc_farWays(struct sfc_far* far) {
  return (struct sfc_ways){far->word, SFC_NEAR_WAYS, SFC_FAR_WAYS};
}

static __always_inline int sfc_isFree(__u64 word) {
  return (word & SFC_WORD_TAG) == 0;
}

/* The word of a new entry with this tag, if `last` has the greatest ticket that it must exceed. */
static __always_inline __u64 sfc_wordAfter(__u64 last, __u16 tag) {
  return (((last | SFC_WORD_TAG) + 1) & ~SFC_WORD_BUSY) | tag;
}

static __always_inline __u64 sfc_greater(__u64 a, __u64 b) {
  return a > b ? a : b;
}

/* The greatest of the words, of which the tickets count. */
static __always_inline __u64 sfc_lastOf(struct sfc_ways ways) {
  __u64 last = 0;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) last = sfc_greater(sfc_loadWord(&ways.words[i]) & ~SFC_WORD_BUSY, last);
  return last;
}

/* sfc_search.place if nothing has been found; greater than all places. */
#define SFC_NO_PLACE (1ULL << 32)

static __always_inline __u64 sfc_placeOfWay(__u32 number, __u32 way) {
  return (__u64)number << SFC_SLOT_SHIFT | way;
}

/* Takes a free way: its word becomes busy, s->ticket is its word when ready. The way, or SFC_WAYS if there is none. */
static __always_inline __u32 sfc_takeFree(struct sfc_ways ways, struct sfc_search* s) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    const __u64 held = sfc_loadWord(&ways.words[i]);
    if (!sfc_isFree(held)) continue;
    const __u64 word = sfc_wordAfter(sfc_greater(held, s->last), s->tag);
    if (!sfc_swap(&ways.words[i], held, word | SFC_WORD_BUSY)) continue;
    s->ticket = word;
    return ways.first + i;
  }
  return SFC_WAYS;
}

/* Frees a way if its entry has expired. 1 if it did, and no other CPU was faster. */
static __always_inline int sfc_freeExpired(__u64* word, __u64 held, const struct sfc_entry* entry, __u64 now,
                                           struct sfc_counters* c) {
  if (!entry || !sfc_expired(entry, now) || !sfc_swap(word, held, held & ~SFC_WORD_TAG)) return 0;
  sfc_count(c, SFC_C_EXPIRED);
  return 1;
}

/* Throws away the expired entries of a bucket's near ways. */
static __always_inline void sfc_sweepNear(struct sfc_cell* cell, __u32 number, __u64 now, struct sfc_counters* c) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_NEAR_WAYS; i++) {
    __u64* word = &cell->bucket.word[i];
    const __u64 held = sfc_loadWord(word);
    if (sfc_isFree(held) || held & SFC_WORD_BUSY) continue;
    if (sfc_freeExpired(word, held, sfc_entryAt(cell, number, i), now, c)) sfc_countWay(&cell->bucket, i, -1);
  }
}

/* Words that a packet of this kind does not fill are 0 on both sides. */
static __always_inline int sfc_sameKey(const struct sfc_entry* entry, const struct sfc_packet* p) {
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_SHORT; i++)
    if (sfc_loadWord(&entry->key[i]) != p->key[i]) return 0;
  if (!sfc_isLongKey(p)) return 1;
#pragma unroll
  for (__u32 i = SFC_KEY_SHORT; i < SFC_KEY_WORDS; i++)
    if (sfc_loadWord(&entry->key[i]) != p->key[i]) return 0;
  return 1;
}

static __always_inline void sfc_storeKey(struct sfc_entry* entry, const struct sfc_packet* p) {
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_SHORT; i++) entry->key[i] = p->key[i];
  if (!sfc_isLongKey(p)) return;
#pragma unroll
  for (__u32 i = SFC_KEY_SHORT; i < SFC_KEY_WORDS; i++) entry->key[i] = p->key[i];
}

/*
 * Scans ways of bucket `number` for an entry of bucket s->number with the packet's key that is older than s->ticket.
 * s->seen tells whether it, or a newer one, is there. Expired entries are freed on the way. `home` is 0 if all entries
 * are the bucket's own.
 */
static __always_inline void sfc_scan(struct sfc_cell* cell, struct sfc_ways ways, const __u32* home, __u32 number,
                                     struct sfc_search* s, struct sfc_counters* c) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    const __u64 held = sfc_loadWord(&ways.words[i]);
    if ((__u16)held != (__u16)s->tag) continue;
    if (home && *(const volatile __u32*)&home[i] != s->number) continue;
    if ((held & ~SFC_WORD_BUSY) >= sfc_loadWord(&s->ticket)) *(volatile __u64*)&s->seen = 1;
    if (held >= sfc_loadWord(&s->ticket)) continue;
    struct sfc_entry* entry = sfc_entryAt(cell, number, ways.first + i);
    if (!entry || !sfc_sameKey(entry, &c->scratch.packet)) continue;
    if (unlikely(sfc_expired(entry, s->now))) {
      struct sfc_cell* owner = home ? sfc_cellAt(s->number) : cell;
      if (owner && sfc_freeExpired(&ways.words[i], held, entry, s->now, c))
        sfc_countWay(&owner->bucket, ways.first + i, -1);
      continue;
    }
    *(volatile __u64*)&s->place = sfc_placeOfWay(number, ways.first + i);
    *(volatile __u64*)&s->ticket = held;
    *(volatile __u64*)&s->seen = 1;
  }
}
