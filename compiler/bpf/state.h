/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The state of a proxy: its frozen configuration, its counters, and the state of the packet at hand.
 *
 * Macros of the emitted program that these and other headers use; flags are 0 or 1.
 *
 *   SFC_COUNTERS, SFC_C_<NAME>         number of counters, and the index of one
 *   SFC_MAX_CURSOR, SFC_CURSOR_MASK    headers end within so many bytes of the frame, and the bits of that number: it
 *                                      keeps the verifier's packet offsets bounded
 *   SFC_MAX_ADVANCE                    most bytes that `advance` skips
 *   SFC_DIGEST_BYTES                   bytes of the payload that a digest covers
 *   SFC_KEY_WORDS                      64-bit words of the key
 *   SFC_KEY_SHORT, SFC_KEY_LONG        the number of them that all keys have; bits of the first word of which one tells
 *                                      that a key has more
 *   SFC_ASKED_WORDS                    64-bit words of the largest key that a requirement looks up in a table
 *   SFC_PARAMS                         load-time parameters
 *   SFC_REGIONS                        regions
 *   SFC_REGION_MAX, SFC_BYTES_BEFORE   most bytes of each, and of those before it
 *   SFC_WHOLE                          the last one reaches to the start of the packet: 0 never, 1 sometimes, 2 always
 *   SFC_MAX_BYTES                      most bytes removed from a packet
 *   SFC_SAVED_SIZE, SFC_WHERE          in a record: bytes of saved fields; headers whose place it holds
 *   SFC_FIXED                          flag: stripped bytes are deparsed word by word, unchanged
 *   SFC_FEW_VARIABLES                  flag: the spec has so few variables that edits may be inlined
 *   SFC_POPS, SFC_LAUNDERS_POPS        flags: some may be popped; their number is laundered
 *   SFC_COMPUTED, SFC_FINISHES         flags: they have computed fields; ingress finishes partial checksums
 *   SFC_MIN_PREFIX, SFC_MAX_PREFIX     fewest and most retained bytes before the last region
 *   SFC_RETAINED, SFC_ENCLOSING        retained headers that are read later; those of them that enclose the region
 *   SFC_PUSHES, SFC_BEHIND             most bytes of pushed headers; flag: without any before, they go behind a header
 *                                      with a checksum that covers them
 *   SFC_MAX_TELEMETRY, SFC_INSERT_REGION   most bytes of telemetry data, and the region that gets them
 *   SFC_MAX_REPORT, SFC_MAX_REPORT_PACKET  most bytes behind the head of a report with hops, and of its packet
 *   SFC_ARRIVED, SFC_INGRESS_PORT      flags: telemetry wants this of ingress
 *   SFC_NOW, SFC_TAI                   flags: egress reads the monotonic clock; International Atomic Time is wanted
 *   SFC_FLIGHT                         flag: telemetry wants the number of packets with the SF
 *   SFC_FLAGS, SFC_TIMED               flag: `on return` uses results of tables and `sampled` from arrival; bits of
 *                                      these: only packets with one of them need times, 0: all do
 *   SFC_VALUES                         values of tables that edits read
 *   SFC_SAMPLES                        number of `sampled`s
 *   SFC_ON_ARRIVAL                     flag: a terminator has edits
 *   SFC_SUPERFRAMES, SFC_TUNNELS       flags: headers can go onto superframes; among them are those of tunnels
 *   SFC_TC_INGRESS                     flag: there is an ingress hook at TC
 *   SFC_STORES                         flag: there are stores
 *   SFC_LAST, SFC_SWAPS                flags: the newest record of each key is kept; egress looks under the key of the
 *                                      other direction as well. Defined in such programs only
 *   SFC_INGRESS_HELPERS, SFC_EGRESS_HELPERS    see base.h
 */
#define SFC_ALIGN4(n) (((n) + 3) & ~3)
#define SFC_ALIGN8(n) (((n) + 7) & ~7)
/* The end of a packet before a header has told it; larger than any frame. */
#define SFC_NO_LIMIT 0x10000000ULL
#define SFC_NOWHERE 0xFFFFFFFFULL
/* Bytes of a packet that are summed at a time. */
#define SFC_CHUNK 256

/* Where a stripped header is, from the start of the stripped bytes; count is 0 if the packet has none. */
struct sfc_where {
  __u16 at;
  __u16 count;
};

/* The packet behind the stripped bytes, as their lengths and checksums cover it; as it was at ingress. */
struct sfc_tail {
  __u16 extent; /* bytes up to the end of what the headers contain */
  __u16 sum;    /* of these, with SFC_TAIL_SUMMED alone */
  __u16 summed; /* SFC_TAIL_... */
};
#define SFC_TAIL_SUMMED 1     /* a stripped checksum covers it */
#define SFC_TAIL_SUPERFRAME 2 /* it is that of a superframe, which TC ingress has decapsulated whole */
#define SFC_TAIL_STARTED 3    /* both: whoever segments finishes the checksum */

/* The header record of one packet: plan::Record. Regions follow each other in `bytes`. */
struct sfc_record {
  __u64 arrived[SFC_ARRIVED]; /* ns of the monotonic clock, when ingress saw the packet */
  __u64 values[SFC_VALUES];   /* of the entries that tables had for it, 0 of the others */
  __u32 ingress_port[SFC_INGRESS_PORT];
  __u16 flags[SFC_FLAGS]; /* the results of tables and `sampled`s that `on return` uses, a bit each */
  __u16 length[SFC_REGIONS];
  __u16 whole[SFC_WHOLE == 1]; /* 1: the last region begins at the start of the packet */
  struct sfc_tail tail[SFC_COMPUTED];
  __u8 saved[SFC_SAVED_SIZE];
  struct sfc_where where[SFC_WHERE];
  __u8 bytes[SFC_ALIGN4(SFC_MAX_BYTES) + 4] __attribute__((aligned(4)));
} __attribute__((aligned(8)));

/* The popped range of the stripped bytes. */
struct sfc_popped {
  __u64 at;
  __u64 length;
};

/* Bytes deparsed in addition, before byte `at` of the stripped ones: sfc_work.pushed. */
struct sfc_insert {
  __u64 at;
  __u64 length;
  __u64 first; /* 1: headers are pushed where there were none */
};

/* Whole cache lines. */
struct sfc_entry {
  __u64 arrived;
  __u64 key[SFC_KEY_WORDS];
  struct sfc_record record;
} __attribute__((aligned(64)));

/* A region of the packet. */
struct sfc_region {
  __u64 at;                /* ingress: where it begins; egress: where it goes back, or SFC_NOWHERE */
  __u64 length;            /* ingress */
  __u64 next_header_at;    /* the next-header field */
  __u64 next_header_value; /* its value while the headers are gone */
};

/* What egress has done with the VLAN tags of a packet: see tags.h. */
struct sfc_tags {
  __u8 inlined;   /* the tag beside the frame has been put into it */
  __u8 oversize;  /* with its tags, as many as are allowed, the frame is longer than the MTU */
  __u8 outside;   /* the tag beside the frame is outside of the packet */
  __u8 ignored;   /* and with that tag, the packet was none of this proxy's */
  __u8 added;     /* and the SF has put this tag in front of it */
  __u16 protocol; /* in network order */
  __u16 control;
};

/* One packet, as the parser found it. Offsets are from the start of the frame. */
struct sfc_packet {
  struct sfc_region region[SFC_REGIONS];
  __u64 whole;                  /* the last region begins at the start of the packet */
  __u64 end;                    /* of what the headers contain */
  __u64 retained[SFC_RETAINED]; /* places of enclosing headers and of those read on return, or SFC_NOWHERE */
  struct sfc_where where[SFC_WHERE];
  __u64 finished[SFC_FINISHES]; /* ingress: a partial checksum has been finished */
  __u16 flags[SFC_FLAGS];
  __u64 values[SFC_VALUES];
  __u64 now[SFC_NOW];             /* egress: ns of the monotonic clock */
  __u64 segment[SFC_SUPERFRAMES]; /* egress: bytes of a superframe's largest segment */
  struct sfc_tags tags;
  __u64 key[SFC_KEY_WORDS];
  __u64 asked[SFC_ASKED_WORDS]; /* the key of the table that is being asked */
};

/* The metadata of a packet; kind is 0 if it has none of this proxy's. */
struct sfc_token {
  __u32 kind; /* enum sfc_meta_kind */
  __u32 tags; /* sfc_meta.tags */
  __u32 slot; /* for SFC_META_TOKEN: the slot's number, and the ticket in its word */
  __u64 ticket;
};

/* Looks for a way for an entry, or for the oldest entry with the right key, in a bucket and in its chain. */
struct sfc_search {
  __u64 place;  /* the result: bucket << SFC_SLOT_SHIFT | way, or SFC_NO_PLACE */
  __u64 ticket; /* and its word when ready */
  __u64 now;
  __u64 last;   /* a new ticket is greater */
  __u64 chain;  /* as it was when the search began */
  __u64 step;   /* of the chain: how far behind its head */
  __u64 seen;   /* 1: the result, or a newer entry, is among those just scanned */
  __u32 number; /* the bucket's */
  __u32 tag;
};

/*
 * Per CPU: the state of the packet at hand, and data on their way between the packet, its metadata and a map. The stack
 * of 512 bytes has no room for it; and the verifier does not track map values, so that it checks the code behind the
 * parser once, and not once for every path through it.
 */
struct sfc_scratch {
  struct sfc_packet packet;
  struct sfc_token token;
  struct sfc_search search; /* see sfc_takeWay and sfc_findWay */
  struct sfc_entry entry;
  __u64 behind[2]; /* see sfc_clearBehind */
  struct sfc_work {
    __u8 before[2 * SFC_ALIGN8(SFC_MAX_BYTES + 8)]; /* the stripped bytes as at ingress */
    __u8 after[2 * SFC_ALIGN8(SFC_MAX_BYTES + 8)];  /* and as they are deparsed */
    __u8 pushed[2 * SFC_ALIGN8(SFC_MAX_TELEMETRY)]; /* telemetry data */
    __u8 chunk[SFC_CHUNK + 8];
  } work;
  __u8 prefix[2 * SFC_ALIGN8(SFC_MAX_PREFIX + 8)];
  __u64 report[SFC_MAX_REPORT ? (sizeof(struct sfc_report) + SFC_ALIGN8(SFC_MAX_REPORT)) / 8 : 0];
};

/* How far International Atomic Time is ahead of the monotonic clock, and when that was seen. */
struct sfc_tai {
  __u64 ahead;
  __u64 seen;
};

/* The result of sfc_addUpFlight, and its time. */
struct sfc_flight {
  __u64 waiting;
  __u64 expired;
  __u64 seen;
};

/* All per-CPU state is in one map value, so that a packet pays for one lookup. */
struct sfc_counters {
  __u64 n[SFC_COUNTERS];
  __u64 residence[SFC_ARRIVED * SFC_RESIDENCE_BUCKETS]; /* packets by the time they spent with the SF */
  __u64 since[SFC_SAMPLES];                             /* see sfc_isSampled */
  struct sfc_tai tai[SFC_TAI];                          /* see sfc_taiAhead */
  struct sfc_flight flight[SFC_FLIGHT];                 /* see sfc_flightAt */
  __u64 laundered;                                      /* see sfc_launder */
  __u64 segments;                                       /* of the packet at egress; see sfc_countSent */
  __u64 tick;                                           /* see sfc_coarseClock */
  __u64 tick_ns;
  struct sfc_scratch scratch;
};
/* No kernel allows more in a per-CPU map. */
_Static_assert(sizeof(struct sfc_counters) <= 32 * 1024, "too much per CPU");

#if SFC_HOOKS & SFC_AT_INGRESS
const volatile struct sfc_config sfc_config SEC(".rodata.sfc") = {};
#else
extern const volatile struct sfc_config sfc_config;
#endif

/* Is the ingress hook at TC? */
static __always_inline int sfc_atTc(void) {
  return SFC_TC_INGRESS && sfc_config.tc_ingress;
}

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_counters);
} sfc_counters;

struct sfc_params {
  __u64 value[SFC_PARAMS];
};

SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_params);
} sfc_params;

static __always_inline struct sfc_params* sfc_paramsHere(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&sfc_params, &zero);
}

static __always_inline struct sfc_counters* sfc_countersHere(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&sfc_counters, &zero);
}

/* For functions that are not passed the counters. */
static __always_inline struct sfc_scratch* sfc_scratchHere(void) {
  struct sfc_counters* c = sfc_countersHere();
  return c ? &c->scratch : 0;
}

static __always_inline void sfc_count(struct sfc_counters* c, __u64 counter) {
  if (counter < SFC_COUNTERS) c->n[counter]++;
}

/* At egress: counts the segments of a superframe where it can be re-encapsulated. */
static __always_inline void sfc_countSent(struct sfc_counters* c, __u64 counter) {
#if SFC_SUPERFRAMES
  if (counter < SFC_COUNTERS) c->n[counter] += c->segments;
#else
  sfc_count(c, counter);
#endif
}

/* At egress: takes back what sfc_countSent has counted. */
static __always_inline void sfc_uncountSent(struct sfc_counters* c, __u64 counter) {
#if SFC_SUPERFRAMES
  c->n[counter] -= c->segments;
#else
  c->n[counter]--;
#endif
}

/* Are the times of a packet with these results of tables and `sampled` wanted? */
static __always_inline int sfc_isTimed(const __u16* flags) {
  return !SFC_TIMED || flags[0] & SFC_TIMED;
}

/* Clears the words that only long keys have. */
static __always_inline void sfc_clearLongKey(struct sfc_packet* p) {
#pragma unroll
  for (__u32 i = SFC_KEY_SHORT; i < SFC_KEY_WORDS; i++) p->key[i] = 0;
}

/* Clears the members that not every path through the parser sets. */
static __always_inline void sfc_clearPacket(struct sfc_packet* p) {
  if (SFC_WHOLE == 1) p->whole = 0;
  if (SFC_FLAGS) p->flags[0] = 0;
  if (SFC_FINISHES) p->finished[0] = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_VALUES; i++) p->values[i] = 0;
#pragma unroll
  for (__u32 i = 0; SFC_REGIONS > 1 && i < SFC_REGIONS; i++) p->region[i].length = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_RETAINED; i++) p->retained[i] = SFC_NOWHERE;
#pragma unroll
  for (__u32 i = 0; i < SFC_WHERE; i++) p->where[i] = (struct sfc_where){};
#pragma unroll
  for (__u32 i = 0; i < SFC_KEY_SHORT; i++) p->key[i] = 0;
}

/*
 * Launders a value: the verifier knows nothing of the result, and the caller bounds it anew. For two reasons:
 *
 * After a loop, the verifier would otherwise go through the rest of the program once for every number of rounds.
 *
 * Before Linux 6.4, and so in Debian 12, it prunes wrongly around calls of functions that are not inlined
 * (mark_all_scalars_precise left out the state before the call's end): of two paths to the call that differ in a known
 * value it may follow only one, and then removes a branch behind the call that depends on the value, as one that is
 * always taken. So a value that differs between paths and decides behind such a call is laundered before it, and the
 * function's result is laundered at once.
 */
static __always_inline __u64 sfc_launder(struct sfc_counters* c, __u64 value) {
  *(volatile __u64*)&c->laundered = value;
  return *(volatile __u64*)&c->laundered;
}

/*
 * ns of the coarse monotonic clock, which advances with the kernel's ticks: the helper is called once per tick. The
 * number of the tick is read without a call.
 */
static __always_inline __u64 sfc_coarseClock(struct sfc_counters* c) {
  const __u64 tick = bpf_jiffies64();
  if (unlikely(c->tick != tick)) {
    c->tick_ns = bpf_ktime_get_coarse_ns();
    c->tick = tick;
  }
  return c->tick_ns;
}
