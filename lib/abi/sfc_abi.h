/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the programs in the kernel and the tools outside it both know: map names, the configuration that is frozen
 * when a proxy is loaded, the bucket words of the slots store, and the packet metadata between the two hooks.
 *
 * Included by the runtime (C++) and, as text, by every BPF program that sfcc emits. Byte order is the host's unless a
 * comment says otherwise. The includer has the types __u16, __u32 and __u64 (linux/types.h). Whatever depends on the
 * spec (key, record, counters, parameters) is in the plan, not here.
 */
#ifndef SFC_ABI_H
#define SFC_ABI_H

/* Bumped when anything below or the plan's meaning changes; the loader refuses objects of another version. */
#define SFC_ABI_VERSION 1

/* Programs and their ELF sections. */
#define SFC_PROG_INGRESS "sfc_ingress" /* SEC("xdp.frags") */
#define SFC_PROG_EGRESS "sfc_egress"   /* SEC("tc") */

/* Maps. Sizes are set by the loader; value layouts that depend on the spec are in the plan. */
#define SFC_MAP_COUNTERS "sfc_counters" /* per-CPU array, 1 entry: __u64[plan.counters], then what is the programs' own */
#define SFC_MAP_BUCKETS "sfc_buckets"   /* array, mmapable: union sfc_line, SFC_LINES(buckets) of them */
#define SFC_MAP_FAR "sfc_far"           /* array, mmapable: struct sfc_far_bucket, as many as buckets */
#define SFC_MAP_ENTRIES "sfc_entries"   /* array, mmapable: see SFC_ENTRY_INDEX */
#define SFC_MAP_HASH "sfc_hash"         /* LRU hash: key -> entry (store "hash" only) */
#define SFC_MAP_PARAMS "sfc_params"     /* array, 1 entry: parameters at the offsets that the plan gives */
#define SFC_MAP_REPORTS "sfc_reports"   /* ring buffer: struct sfc_report and data; only where the spec says `report` */
#define SFC_MAP_CONFIG ".rodata.sfc"    /* frozen: struct sfc_config */
#define SFC_PLAN_SECTION ".sfc.plan"    /* ELF section: the plan as JSON */

enum sfc_vnf { SFC_VNF_USER = 0, SFC_VNF_KERNEL = 1 };
enum sfc_store { SFC_STORE_SLOTS = 0, SFC_STORE_CARRY = 1, SFC_STORE_HASH = 2 };

#define SFC_SEEDS 32

/* Set once by the loader, before the verifier sees the programs, which then drops the branches not taken. */
struct sfc_config {
  __u64 seed[SFC_SEEDS]; /* secret, drawn per load: no sender can aim at one bucket */
  __u64 lifetime_ns;     /* age at which an entry is nobody's any more */
  __u32 vnf;             /* enum sfc_vnf */
  __u32 store;           /* enum sfc_store */
  __u32 bucket_mask;     /* number of buckets - 1; a power of two */
  __u32 meta_max;        /* most bytes of XDP metadata the ingress device takes, a multiple of 4; 0: none */
  __u32 magic;           /* drawn per load: marks metadata as this proxy's */
  __u32 ordered_stores;  /* 1: this CPU never reorders a store with older loads and stores (x86) */
};

/*
 * The slots store: buckets of SFC_WAYS entries that share a hash. A word says who holds the way:
 *   0                         free
 *   ticket << 16 | tag        ready: inserted as number `ticket` of this bucket; tag is 16 bits of the hash
 *   SFC_WORD_BUSY | ...       being filled, or being read by whoever claimed it
 * Tickets are never reused, so compare-and-swap on the word is safe against ABA, and among entries with equal keys the
 * smallest ticket is the oldest. The words of the first SFC_NEAR_WAYS ways share a cache line with the ticket counter.
 * The far ways are used only when the near ones are taken; `spilled` counts those in use, so that a lookup normally
 * reads that one line.
 *
 * SFC_MAP_BUCKETS holds lines of 64 bytes: the near ones of all buckets, then for each far line of a bucket those of
 * all buckets (SFC_FAR_LINE). SFC_MAP_ENTRIES has the entries of way 0 of all buckets, then those of way 1, and so on
 * (SFC_ENTRY_INDEX). So what is in use at all times lies together.
 */
#define SFC_NEAR_WAYS 6
#define SFC_LINE_WAYS 8
#define SFC_FAR_LINES 4
#define SFC_WAYS (SFC_NEAR_WAYS + SFC_FAR_LINES * SFC_LINE_WAYS)
#define SFC_WORD_BUSY (1ULL << 63)
#define SFC_TICKET_SHIFT 16

struct sfc_bucket {
  __u64 next; /* the last ticket given out */
  __u64 spilled;
  __u64 word[SFC_NEAR_WAYS];
};

union sfc_line {
  struct sfc_bucket near;
  __u64 far[SFC_LINE_WAYS];
};

/* Index of far line `line` (0 .. SFC_FAR_LINES - 1) of a bucket; the near line of a bucket has the bucket's number. */
#define SFC_FAR_LINE(bucket, line, buckets) (((line) + 1) * (buckets) + (bucket))
#define SFC_LINES(buckets) ((1 + SFC_FAR_LINES) * (buckets))
#define SFC_ENTRY_INDEX(bucket, way, buckets) ((way) * (buckets) + (bucket))

/*
 * XDP metadata from ingress to egress. The two bytes next to the packet are zeroed by the kernel's neighbour output
 * path, so the record is followed by at least two bytes of padding and the whole is a multiple of four. In user mode
 * only `unique` (SFC_BARRIER_SIZE bytes) is written: it keeps GRO from merging packets.
 */
enum sfc_meta_kind { SFC_META_CARRY = 1, SFC_META_TOKEN = 2 };

struct sfc_meta {
  __u32 magic;   /* sfc_config.magic */
  __u16 kind;    /* enum sfc_meta_kind */
  __u16 length;  /* bytes of the record that follow (carry) */
  __u64 unique;  /* differs from packet to packet; with SFC_META_TOKEN the word in the bucket */
  __u32 slot;    /* SFC_META_TOKEN: bucket << SFC_SLOT_SHIFT | way */
  __u32 padding; /* with SFC_META_CARRY the record starts at `slot` */
};

#define SFC_SLOT_SHIFT 6
#define SFC_BARRIER_SIZE 8
#define SFC_META_CARRY_OFFSET 16
#define SFC_META_TOKEN_SIZE 24
#define SFC_META_PAD 2

/*
 * What `report` hands over: this, and data as plan::Telemetry describes them. Times are in ns of the monotonic clock.
 */
struct sfc_report {
  __u64 arrived;      /* at ingress */
  __u64 left;         /* at egress */
  __u32 ingress_port; /* indices of the interfaces */
  __u32 egress_port;
  __u32 telemetry; /* its place in plan.telemetry */
  __u32 length;    /* bytes of the data */
  __u64 asked;     /* the field that asks for items; 0 if none does */
};

#define SFC_REPORTS_SIZE (1 << 20) /* bytes of the ring buffer */

/*
 * If the plan says that times are measured, so many more numbers follow the counters in SFC_MAP_COUNTERS: how many
 * packets were with the function for 2^i to 2^(i+1) - 1 ns, for i from 0 on. Those that took no time at all count with
 * i = 0.
 */
#define SFC_RESIDENCE_BUCKETS 64

#endif
