/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slots store: a set-associative cache in array maps, claimed by compare-and-swap, first in first out per key.
 *
 * The problem: two CPUs insert and claim at the same time, the function may drop packets, so that their entries stay,
 * and packets whose keys are equal must come back in the order in which they arrived. LRU maps evict early, and a
 * lookup, copy and delete that are not one step can hand out another packet's value.
 *
 * The idea: a key's hash names one bucket of SFC_WAYS words (sfc_abi.h). Whoever swaps a word from 0 to busy
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
  __uint(max_entries, SFC_LINES(1));
  __type(key, __u32);
  __type(value, union sfc_line);
} sfc_buckets SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, SFC_WAYS);
  __type(key, __u32);
  __type(value, struct sfc_entry);
} sfc_entries SEC(".maps");

/* A way that the caller found or owns; entry is 0 if there was none. */
struct sfc_slot {
  struct sfc_entry* entry;
  struct sfc_bucket* bucket;
  __u64* word;
  __u64 ticket; /* the word when ready */
  __u32 number; /* the bucket's */
  __u32 way;
};

static __always_inline union sfc_line* sfc_lineAt(__u32 index) {
  return bpf_map_lookup_elem(&sfc_buckets, &index);
}

static __always_inline struct sfc_entry* sfc_entryAt(__u32 bucket, __u32 way) {
  __u32 index = SFC_ENTRY_INDEX(bucket, way, sfc_config.bucket_mask + 1);
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

static __always_inline int sfc_expired(const struct sfc_entry* entry, __u64 now) {
  return (__s64)(now - sfc_loadWord(&entry->arrived)) > (__s64)sfc_config.lifetime_ns;
}

static __always_inline void sfc_addSpilled(struct sfc_bucket* bucket, __u32 way, __s64 by) {
  if (unlikely(way >= SFC_NEAR_WAYS)) __sync_fetch_and_add(&bucket->spilled, by);
}

/* Gives the way back. */
static __always_inline void sfc_release(struct sfc_slot* slot) {
  sfc_addSpilled(slot->bucket, slot->way, -1);
  sfc_storeWord(slot->word, 0);
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

/* Takes a free way: its word becomes busy. The way's number in the bucket, or SFC_WAYS if there is none. */
static __always_inline __u64 sfc_takeFree(struct sfc_ways ways, __u64 ticket) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++)
    if (sfc_loadWord(&ways.words[i]) == 0 && sfc_swap(&ways.words[i], 0, ticket | SFC_WORD_BUSY)) return ways.first + i;
  return SFC_WAYS;
}

/* Takes a way whose entry is older than the lifetime. */
static __always_inline __u64 sfc_takeExpired(struct sfc_ways ways, __u32 number, __u64 now, struct sfc_counters* c,
                                             __u64 ticket) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    __u64 held = sfc_loadWord(&ways.words[i]);
    struct sfc_entry* entry = sfc_entryAt(number, ways.first + i);
    if (!entry || held == 0 || held & SFC_WORD_BUSY || !sfc_expired(entry, now)) continue;
    if (sfc_swap(&ways.words[i], held, ticket | SFC_WORD_BUSY)) {
      sfc_count(c, SFC_C_EXPIRED);
      return ways.first + i;
    }
  }
  return SFC_WAYS;
}

static __always_inline struct sfc_ways sfc_nearWays(struct sfc_bucket* bucket) {
  return (struct sfc_ways){bucket->word, 0, SFC_NEAR_WAYS};
}

/* words is 0 if there is no such line. */
static __always_inline struct sfc_ways sfc_farWays(__u32 number, __u32 line) {
  union sfc_line* far = sfc_lineAt(SFC_FAR_LINE(number, line, sfc_config.bucket_mask + 1));
  return (struct sfc_ways){far ? far->far : 0, SFC_NEAR_WAYS + line * SFC_LINE_WAYS, SFC_LINE_WAYS};
}

static __always_inline __u64 sfc_takeFar(struct sfc_bucket* bucket, __u32 number, __u64 now, struct sfc_counters* c,
                                         __u64 ticket) {
  for (__u32 line = 0; line < SFC_FAR_LINES; line++) {
    struct sfc_ways ways = sfc_farWays(number, line);
    __u64 way = ways.words ? sfc_takeFree(ways, ticket) : SFC_WAYS;
    if (way != SFC_WAYS) {
      __sync_fetch_and_add(&bucket->spilled, 1);
      return way;
    }
  }
  for (__u32 line = 0; line < SFC_FAR_LINES; line++) {
    struct sfc_ways ways = sfc_farWays(number, line);
    __u64 way = ways.words ? sfc_takeExpired(ways, number, now, c, ticket) : SFC_WAYS;
    if (way != SFC_WAYS) return way;
  }
  return SFC_WAYS;
}

/* Lets `slot` be the way `way` of a bucket, of which the verifier need not know which one it is. */
static __always_inline void sfc_point(struct sfc_bucket* bucket, __u32 number, __u64 way, struct sfc_counters* c,
                                      struct sfc_slot* slot) {
  way = sfc_forget(c, way);
  slot->entry = 0;
  slot->bucket = bucket;
  slot->number = number;
  slot->way = sfc_forget(c, way); /* apart from the one that is compared here */
  if (likely(way < SFC_NEAR_WAYS)) {
    slot->word = &bucket->word[way];
  } else {
    struct sfc_ways far = sfc_farWays(number, (way - SFC_NEAR_WAYS) / SFC_LINE_WAYS % SFC_FAR_LINES);
    if (!far.words) return;
    slot->word = &far.words[(way - SFC_NEAR_WAYS) % SFC_LINE_WAYS];
  }
  slot->entry = sfc_entryAt(number, way);
}

/*
 * Takes any way of a bucket, free or expired; SFC_WAYS if all are in use. Like sfc_findWay, off the usual path and a
 * function that is not static, which the verifier goes through once.
 */
__noinline long sfc_takeWay(__u32 number, __u64 now, __u64 ticket) {
  struct sfc_counters* c = sfc_countersHere();
  union sfc_line* line = sfc_lineAt(number);
  if (!line || !c) return SFC_WAYS;
  __u64 way = sfc_takeFree(sfc_nearWays(&line->near), ticket);
  if (way == SFC_WAYS) way = sfc_takeExpired(sfc_nearWays(&line->near), number, now, c, ticket);
  if (way == SFC_WAYS) way = sfc_takeFar(&line->near, number, now, c, ticket);
  return way;
}

/* A way for a packet with this hash; slot->entry is 0 if the bucket is full. The caller fills it and publishes it. */
static __always_inline void sfc_slotsInsert(__u64 hash, struct sfc_counters* c, struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  union sfc_line* line = sfc_lineAt(number);
  struct sfc_entry* first = sfc_entryAt(number, 0);
  slot->entry = 0;
  if (!line || !first) return;
  struct sfc_bucket* bucket = &line->near;
  __u64 now = bpf_ktime_get_coarse_ns();
  __u64 ticket = __sync_fetch_and_add(&bucket->next, 1) + 1;
  slot->ticket = (ticket << SFC_TICKET_SHIFT & ~SFC_WORD_BUSY) | sfc_tagOf(hash);
  /* Nearly always way 0 is free. */
  if (likely(sfc_loadWord(&bucket->word[0]) == 0 && sfc_swap(&bucket->word[0], 0, slot->ticket | SFC_WORD_BUSY))) {
    *slot = (struct sfc_slot){first, bucket, &bucket->word[0], slot->ticket, number, 0};
  } else {
    __u64 way = sfc_takeWay(number, now, slot->ticket);
    if (way >= SFC_WAYS) return;
    sfc_point(bucket, number, way, c, slot);
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
static __always_inline void sfc_scan(struct sfc_bucket* bucket, struct sfc_ways ways, __u32 number, __u16 tag,
                                     const struct sfc_packet* p, __u64 now, struct sfc_counters* c,
                                     struct sfc_oldest* oldest) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < ways.count; i++) {
    __u64 held = sfc_loadWord(&ways.words[i]);
    if ((__u16)held != tag || held >= sfc_loadWord(&oldest->ticket)) continue;
    struct sfc_entry* entry = sfc_entryAt(number, ways.first + i);
    if (!entry || !sfc_sameKey(entry, p)) continue;
    if (unlikely(sfc_expired(entry, now))) {
      if (sfc_swap(&ways.words[i], held, held | SFC_WORD_BUSY)) {
        sfc_count(c, SFC_C_EXPIRED);
        sfc_addSpilled(bucket, ways.first, -1);
        sfc_storeWord(&ways.words[i], 0);
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
__noinline long sfc_findWay(__u64 hash) {
  struct sfc_counters* c = sfc_countersHere();
  __u32 number = sfc_bucketOf(hash);
  union sfc_line* line = sfc_lineAt(number);
  if (!line || !c) return SFC_WAYS;
  struct sfc_oldest* oldest = &c->scratch.oldest;
  *oldest = (struct sfc_oldest){SFC_WAYS, SFC_WORD_BUSY}; /* busy is greater than every ready word */
  struct sfc_bucket* bucket = &line->near;
  const struct sfc_packet* p = &c->scratch.packet;
  __u64 now = bpf_ktime_get_coarse_ns();
  sfc_scan(bucket, sfc_nearWays(bucket), number, sfc_tagOf(hash), p, now, c, oldest);
  if (unlikely(sfc_loadWord(&bucket->spilled)))
    for (__u32 i = 0; i < SFC_FAR_LINES; i++) {
      struct sfc_ways far = sfc_farWays(number, i);
      if (far.words) sfc_scan(bucket, far, number, sfc_tagOf(hash), p, now, c, oldest);
    }
  return sfc_loadWord(&oldest->way);
}

/*
 * Finds the oldest entry with the packet's key, wherever in its bucket. Nothing is claimed yet: sfc_claim does that, and
 * fails if another CPU was faster. slot->entry is 0 if there is none.
 */
static __always_inline void sfc_slotsFind(__u64 hash, struct sfc_counters* c, struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  union sfc_line* line = sfc_lineAt(number);
  __u64 way = sfc_findWay(hash);
  slot->entry = 0;
  if (!line || way >= SFC_WAYS) return;
  slot->ticket = c->scratch.oldest.ticket;
  sfc_point(&line->near, number, way, c, slot);
}

/* The tag in a word (struct sfc_bucket). */
static __always_inline __u16 sfc_loadTag(const __u64* word) {
  return *(const volatile __u16*)word;
}

/*
 * Claims the entry with the packet's key if it is in way 0, as it nearly always is, and no other way has its tag. 1 if it
 * did; else sfc_slotsFind has to look.
 */
static __always_inline int sfc_slotsTakeFirst(__u64 hash, const struct sfc_packet* p, struct sfc_slot* slot) {
  __u32 number = sfc_bucketOf(hash);
  union sfc_line* line = sfc_lineAt(number);
  struct sfc_entry* entry = sfc_entryAt(number, 0);
  if (!line || !entry) return 0;
  struct sfc_bucket* bucket = &line->near;
  const __u16 tag = sfc_tagOf(hash);
  __u64 held = sfc_loadWord(&bucket->word[0]);
  if ((__u16)held != tag || held & SFC_WORD_BUSY || sfc_loadWord(&bucket->spilled)) return 0;
#pragma unroll
  for (__u32 i = 1; i < SFC_NEAR_WAYS; i++)
    if (sfc_loadTag(&bucket->word[i]) == tag) return 0;
  if (!sfc_sameKey(entry, p) || sfc_expired(entry, bpf_ktime_get_coarse_ns()) ||
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
  union sfc_line* line = sfc_lineAt(number & sfc_config.bucket_mask);
  slot->entry = 0;
  slot->ticket = ticket;
  if (line) sfc_point(&line->near, number, token & ((1 << SFC_SLOT_SHIFT) - 1), c, slot);
}

