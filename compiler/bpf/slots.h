/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slots store: a set-associative cache in array maps, claimed by compare-and-swap, first in first out per key.
 *
 * The problem: two CPUs insert and claim at the same time, the function may drop packets, so that their entries stay,
 * and packets whose keys are equal must come back in the order in which they arrived. LRU maps evict early, and a
 * lookup, copy and delete that are not one step can hand out another packet's value.
 *
 * The idea: a key's hash names one bucket of SFC_WAYS words (sfc_abi.h). Whoever swaps a word from free to busy
 * owns that way's entry, fills it and makes the word ready; whoever swaps it from ready to busy owns it too, reads it
 * and makes it free. A ready word holds a ticket that the way never had before.
 *
 * Invariants: an entry is read or written only by the owner of its word, but for looks that are confirmed by the swap
 * that follows (the ticket in the word proves that nothing changed in between). Of the entries with an equal key the
 * one with the smallest ticket is claimed, so equal keys are first in, first out. An entry older than the lifetime
 * belongs to nobody: insertion and lookup alike may take it, and count it as expired.
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
  __type(value, union sfc_far);
} sfc_far;

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, SFC_WAYS - 1);
  __type(key, __u32);
  __type(value, struct sfc_entry);
} sfc_entries;

/* A way that the caller found or owns; entry is 0 if there was none. */
struct sfc_slot {
  struct sfc_entry* entry;
  struct sfc_bucket* bucket;
  __u64* word;
  __u64 ticket; /* the word when ready */
  __u32 number; /* the bucket's */
  __u32 way;
};

static __always_inline struct sfc_cell* sfc_cellAt(__u32 number) {
  return bpf_map_lookup_elem(&sfc_buckets, &number);
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

/* Stores a word after all that its owner has read and written. */
static __always_inline void sfc_storeWord(__u64* word, __u64 value) {
  if (sfc_config.ordered_stores) {
    asm volatile("" ::: "memory");
    *(volatile __u64*)word = value;
  } else {
    __sync_lock_test_and_set(word, value);
  }
}

/*
 * Adds up what all CPUs have counted: entries that are there, in all buckets, and those that nobody has claimed within
 * their lifetime. What is counted meanwhile may be missing.
 */
#if SFC_FLIGHT && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_addUpFlight(void) {
  struct sfc_counters* here = sfc_countersHere();
  const __u32 zero = 0, last = sfc_config.bucket_mask + 1;
  const union sfc_far* far = bpf_map_lookup_elem(&sfc_far, &last);
  if (!here || !far) return -1;
  __u64 waiting = 0, expired = 0;
#pragma clang loop unroll(disable)
  for (__u32 cpu = 0; cpu < sfc_config.cpus; cpu++) {
    const struct sfc_counters* c = bpf_map_lookup_percpu_elem(&sfc_counters, &zero, cpu);
    if (!c) break;
    waiting += c->n[SFC_C_INSERTED] - c->n[SFC_C_ROLLBACK] - c->n[SFC_C_CLAIMED] - c->n[SFC_C_EXPIRED];
    expired += c->n[SFC_C_EXPIRED];
  }
  waiting -= far->flushed;
  here->flight[0].waiting = (__s64)waiting < 0 ? 0 : waiting;
  here->flight[0].expired = expired;
  return 0;
}
#else
long sfc_addUpFlight(void);
#endif

/* Adding up reads what each CPU writes for every packet; so much time goes by at least before that is done again. */
#define SFC_FLIGHT_NS_PER_CPU 500

/*
 * `in_flight` and `vnf_drops` as they were a moment ago; 0 where no entries wait for packets, or where not all CPUs can
 * be asked.
 */
static __always_inline const struct sfc_flight* sfc_flightAt(struct sfc_counters* c, __u64 now) {
  struct sfc_flight* flight = c->flight;
  if (sfc_config.store != SFC_STORE_SLOTS || !sfc_config.cpus) return 0;
  if (now - flight->seen >= SFC_FLIGHT_NS_PER_CPU * (__u64)sfc_config.cpus) {
    if (sfc_addUpFlight()) return 0;
    flight->seen = now;
  }
  return flight;
}

static __always_inline __u64 sfc_inFlight(struct sfc_counters* c, __u64 now) {
  const struct sfc_flight* flight = sfc_flightAt(c, now);
  return flight ? flight->waiting : ~0ULL;
}

static __always_inline __u64 sfc_vnfDrops(struct sfc_counters* c, __u64 now) {
  const struct sfc_flight* flight = sfc_flightAt(c, now);
  return flight ? flight->expired : ~0ULL;
}

static __always_inline int sfc_expired(const struct sfc_entry* entry, __u64 now) {
  return (__s64)(now - sfc_loadWord(&entry->arrived)) > (__s64)sfc_config.lifetime_ns;
}

/* Counts a way as in use (1) or not (-1). */
static __always_inline void sfc_countWay(struct sfc_bucket* bucket, __u32 way, __s64 by) {
  if (likely(way == 0)) return;
  __sync_fetch_and_add(&bucket->others, by);
  if (unlikely(way >= SFC_NEAR_WAYS)) __sync_fetch_and_add(&bucket->spilled, by);
}

/* Gives the way back. */
static __always_inline void sfc_release(struct sfc_slot* slot) {
  sfc_storeWord(slot->word, slot->ticket & ~SFC_WORD_TAG);
  sfc_countWay(slot->bucket, slot->way, -1);
}

/* Makes a filled entry visible to lookups. */
static __always_inline void sfc_publish(struct sfc_slot* slot) {
  sfc_storeWord(slot->word, slot->ticket);
}

/* Words that lie together: words[0] is way `first` of the bucket. */
struct sfc_ways {
  __u64* words;
  __u32 first;
  __u32 count;
};

static __always_inline int sfc_isFree(__u64 word) {
  return (word & SFC_WORD_TAG) == 0;
}

/* The word of a new entry with this tag, if `last` has the greatest ticket that it must exceed. */
static __always_inline __u64 sfc_wordAfter(__u64 last, __u16 tag) {
  return (((last | SFC_WORD_TAG) + 1) & ~SFC_WORD_BUSY) | tag;
}

/* The greater of `last` and the words, of which the tickets count. */
static __always_inline __u64 sfc_lastOf(struct sfc_ways ways, __u64 last) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    const __u64 word = sfc_loadWord(&ways.words[i]) & ~SFC_WORD_BUSY;
    if (word > last) last = word;
  }
  return last;
}

/* Takes a free way: its word becomes busy. The way's number in the bucket, or SFC_WAYS if there is none. */
static __always_inline __u64 sfc_takeFree(struct sfc_bucket* bucket, struct sfc_ways ways, __u64 word) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    const __u64 held = sfc_loadWord(&ways.words[i]);
    if (!sfc_isFree(held) || !sfc_swap(&ways.words[i], held, word | SFC_WORD_BUSY)) continue;
    sfc_countWay(bucket, ways.first + i, 1);
    return ways.first + i;
  }
  return SFC_WAYS;
}

/* Takes a way whose entry is older than the lifetime. */
static __always_inline __u64 sfc_takeExpired(struct sfc_cell* cell, struct sfc_ways ways, __u32 number, __u64 now,
                                             struct sfc_counters* c, __u64 word) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    __u64 held = sfc_loadWord(&ways.words[i]);
    struct sfc_entry* entry = sfc_entryAt(cell, number, ways.first + i);
    if (!entry || sfc_isFree(held) || held & SFC_WORD_BUSY || !sfc_expired(entry, now)) continue;
    if (sfc_swap(&ways.words[i], held, word | SFC_WORD_BUSY)) {
      sfc_count(c, SFC_C_EXPIRED);
      return ways.first + i;
    }
  }
  return SFC_WAYS;
}

static __always_inline struct sfc_ways sfc_nearWays(struct sfc_bucket* bucket) {
  return (struct sfc_ways){bucket->word, 0, SFC_NEAR_WAYS};
}

static __always_inline struct sfc_ways sfc_farWays(__u32 number) {
  union sfc_far* far = bpf_map_lookup_elem(&sfc_far, &number);
  return (struct sfc_ways){far ? far->word : 0, SFC_NEAR_WAYS, far ? SFC_FAR_WAYS : 0};
}

/* Lets `slot` be the way `way` of a bucket, of which the verifier need not know which one it is. */
static __always_inline void sfc_point(struct sfc_cell* cell, __u32 number, __u64 way, struct sfc_counters* c,
                                      struct sfc_slot* slot) {
  way = sfc_forget(c, way);
  slot->entry = 0;
  slot->bucket = &cell->bucket;
  slot->number = number;
  slot->way = sfc_forget(c, way); /* apart from the one that is compared here */
  if (likely(way < SFC_NEAR_WAYS)) {
    __u64 near = way;
    mask_var(near, 7);
    slot->word = &cell->bucket.word[near];
  } else {
    const struct sfc_ways far = sfc_farWays(number);
    if (!far.words) return;
    slot->word = &far.words[(way - SFC_NEAR_WAYS) % SFC_FAR_WAYS];
  }
  slot->entry = sfc_entryAt(cell, number, way);
}

/* Takes any way of a bucket, free or expired; the word that it will have, with the way in place of the tag. */
static __always_inline __u64 sfc_takeAny(struct sfc_cell* cell, __u32 number, __u16 tag, __u64 now,
                                         struct sfc_counters* c) {
  struct sfc_bucket* bucket = &cell->bucket;
  const struct sfc_ways near = sfc_nearWays(bucket), far = sfc_farWays(number);
  const __u64 spilled = sfc_loadWord(&bucket->spilled);
  __u64 last = sfc_lastOf(near, 0), word = 0, way = SFC_WAYS;
#pragma clang loop unroll(disable)
  for (__u32 with_far = 0; with_far < 2 && way == SFC_WAYS; with_far++) {
    if (spilled && !with_far) continue; /* what the far ways have had counts where they are used */
    if (with_far) last = sfc_lastOf(far, last);
    word = sfc_wordAfter(last, tag);
    way = sfc_takeFree(bucket, near, word);
    if (way == SFC_WAYS) way = sfc_takeExpired(cell, near, number, now, c, word);
    if (way == SFC_WAYS && with_far) way = sfc_takeFree(bucket, far, word);
    if (way == SFC_WAYS && with_far) way = sfc_takeExpired(cell, far, number, now, c, word);
  }
  return (word & ~SFC_WORD_TAG) | way;
}

/*
 * Takes any way of a bucket, as sfc_takeAny; the way is SFC_WAYS if all are in use. Like sfc_findWay, off the usual
 * path and a function that is not static, which the verifier goes through once.
 */
#if SFC_STORES && (SFC_HOOKS & SFC_INGRESS_HELPERS)
__noinline long sfc_takeWay(__u32 number, __u32 tag, __u64 now) {
  struct sfc_counters* c = sfc_countersHere();
  struct sfc_cell* cell = sfc_cellAt(number);
  return cell && c ? sfc_takeAny(cell, number, tag, now, c) : SFC_WAYS;
}
#else
long sfc_takeWay(__u32 number, __u32 tag, __u64 now);
#endif

/* A way for a packet with this hash; slot->entry is 0 if the bucket is full. The caller fills it and publishes it. */
static __always_inline void sfc_slotsInsert(__u64 hash, struct sfc_counters* c, struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  slot->entry = 0;
  if (!cell) return;
  struct sfc_bucket* bucket = &cell->bucket;
  const __u16 tag = sfc_tagOf(hash);
  __u64 now = sfc_coarseClock(c);
  const __u64 held = sfc_loadWord(&bucket->word[0]);
  const __u64 word = sfc_wordAfter(held, tag);
  /* Nearly always the bucket is empty. */
  if (likely(sfc_isFree(held) && !sfc_loadWord(&bucket->others) &&
             sfc_swap(&bucket->word[0], held, word | SFC_WORD_BUSY))) {
    *slot = (struct sfc_slot){&cell->first, bucket, &bucket->word[0], word, number, 0};
  } else {
    const __u64 taken = sfc_takeWay(number, tag, now);
    const __u64 way = taken & SFC_WORD_TAG;
    if (way >= SFC_WAYS) return;
    slot->ticket = (taken & ~SFC_WORD_TAG) | tag;
    sfc_point(cell, number, way, c, slot);
  }
  if (slot->entry) slot->entry->arrived = now;
}

/* Words that this kind of packet does not fill are 0 on both sides. */
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

/* Looks for an older one. Entries with the right key that have expired are freed on the way. */
static __always_inline void sfc_scan(struct sfc_cell* cell, struct sfc_ways ways, __u32 number, __u16 tag,
                                     const struct sfc_packet* p, __u64 now, struct sfc_counters* c,
                                     struct sfc_oldest* oldest) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    __u64 held = sfc_loadWord(&ways.words[i]);
    if ((__u16)held != tag || held >= sfc_loadWord(&oldest->ticket)) continue;
    struct sfc_entry* entry = sfc_entryAt(cell, number, ways.first + i);
    if (!entry || !sfc_sameKey(entry, p)) continue;
    if (unlikely(sfc_expired(entry, now))) {
      if (sfc_swap(&ways.words[i], held, held | SFC_WORD_BUSY)) {
        sfc_count(c, SFC_C_EXPIRED);
        sfc_storeWord(&ways.words[i], held & ~SFC_WORD_TAG);
        sfc_countWay(&cell->bucket, ways.first + i, -1);
      }
      continue;
    }
    *(volatile __u64*)&oldest->way = ways.first + i;
    *(volatile __u64*)&oldest->ticket = held;
  }
}

static __always_inline int sfc_claim(struct sfc_slot* slot) {
  return sfc_swap(slot->word, slot->ticket, slot->ticket | SFC_WORD_BUSY);
}

/* The way of the oldest entry with the packet's key, its word in scratch.oldest; SFC_WAYS if there is none. */
#if SFC_STORES && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_findWay(__u64 hash) {
  struct sfc_counters* c = sfc_countersHere();
  const __u32 number = sfc_bucketOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  if (!cell || !c) return SFC_WAYS;
  struct sfc_oldest* oldest = &c->scratch.oldest;
  *oldest = (struct sfc_oldest){SFC_WAYS, SFC_WORD_BUSY}; /* busy is greater than every ready word */
  const struct sfc_packet* p = &c->scratch.packet;
  const __u64 now = sfc_coarseClock(c);
  sfc_scan(cell, sfc_nearWays(&cell->bucket), number, sfc_tagOf(hash), p, now, c, oldest);
  if (unlikely(sfc_loadWord(&cell->bucket.spilled)))
    sfc_scan(cell, sfc_farWays(number), number, sfc_tagOf(hash), p, now, c, oldest);
  return sfc_loadWord(&oldest->way);
}
#else
long sfc_findWay(__u64 hash);
#endif

/*
 * Finds the oldest entry with the packet's key, wherever in its bucket. Nothing is claimed yet: sfc_claim does that,
 * and fails if another CPU was faster. slot->entry is 0 if there is none.
 */
static __always_inline void sfc_slotsFind(__u64 hash, struct sfc_counters* c, struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  __u64 way = sfc_findWay(hash);
  slot->entry = 0;
  if (!cell || way >= SFC_WAYS) return;
  slot->ticket = c->scratch.oldest.ticket;
  sfc_point(cell, number, way, c, slot);
}

/* The tag in a word (struct sfc_bucket). */
static __always_inline __u16 sfc_loadTag(const __u64* word) {
  return *(const volatile __u16*)word;
}

/* Can another way but the first have this tag? */
static __always_inline int sfc_tagElsewhere(const struct sfc_bucket* bucket, __u16 tag) {
#pragma unroll
  for (__u32 i = 1; i < SFC_NEAR_WAYS; i++)
    if (sfc_loadTag(&bucket->word[i]) == tag) return 1;
  return sfc_loadWord(&bucket->spilled) != 0;
}

/*
 * Claims the entry with the packet's key if it is in way 0, as it nearly always is, and no other way has its tag. 1 if
 * it did; else sfc_slotsFind has to look.
 */
static __always_inline int sfc_slotsTakeFirst(__u64 hash, const struct sfc_packet* p, struct sfc_counters* c,
                                              struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  if (!cell) return 0;
  struct sfc_bucket* bucket = &cell->bucket;
  struct sfc_entry* entry = &cell->first;
  const __u16 tag = sfc_tagOf(hash);
  __u64 held = sfc_loadWord(&bucket->word[0]);
  if ((__u16)held != tag || held & SFC_WORD_BUSY) return 0;
  if (unlikely(sfc_loadWord(&bucket->others)) && sfc_tagElsewhere(bucket, tag)) return 0;
  if (!sfc_sameKey(entry, p) || sfc_expired(entry, sfc_coarseClock(c)) ||
      !sfc_swap(&bucket->word[0], held, held | SFC_WORD_BUSY))
    return 0;
  *slot = (struct sfc_slot){entry, bucket, &bucket->word[0], held, number, 0};
  return 1;
}

/* The number by which a token names a slot. */
static __always_inline __u32 sfc_slotNumber(const struct sfc_slot* slot) {
  return slot->number << SFC_SLOT_SHIFT | slot->way;
}

/* The way that a token in the packet's metadata names, if it still holds that packet's entry. */
static __always_inline void sfc_slotsAt(__u32 token, __u64 ticket, struct sfc_counters* c, struct sfc_slot* slot) {
  __u32 number = token >> SFC_SLOT_SHIFT;
  struct sfc_cell* cell = sfc_cellAt(number & sfc_config.bucket_mask);
  slot->entry = 0;
  slot->ticket = ticket;
  if (cell) sfc_point(cell, number, token & ((1 << SFC_SLOT_SHIFT) - 1), c, slot);
}
