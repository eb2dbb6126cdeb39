/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The chain of a bucket: the far ways that it uses, its own first and then those of other buckets.
 *
 * The problem: packets that cannot be told apart share one bucket. The SF may hold thousands of them, so they need the
 * ways of many buckets; they come back oldest first, and neither insertion nor lookup can look at all that wait.
 *
 * The idea: the buckets that a bucket can use are a ring, which begins with itself and goes on in strides of its own,
 * so that two that need many do not want the same. A part of the ring, from `head` to `head + reach`, is the chain; all
 * far entries of the bucket are in there. A new entry goes to the chain's end, which moves on where all ways are taken.
 * So the entries of one host, as we call a bucket of the chain, are older than those of the next, and a search for the
 * oldest ends at the first host that has the key. A head that has none left is passed.
 *
 * An entry that stays behind because the SF has dropped its packet holds the head in place. Then the chain gets long
 * for its content, or cannot grow, and new entries go where there is room, from its middle on, so that the head runs
 * empty. From then on only hosts that are added at the end are in order, and a search goes through all before them.
 *
 * Invariants: a chain is one word (head, reach, how many hosts are in order) that changes by compare-and-swap, and
 * counts its changes. An entry is entered, which changes the chain, after its way has been taken and counted and before
 * it is ready; that fails if head or reach have changed since the search for a way began. A head is passed only if
 * nothing has changed since it was searched. `home` names the bucket that uses a far way, until the word changes.
 *
 * Tickets are compared within one bucket's entries only. `last` has the greatest of a far one; a new entry, near or
 * far, has a greater ticket, which is also greater than what the way had.
 */
#define SFC_CHAIN_REACH_SHIFT SFC_BUCKET_BITS
#define SFC_CHAIN_ORDER_SHIFT (2 * SFC_BUCKET_BITS)
#define SFC_CHAIN_ORDER 0xFFFULL
#define SFC_CHAIN_CHANGE ((SFC_CHAIN_ORDER + 1) << SFC_CHAIN_ORDER_SHIFT) /* the bits above count changes */
#define SFC_CHAIN_WINDOW ((1ULL << SFC_CHAIN_ORDER_SHIFT) - 1)            /* head and reach */

/* The most hosts in which a free way is looked for, and in which expired entries are thrown away if there is none. */
#define SFC_CHAIN_TRIES 64
#define SFC_CHAIN_SWEEPS 8
/* The most attempts at a compare-and-swap: each time another CPU was faster. */
#define SFC_CHAIN_SWAPS 16

static __always_inline __u64 sfc_headOf(__u64 chain) {
  return chain & sfc_config.bucket_mask;
}

static __always_inline __u64 sfc_reachOf(__u64 chain) {
  return chain >> SFC_CHAIN_REACH_SHIFT & sfc_config.bucket_mask;
}

/* 0: all hosts are in order; n: the last n - 1 are, and newer than the others. */
static __always_inline __u64 sfc_orderOf(__u64 chain) {
  return chain >> SFC_CHAIN_ORDER_SHIFT & SFC_CHAIN_ORDER;
}

static __always_inline __u64 sfc_nextChain(__u64 chain, __u64 head, __u64 reach, __u64 order) {
  if (order > reach + 1) order = 0;
  if (order > SFC_CHAIN_ORDER) order = SFC_CHAIN_ORDER;
  return (chain & ~(SFC_CHAIN_CHANGE - 1)) + SFC_CHAIN_CHANGE +
         ((head & sfc_config.bucket_mask) | reach << SFC_CHAIN_REACH_SHIFT | order << SFC_CHAIN_ORDER_SHIFT);
}

/* The host s->step steps behind the chain's head. */
static __always_inline __u32 sfc_hostAt(const struct sfc_search* s) {
  const __u32 stride = s->number * 0x9E3779B1U >> 12 | 1; /* odd, and there are 2^n buckets: they are all in the ring */
  return (s->number + stride * (__u32)(sfc_headOf(s->chain) + s->step)) & sfc_config.bucket_mask;
}

/* Reads a chain before anything that later code reads. */
static __always_inline __u64 sfc_loadChain(struct sfc_far* own) {
  return __sync_fetch_and_add(&own->chain, 0);
}

/* Throws away a bucket's expired far entries, of all homes or of one. 1 if that home has others there. */
#define SFC_ANY_HOME (~0U)
static __always_inline long sfc_sweepFar(__u32 number, __u32 home, __u64 now) {
  struct sfc_counters* c = sfc_countersHere();
  struct sfc_cell* cell = sfc_cellAt(number);
  struct sfc_far* far = sfc_farAt(number);
  if (!c || !cell || !far) return 0;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_FAR_WAYS; i++) {
    const __u64 held = sfc_loadWord(&far->word[i]);
    const __u32 whose = *(const volatile __u32*)&far->home[i];
    if (sfc_isFree(held) || (home != SFC_ANY_HOME && whose != home)) continue;
    struct sfc_cell* owner = sfc_cellAt(whose);
    if (!(held & SFC_WORD_BUSY) && owner &&
        sfc_freeExpired(&far->word[i], held, sfc_entryAt(cell, number, SFC_NEAR_WAYS + i), now, c))
      sfc_countWay(&owner->bucket, SFC_NEAR_WAYS + i, -1);
    else if (whose == home)
      return 1;
  }
  return 0;
}

#if SFC_STORES && (SFC_HOOKS & SFC_EGRESS_HELPERS)
__noinline long sfc_sweep(__u32 number, __u32 home, __u64 now) {
  return sfc_sweepFar(number, home, now);
}
#else
long sfc_sweep(__u32 number, __u32 home, __u64 now);
#endif

/* Passes the chain's head if no entry of the bucket is left there. 1 if s->chain begins behind it now. */
static __always_inline int sfc_passHead(struct sfc_far* own, struct sfc_search* s) {
  const __u64 chain = sfc_loadChain(own), reach = sfc_reachOf(chain);
  if ((chain ^ s->chain) & SFC_CHAIN_WINDOW || !reach) return 0;
  s->step = 0;
  if (sfc_sweep(sfc_hostAt(s), s->number, s->now)) return 0;
  const __u64 next = sfc_nextChain(chain, sfc_headOf(chain) + 1, reach - 1, sfc_orderOf(chain));
  if (!sfc_swap(&own->chain, chain, next)) return 0;
  s->chain = next;
  return 1;
}

#if SFC_STORES && (SFC_HOOKS & SFC_INGRESS_HELPERS)
/* Starts a search for a way at the chain's end, or in its middle if it holds little for its length. */
static __always_inline void sfc_beginChain(struct sfc_bucket* bucket, struct sfc_far* own, struct sfc_search* s) {
  __u64 chain = sfc_loadChain(own);
  const __u64 spilled = sfc_loadWord(&bucket->spilled);
  if (!spilled && chain & (SFC_CHAIN_CHANGE - 1)) { /* it is empty: start at the bucket itself again */
    const __u64 next = sfc_nextChain(chain, 0, 0, 0);
    if (sfc_swap(&own->chain, chain, next)) chain = next;
  }
  const __u64 reach = sfc_reachOf(chain);
  s->chain = chain;
  s->step = reach * (SFC_FAR_WAYS / 2) > spilled + SFC_FAR_WAYS ? (reach + 1) / 2 : reach;
  s->last = sfc_greater(s->last, sfc_loadWord(&own->last));
}

/* Enters the way that has been taken at s->step into the chain. 1 on success. */
static __always_inline int sfc_enterChain(struct sfc_far* own, const struct sfc_search* s) {
  const __u64 step = s->step;
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_CHAIN_SWAPS; i++) {
    const __u64 chain = sfc_loadWord(&own->chain), reach = sfc_reachOf(chain), order = sfc_orderOf(chain);
    if ((chain ^ s->chain) & SFC_CHAIN_WINDOW) return 0;
    __u64 next = sfc_nextChain(chain, sfc_headOf(chain), reach, step < reach ? 1 : order);
    if (step > reach) next = sfc_nextChain(chain, sfc_headOf(chain), step, order ? order + step - reach : 0);
    if (sfc_swap(&own->chain, chain, next)) return 1;
  }
  return 0;
}

static __always_inline void sfc_raiseLast(struct sfc_far* own, __u64 word) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < SFC_CHAIN_SWAPS; i++) {
    const __u64 last = sfc_loadWord(&own->last);
    if (last >= word || sfc_swap(&own->last, last, word)) return;
  }
}

/* One round of sfc_takeFar: one host. 1 ends it. */
static __noinline long sfc_tryHost(__u32 round, void* context) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return 1;
  struct sfc_search* s = &c->scratch.search;
  const __u32 host = sfc_hostAt(s);
  struct sfc_far* far = sfc_farAt(host);
  if (!far) return 1;
  __u64 way = sfc_launder(c, sfc_takeFree(sfc_farWays(far), s));
  if (way < SFC_NEAR_WAYS || way >= SFC_WAYS) {
    s->step = (s->step + 1) & sfc_config.bucket_mask;
    return 0;
  }
  const __u64 i = (way - SFC_NEAR_WAYS) % SFC_FAR_WAYS;
  __u64* word = &far->word[i];
  *(volatile __u32*)&far->home[i] = s->number;
  *(volatile __u64*)&s->place = sfc_placeOfWay(host, way);
  struct sfc_cell* cell = sfc_cellAt(s->number);
  struct sfc_far* own = sfc_farAt(s->number);
  if (!cell || !own) return 1;
  sfc_countWay(&cell->bucket, SFC_NEAR_WAYS, 1);
  if (sfc_enterChain(own, s)) {
    sfc_raiseLast(own, s->ticket);
    return 1;
  }
  *(volatile __u64*)&s->place = SFC_NO_PLACE;
  sfc_storeWord(word, s->ticket & ~SFC_WORD_TAG);
  sfc_countWay(&cell->bucket, SFC_NEAR_WAYS, -1);
  sfc_beginChain(&cell->bucket, own, s);
  return 0;
}

/* One round of sfc_takeFar if no way was free: throws away a host's expired entries. */
static __noinline long sfc_sweepHost(__u32 round, void* context) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return 1;
  struct sfc_search* s = &c->scratch.search;
  sfc_sweepFar(sfc_hostAt(s), SFC_ANY_HOME, s->now);
  s->step = (s->step + 1) & sfc_config.bucket_mask;
  return 0;
}

/* `most`, or the number of buckets if that is less. */
static __always_inline __u32 sfc_hosts(__u32 most) {
  const __u32 hosts = sfc_config.bucket_mask + 1;
  return hosts < most ? hosts : most;
}

/* Takes a far way for the search that sfc_takeWay has begun. */
__noinline long sfc_takeFar(void) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return SFC_NO_PLACE;
  struct sfc_search* s = &c->scratch.search;
  struct sfc_cell* cell = sfc_cellAt(s->number);
  struct sfc_far* own = sfc_farAt(s->number);
  if (!cell || !own) return SFC_NO_PLACE;
  sfc_beginChain(&cell->bucket, own, s);
  if (sfc_reachOf(s->chain) == sfc_config.bucket_mask) { /* it spans the whole ring and cannot grow */
    sfc_passHead(own, s);
    sfc_beginChain(&cell->bucket, own, s);
  }
  bpf_loop(sfc_hosts(SFC_CHAIN_TRIES), sfc_tryHost, 0, 0);
  if (sfc_loadWord(&s->place) == SFC_NO_PLACE) {
    const __u64 step = s->step;
    bpf_loop(sfc_hosts(SFC_CHAIN_SWEEPS), sfc_sweepHost, 0, 0);
    s->step = step;
    bpf_loop(sfc_hosts(SFC_CHAIN_SWEEPS), sfc_tryHost, 0, 0);
  }
  return sfc_loadWord(&s->place);
}
#else
long sfc_takeFar(void);
#endif

#if SFC_STORES && (SFC_HOOKS & SFC_EGRESS_HELPERS)
/* One round of sfc_findFar: one host. 1 ends it. */
static __noinline long sfc_searchHost(__u32 round, void* context) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return 1;
  struct sfc_search* s = &c->scratch.search;
  const __u32 host = sfc_hostAt(s);
  struct sfc_cell* cell = sfc_cellAt(host);
  struct sfc_far *far = sfc_farAt(host), *own = sfc_farAt(s->number);
  if (!cell || !far || !own) return 1;
  sfc_scan(cell, sfc_farWays(far), far->home, host, s, c);
  const __u64 seen = sfc_loadWord(&s->seen);
  if (!seen && !s->step && sfc_passHead(own, s)) return 0;
  const __u64 step = ++s->step, reach = sfc_reachOf(s->chain), order = sfc_orderOf(s->chain);
  return step > reach || (sfc_loadWord(&s->seen) && (!order || step + order > reach + 1));
}

/* Looks in the chain for an entry that is older than s->ticket. */
static __always_inline void sfc_findFar(struct sfc_search* s) {
  struct sfc_far* own = sfc_farAt(s->number);
  if (!own) return;
  s->chain = sfc_loadWord(&own->chain);
  s->step = 0;
  s->seen = 0;
  bpf_loop(sfc_reachOf(s->chain) + 1, sfc_searchHost, 0, 0);
}
#endif
