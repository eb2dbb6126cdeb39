/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slots store: a set-associative cache in array maps, claimed by compare-and-swap, first in first out per key.
 *
 * The problem: two CPUs insert and claim at the same time, the SF may drop packets, so that their entries stay, and
 * packets with equal keys must get their headers in the order in which they arrived. LRU maps evict early, and a
 * lookup, copy and delete that are not one step can hand out another packet's value.
 *
 * The idea: a key's hash names one bucket of SFC_WAYS words (sfc_abi.h). Whoever swaps a word from free to busy
 * owns that way's entry, fills it and makes the word ready; whoever swaps it from ready to busy owns it too, reads it
 * and makes it free. A ready word holds a ticket that the way never had before.
 *
 * Invariants: an entry is read or written only by the owner of its word, but for looks that are confirmed by the swap
 * that follows (the ticket in the word proves that nothing changed in between). Of the entries with an equal key the
 * one with the smallest ticket is claimed, so equal keys are first in, first out. An entry older than the lifetime
 * has expired: insertion and lookup alike may take it, and count it as expired.
 *
 * ways.h has the operations on single ways, chain.h those for a bucket that needs more ways than it has. Here is the
 * rest. Nearly all packets find way 0 free, or their entry in it, and nothing else in the bucket. All other cases are
 * behind sfc_takeWay, sfc_takeFar and sfc_findWay, global functions that the verifier checks once. All functions that
 * call each other share 512 bytes of stack.
 */
/* A way that the caller has found or owns; entry is 0 if there is none. */
struct sfc_slot {
  struct sfc_entry* entry;
  struct sfc_bucket* bucket; /* whose entry it is */
  __u64* word;
  __u64 ticket; /* the word when ready */
  __u64 place;  /* as in struct sfc_search; the way's bucket need not be `bucket` */
};

static __always_inline __u32 sfc_wayAt(__u64 place) {
  return place & ((1 << SFC_SLOT_SHIFT) - 1);
}

/* Gives the way back. */
static __always_inline void sfc_release(struct sfc_slot* slot) {
  sfc_storeWord(slot->word, slot->ticket & ~SFC_WORD_TAG);
  sfc_countWay(slot->bucket, sfc_wayAt(slot->place), -1);
}

/* Makes a filled entry visible to lookups. */
static __always_inline void sfc_publish(struct sfc_slot* slot) {
  sfc_storeWord(slot->word, slot->ticket);
}

/*
 * Sums the counters of all CPUs: the entries in all buckets, and those that have expired. Concurrent counts may be
 * missing.
 */
#if SFC_FLIGHT && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_addUpFlight(void) {
  struct sfc_counters* here = sfc_countersHere();
  const __u32 zero = 0, last = sfc_config.bucket_mask + 1;
  const struct sfc_far* far = bpf_map_lookup_elem(&sfc_far, &last);
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

/* The least time between two sums, per CPU: each reads memory that every CPU writes for every packet. */
#define SFC_FLIGHT_NS_PER_CPU 500

/*
 * `in_flight` and `vnf_drops` as of a moment ago; 0 if no entries wait for packets, or if not all CPUs can be read.
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

/*
 * Takes a near way for an entry of a bucket, free or expired. The place, with the word that it will have in
 * scratch.search.ticket; SFC_NO_PLACE if there is none: then sfc_takeFar looks for one in the bucket's chain.
 */
#if SFC_STORES && (SFC_HOOKS & SFC_INGRESS_HELPERS)
__noinline long sfc_takeWay(__u32 number, __u32 tag, __u64 now) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return SFC_NO_PLACE;
  struct sfc_search* s = &c->scratch.search;
  *s = (struct sfc_search){.place = SFC_NO_PLACE, .now = now, .number = number, .tag = tag};
  struct sfc_cell* cell = sfc_cellAt(s->number);
  struct sfc_far* own = sfc_farAt(s->number);
  if (!cell || !own) return SFC_NO_PLACE;
  const struct sfc_ways near = sfc_nearWays(&cell->bucket);
  s->last = sfc_lastOf(near);
  if (sfc_loadWord(&cell->bucket.spilled)) s->last = sfc_greater(s->last, sfc_loadWord(&own->last));
  __u32 way = sfc_takeFree(near, s);
  if (way >= SFC_WAYS) {
    sfc_sweepNear(cell, s->number, s->now, c);
    way = sfc_takeFree(near, s);
  }
  if (way >= SFC_WAYS) return SFC_NO_PLACE;
  sfc_countWay(&cell->bucket, way, 1);
  return sfc_placeOfWay(s->number, way);
}
#else
long sfc_takeWay(__u32 number, __u32 tag, __u64 now);
#endif

/* Points `slot` at the way at a place; the verifier need not know which one it is. */
static __always_inline void sfc_point(__u64 place, struct sfc_counters* c, struct sfc_slot* slot) {
  const __u32 number = sfc_launder(c, place) >> SFC_SLOT_SHIFT;
  struct sfc_cell* cell = sfc_cellAt(number);
  const __u64 way = sfc_launder(c, sfc_wayAt(place));
  slot->entry = 0;
  if (!cell) return;
  slot->bucket = &cell->bucket;
  slot->place = sfc_launder(c, place); /* apart from the way that is compared here */
  if (likely(way < SFC_NEAR_WAYS)) {
    __u64 near = way;
    mask_var(near, 7);
    slot->word = &cell->bucket.word[near];
  } else {
    struct sfc_far* far = sfc_farAt(number);
    if (!far) return;
    const __u64 i = (way - SFC_NEAR_WAYS) % SFC_FAR_WAYS;
    struct sfc_cell* home = sfc_cellAt(*(const volatile __u32*)&far->home[i]);
    if (!home) return;
    slot->word = &far->word[i];
    slot->bucket = &home->bucket;
  }
  slot->entry = sfc_entryAt(cell, number, way);
}

/* Takes a way for a packet with this hash; slot->entry is 0 if there is none. The caller fills and publishes it. */
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
    *slot = (struct sfc_slot){&cell->first, bucket, &bucket->word[0], word, sfc_placeOfWay(number, 0)};
  } else {
    __u64 place = sfc_launder(c, sfc_takeWay(number, tag, now));
    if (unlikely(place >= SFC_NO_PLACE)) place = sfc_launder(c, sfc_takeFar());
    if (place >= SFC_NO_PLACE) return;
    slot->ticket = c->scratch.search.ticket;
    sfc_point(place, c, slot);
  }
  if (slot->entry) slot->entry->arrived = now;
}

static __always_inline int sfc_claim(struct sfc_slot* slot) {
  return sfc_swap(slot->word, slot->ticket, slot->ticket | SFC_WORD_BUSY);
}

/*
 * The place of the oldest entry with the packet's key, with its word in scratch.search.ticket; SFC_NO_PLACE if there is
 * none.
 */
#if SFC_STORES && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_findWay(__u64 hash) {
  struct sfc_counters* c = sfc_countersHere();
  const __u32 number = sfc_bucketOf(hash);
  struct sfc_cell* cell = sfc_cellAt(number);
  if (!cell || !c) return SFC_NO_PLACE;
  struct sfc_search* s = &c->scratch.search;
  *s = (struct sfc_search){.place = SFC_NO_PLACE, .now = sfc_coarseClock(c), .number = number, .tag = sfc_tagOf(hash)};
  s->ticket = SFC_WORD_BUSY; /* greater than every ready word */
  sfc_scan(cell, sfc_nearWays(&cell->bucket), 0, number, s, c);
  if (unlikely(sfc_loadWord(&cell->bucket.spilled))) sfc_findFar(s);
  return sfc_loadWord(&s->place);
}
#else
long sfc_findWay(__u64 hash);
#endif

/*
 * Finds the oldest entry with the packet's key. It is not claimed yet: sfc_claim does that, and fails if another CPU
 * was faster. slot->entry is 0 if there is none.
 */
static __always_inline void sfc_slotsFind(__u64 hash, struct sfc_counters* c, struct sfc_slot* slot) {
  __u64 place = sfc_launder(c, sfc_findWay(hash));
  slot->entry = 0;
  if (place >= SFC_NO_PLACE) return;
  slot->ticket = c->scratch.search.ticket;
  sfc_point(place, c, slot);
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
 * Claims the entry with the packet's key if it is in way 0, as it nearly always is, and no other way has its tag. 1 on
 * success; else call sfc_slotsFind.
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
  *slot = (struct sfc_slot){entry, bucket, &bucket->word[0], held, sfc_placeOfWay(number, 0)};
  return 1;
}

/* The way that a token in the packet's metadata names, if it still holds that packet's entry. */
static __always_inline void sfc_slotsAt(__u32 token, __u64 ticket, struct sfc_counters* c, struct sfc_slot* slot) {
  slot->ticket = ticket;
  sfc_point(token, c, slot);
}
