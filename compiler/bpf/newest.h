/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The newest header record of each key (`keep last`): written by every packet that arrives, read by every packet with
 * that key that returns, and claimed by none.
 *
 * The problem: a record is read by many CPUs while others write it, and half a record must never leave. Nearly all
 * packets of a chain bring the headers that are already there, so that writing each would move a cache line between
 * CPUs for nothing.
 *
 * The idea: the maps and the words of the slots store (ways.h), of which the near ways are used. A word is a sequence
 * number as well: its ticket grows with every record that is written, and it is busy meanwhile. A reader copies the
 * record and takes it only if the word is the same afterwards. A writer compares first, and then only renews the time.
 * Whoever swaps a word from ready or free to busy writes; a writer that finds the way of its key busy leaves it at
 * that, as the record that is being written there is as new as its own.
 *
 * Invariants: the words of an entry's key change only while its word is busy with another key. Readers and writers scan
 * the ways in the same order, so that if two CPUs have inserted one key at the same moment, all use the first, and the
 * other expires.
 */
#define SFC_NEWEST_TRIES 3
#define SFC_RECORD_HEAD __builtin_offsetof(struct sfc_record, bytes)

/* Keeps this CPU from reordering what is before with what is behind. */
static __always_inline void sfc_fence(struct sfc_counters* c) {
  asm volatile("" ::: "memory");
  if (!sfc_config.ordered_stores) __sync_lock_test_and_set(&c->laundered, 0);
}

/* Copies a record, which another CPU may be writing: its head and its stripped bytes. */
static __always_inline void sfc_copyRecord(struct sfc_record* to, const struct sfc_record* from, __u64 length) {
  const __u64 words = (SFC_RECORD_HEAD + length + 7) / 8;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < sizeof(struct sfc_record) / 8 && i < words; i++)
    ((volatile __u64*)to)[i] = ((const volatile __u64*)from)[i];
}

/* Are two records the same? `length` is the number of stripped bytes of the first, behind which there are zeros. */
static __always_inline int sfc_sameRecord(const struct sfc_record* a, const struct sfc_record* b, __u64 length) {
  const __u64 words = (SFC_RECORD_HEAD + length + 3) / 4;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < sizeof(struct sfc_record) / 4 && i < words; i++)
    if (((const volatile __u32*)a)[i] != ((const volatile __u32*)b)[i]) return 0;
  return 1;
}

#if SFC_HOOKS & SFC_AT_INGRESS
/* A way of a bucket, and its word when it was looked at. */
struct sfc_newest {
  struct sfc_entry* entry;
  __u64* word;
  __u64 held;
  __u32 way;
};

/* Writes the record at hand into a way of this CPU, and makes its word ready with a greater ticket than `last`. */
static __always_inline void sfc_fillNewest(const struct sfc_newest* n, __u64 last, __u64 now, __u64 length, __u32 tag,
                                           struct sfc_counters* c) {
  *(volatile __u64*)&n->entry->arrived = now;
  sfc_copyRecord(&n->entry->record, &c->scratch.entry.record, length);
  sfc_storeWord(n->word, sfc_wordAfter(last, tag));
}

/* Stores the record at hand in the way that has its key. 0 if another CPU was faster. */
static __always_inline int sfc_replaceNewest(const struct sfc_newest* n, __u64 now, __u64 length, __u32 tag,
                                             struct sfc_counters* c) {
  const int valid = !sfc_expired(n->entry, now);
  if (n->held & SFC_WORD_BUSY) {
    sfc_count(c, SFC_C_RENEWED);
    return 1;
  }
  if (valid && sfc_sameRecord(&c->scratch.entry.record, &n->entry->record, length)) {
    if (sfc_loadWord(&n->entry->arrived) != now) *(volatile __u64*)&n->entry->arrived = now;
    sfc_count(c, SFC_C_RENEWED);
    return 1;
  }
  if (!sfc_swap(n->word, n->held, n->held | SFC_WORD_BUSY)) return 0;
  sfc_fillNewest(n, n->held, now, length, tag, c);
  if (valid) {
    sfc_count(c, SFC_C_REPLACED);
  } else {
    sfc_count(c, SFC_C_EXPIRED);
    sfc_count(c, SFC_C_INSERTED);
  }
  return 1;
}

/* Stores the record and the key at hand in a way that is free or has expired. 0 if another CPU was faster. */
static __always_inline int sfc_insertNewest(struct sfc_cell* cell, const struct sfc_newest* n, __u64 now, __u64 length,
                                            __u32 tag, struct sfc_counters* c) {
  const __u64 word = sfc_wordAfter(n->held, tag);
  if (!sfc_swap(n->word, n->held, word | SFC_WORD_BUSY)) return 0;
  if (sfc_isFree(n->held))
    sfc_countWay(&cell->bucket, n->way, 1);
  else
    sfc_count(c, SFC_C_EXPIRED);
  sfc_storeKey(n->entry, &c->scratch.packet);
  sfc_fillNewest(n, word, now, length, tag, c);
  sfc_count(c, SFC_C_INSERTED);
  return 1;
}

/*
 * Stores the record in scratch.entry, with `length` stripped bytes, as the newest of the packet's key. 0, or the
 * counter of the exit if there is no room.
 */
static __noinline __u64 sfc_storeNewest(struct sfc_counters* c, __u64 length) {
  const __u64 hash = sfc_hashKey(&c->scratch.packet), now = sfc_coarseClock(c);
  const __u32 number = sfc_bucketOf(hash), tag = sfc_tagOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  if (!cell) return SFC_C_FULL;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_NEWEST_TRIES; i++) {
    struct sfc_newest n = {}, room = {};
    int stored = -1;
#pragma clang loop unroll(disable)
    for (__u32 way = 0; way < SFC_NEAR_WAYS; way++) {
      n = (struct sfc_newest){sfc_entryAt(cell, number, way), &cell->bucket.word[way],
                              sfc_loadWord(&cell->bucket.word[way]), way};
      if (!n.entry) break;
      if ((__u16)n.held == tag && sfc_sameKey(n.entry, &c->scratch.packet)) {
        stored = sfc_replaceNewest(&n, now, length, tag, c);
        break;
      }
      if (!room.entry && !(n.held & SFC_WORD_BUSY) && (sfc_isFree(n.held) || sfc_expired(n.entry, now))) room = n;
    }
    if (stored > 0) return 0;
    if (stored == 0) continue;
    if (!room.entry) return SFC_C_FULL;
    if (sfc_insertNewest(cell, &room, now, length, tag, c)) return 0;
  }
  return SFC_C_FULL;
}
#endif

#if SFC_HOOKS & SFC_AT_EGRESS
/* Copies the newest record of the packet's key into scratch.entry. 1 if there is a valid one. */
static __noinline __u64 sfc_readNewest(struct sfc_counters* c) {
  const __u64 hash = sfc_hashKey(&c->scratch.packet), now = sfc_coarseClock(c);
  const __u32 number = sfc_bucketOf(hash), tag = sfc_tagOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  if (!cell) return 0;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_NEWEST_TRIES; i++) {
    __u32 way = 0;
#pragma clang loop unroll(disable)
    for (; way < SFC_NEAR_WAYS; way++) {
      __u64* word = &cell->bucket.word[way];
      const __u64 held = sfc_loadWord(word);
      if ((__u16)held != tag) continue;
      if (held & SFC_WORD_BUSY) break;
      sfc_fence(c);
      struct sfc_entry* entry = sfc_entryAt(cell, number, way);
      if (!entry || !sfc_sameKey(entry, &c->scratch.packet)) continue;
      if (sfc_expired(entry, now)) {
        if (sfc_freeExpired(word, held, entry, now, c)) sfc_countWay(&cell->bucket, way, -1);
        return 0;
      }
      sfc_copyRecord(&c->scratch.entry.record, &entry->record, SFC_MAX_BYTES);
      sfc_fence(c);
      if (sfc_loadWord(word) == held) return 1;
      break;
    }
    if (way == SFC_NEAR_WAYS) return 0;
  }
  return 0;
}
#endif
