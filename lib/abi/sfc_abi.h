/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contract between the programs in the kernel and the tools outside it: map names, the configuration that is frozen
 * when a proxy is loaded, the bucket words of the slots store, and the packet metadata between the two hooks.
 *
 * Included by the runtime (C++) and, as text, by every BPF program that sfcc emits. Byte order is the host's unless a
 * comment says otherwise. The includer provides the types __u16, __u32 and __u64 (linux/types.h). All that depends on
 * the spec (key, record, counters, parameters) is in the plan, not here.
 */
#ifndef SFC_ABI_H
#define SFC_ABI_H

/* Bumped when anything below or the plan's meaning changes; the loader refuses objects of another version. */
#define SFC_ABI_VERSION 7

/* Programs and their ELF sections. */
#define SFC_PROG_INGRESS "sfc_ingress" /* SEC("xdp.frags") */
#define SFC_PROG_EGRESS "sfc_egress"   /* SEC("tc") */
/* SEC("tc"), in proxies: at TC ingress, behind sfc_ingress, where sfc_config.beside says that it is there */
#define SFC_PROG_HANDOVER "sfc_handover"
/* SEC("tc"), in proxies: what sfc_egress goes on with in kernel mode */
#define SFC_PROG_CARRIED "sfc_carried"
/* SEC("tc"), unless the plan says why not: at TC ingress instead of sfc_ingress, where sfc_config.tc_ingress says so */
#define SFC_PROG_TC_INGRESS "sfc_tc_ingress"

/* Maps. Sizes are set by the loader; value layouts that depend on the spec are in the plan. */
#define SFC_MAP_COUNTERS \
  "sfc_counters"                      /* per-CPU array, 1 entry: __u64[plan.counters], then what is the programs' own */
#define SFC_MAP_BUCKETS "sfc_buckets" /* array, mmapable: struct sfc_bucket and the entry of its way 0 */
#define SFC_MAP_FAR "sfc_far"         /* array, mmapable: struct sfc_far, SFC_FAR_ELEMENTS of them */
#define SFC_MAP_ENTRIES "sfc_entries" /* array, mmapable: those of the other ways, see SFC_ENTRY_INDEX */
#define SFC_MAP_HASH "sfc_hash"       /* LRU hash: key -> entry (store "hash" only) */
#define SFC_MAP_PROGRAMS "sfc_programs" /* program array, in proxies: SFC_PROG_CARRIED */
#define SFC_MAP_PARAMS "sfc_params"     /* array, 1 entry: parameters at the offsets that the plan gives */
#define SFC_MAP_REPORTS "sfc_reports"   /* ring buffer: struct sfc_report and data; only where the spec says `report` */
#define SFC_MAP_PORTS \
  "sfc_ports" /* hash: index of a device -> that of the ingress device it stands for; only where a key has the port */
#define SFC_PORTS 64                 /* it has no more entries */
#define SFC_MAP_CONFIG ".rodata.sfc" /* frozen: struct sfc_config */
#define SFC_PLAN_SECTION ".sfc.plan" /* ELF section: the plan as JSON */
#define SFC_PLAN_BYTES (1 << 20)     /* it has no more */

enum sfc_vnf { SFC_VNF_USER = 0, SFC_VNF_KERNEL = 1 };
enum sfc_store { SFC_STORE_SLOTS = 0, SFC_STORE_CARRY = 1, SFC_STORE_HASH = 2 };

#define SFC_SEEDS 32

/* Set once by the loader, before the verifier sees the programs, which then drops the branches not taken. */
struct sfc_config {
  __u64 seed[SFC_SEEDS]; /* secret, drawn per load: no sender can aim at one bucket */
  __u64 lifetime_ns;     /* age at which an entry has expired */
  __u32 vnf;             /* enum sfc_vnf */
  __u32 store;           /* enum sfc_store */
  __u32 bucket_mask;     /* number of buckets - 1; a power of two */
  __u32 meta_max;        /* most bytes of XDP metadata the ingress device takes, a multiple of 4; 0: none */
  __u32 magic;           /* drawn per load: marks metadata as this proxy's */
  __u32 ordered_stores;  /* 1: this CPU never reorders a store with older loads and stores (x86) */
  __u32 short_frame;     /* bytes of a frame, with its Ethernet header, that is sent without asking for the MTU */
  __u32 cpus;            /* that the machine can have; 0: they are not numbered without a gap */
  __u32 beside;          /* 1: frames can come to an ingress device with a VLAN tag beside them, or with a checksum that
                            is only started; in kernel mode sfc_handover is attached there */
  __u32 superframes; /* 1: software cuts GSO packets on all egress devices, so that headers can go onto them whole */
  __u32 segmenter;   /* a classifier's: the device that superframes which it cannot push headers onto are sent to, as
                        their segments come back from its peer; 0: there is none */
  __u32 tc_ingress;  /* 1: the ingress hook is at TC: packets have a stamp instead of metadata */
};

/*
 * Words of skb->cb that a superframe takes along to the segmenter, and its segments back: the index of the device that
 * it was to leave by, and its priority.
 */
#define SFC_CB_DEVICE 0
#define SFC_CB_PRIORITY 1

/*
 * The slots store: buckets of SFC_WAYS entries. A word says who holds the way:
 *   ticket << 16              free: `ticket` was the last one that the way had
 *   ticket << 16 | tag        ready: inserted as number `ticket` of its bucket; tag is 16 bits of the hash, never 0
 *   SFC_WORD_BUSY | ...       being filled, or being read by whoever claimed it
 * A way's ticket only grows, so compare-and-swap on the word is safe against ABA; it is greater than those of all
 * entries that the bucket had before, so among entries with equal keys the smallest ticket is the oldest. The
 * first way is used if it is free, and the far ways only when the near ones, whose words share a cache line, are taken.
 * A bucket that needs more far ways than it has uses those of others, and is then their `home`; a bucket's near ways
 * hold only its own entries. The ways that a bucket uses, wherever they are, are counted: up before an entry is ready,
 * and down after its way is free. So a lookup normally reads one word, and that one cache line.
 *
 * Data in use at all times lie together: a bucket's words and the entry of way 0 are one element of SFC_MAP_BUCKETS.
 * SFC_MAP_ENTRIES has the entries of way 1 of all buckets, then those of way 2, and so on. SFC_MAP_FAR ends with one
 * element for the store as a whole.
 */
#define SFC_NEAR_WAYS 6
#define SFC_FAR_WAYS 32
#define SFC_WAYS (SFC_NEAR_WAYS + SFC_FAR_WAYS)
#define SFC_BUCKET_BITS 20
#define SFC_BUCKETS (1 << SFC_BUCKET_BITS) /* are the most */
#define SFC_WORD_BUSY (1ULL << 63)
#define SFC_TICKET_SHIFT 16
#define SFC_WORD_TAG ((1ULL << SFC_TICKET_SHIFT) - 1)

struct sfc_bucket {
  __u64 others;  /* ways in use but the first */
  __u64 spilled; /* far ways in use, here and in other buckets */
  __u64 word[SFC_NEAR_WAYS];
};

struct sfc_far {
  __u64 word[SFC_FAR_WAYS];
  __u32 home[SFC_FAR_WAYS]; /* for which bucket a way is in use, set before the entry is ready */
  __u64 chain;              /* the programs' own: where the far ways are that this bucket uses */
  __u64 last;               /* the word with the greatest ticket that one of those has had */
  __u64 flushed;            /* of the last element: entries that were taken out from outside the kernel, ever */
};

#define SFC_FAR_ELEMENTS(buckets) ((buckets) + 1)

/* Not for way 0. */
#define SFC_ENTRY_INDEX(bucket, way, buckets) (((way) - 1) * (buckets) + (bucket))

/*
 * XDP metadata from ingress to egress. The two bytes next to the packet are zeroed by the kernel's neighbour output
 * path. The Ethernet header can move to the front over the end of the metadata: by four bytes for each VLAN tag that is
 * put into a frame (bpf_skb_vlan_push, a VLAN device on another one), by eight where the kernel reassembles IPv6
 * fragments (connection tracking), as it takes the fragment header out and puts one in again behind. Egress then finds
 * the metadata as much further back. So the metadata ends with at least SFC_META_PAD unused bytes, and its size is a
 * multiple of four. Of the places where egress looks for the magic it takes the last that has it, as the bytes in front
 * of the metadata may be those of an older packet; SFC_MAGIC_BITS keep the words behind the magic from being taken for
 * it. In user mode only SFC_BARRIER_SIZE bytes are written, so that GRO merges nothing.
 */
enum sfc_meta_kind { SFC_META_CARRY = 1, SFC_META_TOKEN = 2 };

struct sfc_meta {
  __u32 magic;      /* sfc_config.magic */
  __u8 kind;        /* enum sfc_meta_kind */
  __u8 tags;        /* VLAN tags in front of the frame that the SF is given; SFC_META_FINISHED */
  __u16 length;     /* bytes of the record that follow (carry) */
  __u32 word;       /* SFC_META_TOKEN: bucket << SFC_SLOT_SHIFT | way; else 0, or it differs from packet to packet */
  __u32 ticket[2];  /* SFC_META_TOKEN: the word in the bucket, low half first */
  __u32 padding[3]; /* with SFC_META_CARRY the record starts at `ticket` */
};

#define SFC_MAGIC_BITS 0x80000080 /* set in every sfc_config.magic; the words behind it in sfc_meta never have both */
#define SFC_SLOT_SHIFT 6
#define SFC_BARRIER_SIZE 8
#define SFC_META_CARRY_OFFSET 12
#define SFC_META_TOKEN_SIZE 32
#define SFC_META_MOVED 8
#define SFC_META_PAD (SFC_META_MOVED + 2)
#define SFC_META_FINISHED 0x80 /* ingress has finished a checksum in what it took off, see sfc_handover */

/*
 * A report: this head, then data as plan::Telemetry describes them. Times are in ns of the monotonic clock. Reports of
 * a terminator have no departure.
 */
struct sfc_report {
  __u64 arrived;      /* at ingress */
  __u64 left;         /* at egress, or 0 */
  __u32 ingress_port; /* indices of the interfaces */
  __u32 egress_port;  /* or 0 */
  __u32 telemetry;    /* its place in plan.telemetry */
  __u32 length;       /* bytes of the data */
  __u64 asked;        /* the field that asks for items; 0 if none does */
};

/* The data of hops, in the packet that a report has behind its items. */
struct sfc_collected {
  __u64 asked;  /* the field that asks for items of each hop; 0 if none does */
  __u16 at;     /* of the first hop, from the first byte of the packet */
  __u16 length; /* bytes of all hops, of which the record need not have all */
  __u16 size;   /* of each */
  __u16 padding;
};

#define SFC_REPORT_BEHIND 64   /* bytes of the packet that a report has behind what is stripped, if there are so many */
#define SFC_REPORT_PACKET 2048 /* and the most bytes of a packet */
#define SFC_REPORTS_SIZE (1 << 20) /* bytes of the ring buffer */
#define SFC_REPORTS_MANY (1 << 16) /* bytes that wait when a reader is woken; it looks by itself now and then */

/*
 * If the plan says that times are measured, so many more numbers follow the counters in SFC_MAP_COUNTERS: the packets
 * that were with the SF for 2^i to 2^(i+1) - 1 ns, for i from 0 on. Packets that took 0 ns count with i = 0.
 */
#define SFC_RESIDENCE_BUCKETS 64

#endif
