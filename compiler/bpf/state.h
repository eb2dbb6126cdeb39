/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The state a proxy keeps: its frozen configuration, its counters, and what is known about the packet at hand.
 *
 * Needs from the emitted program: SFC_COUNTERS (number of counters), SFC_KEY_WORDS (64-bit words of the key),
 * SFC_KEY_ENDS (bit i set: some keys have i words), SFC_PARAMS (number of load-time parameters), SFC_SAVED_SIZE (bytes
 * of saved fields in a record), SFC_MAX_BYTES (most bytes stripped from a packet), SFC_MAX_PREFIX (most bytes before
 * them), and the counters' indices as SFC_C_<NAME>.
 */
#define SFC_ALIGN4(n) (((n) + 3) & ~3)
#define SFC_ALIGN8(n) (((n) + 7) & ~7)
/* Headers end within so many bytes of the frame: keeps the verifier's packet offsets bounded. */
#define SFC_MAX_CURSOR 0x7000
/* The end of a packet that no header has told yet; larger than any frame. */
#define SFC_NO_LIMIT 0x10000000ULL

/* The headers of one packet while it is in the VNF: plan::Record. */
struct sfc_record {
  __u16 length;
  __u8 saved[SFC_SAVED_SIZE];
  __u8 bytes[SFC_ALIGN4(SFC_MAX_BYTES)];
} __attribute__((aligned(8)));

/* The stripped bytes as they go back: a part of record->bytes. */
struct sfc_region {
  __u64 at;
  __u64 length;
};

/* Whole cache lines. */
struct sfc_entry {
  __u64 arrived;
  __u64 key[SFC_KEY_WORDS];
  struct sfc_record record;
} __attribute__((aligned(64)));

struct sfc_counters {
  __u64 n[SFC_COUNTERS];
  __u64 scratch;
};

/* Per CPU: what is too large for the stack while it moves between the packet, its metadata and a map. */
struct sfc_scratch {
  struct sfc_entry entry;
  __u8 prefix[SFC_ALIGN8(SFC_MAX_PREFIX)];
  __u8 head[SFC_ALIGN8(SFC_MAX_PREFIX + SFC_MAX_BYTES)]; /* a frame's head with its headers back */
};

/* One packet, as the parser found it. Offsets are from the start of the frame. */
struct sfc_packet {
  __u64 strip_at;
  __u64 strip_length;
  __u64 hidden_at;    /* the kept field that names what is stripped */
  __u64 hidden_value; /* what it says while that is gone */
  __u64 key_words;    /* words of the key that this path fills */
  __u64 key[SFC_KEY_WORDS];
};

const volatile struct sfc_config sfc_config SEC(".rodata.sfc") = {};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_counters);
} sfc_counters SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_scratch);
} sfc_scratch SEC(".maps");

struct sfc_params {
  __u64 value[SFC_PARAMS];
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sfc_params);
} sfc_params SEC(".maps");

static __always_inline struct sfc_params* sfc_paramsHere(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&sfc_params, &zero);
}

static __always_inline struct sfc_counters* sfc_countersHere(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&sfc_counters, &zero);
}

static __always_inline struct sfc_scratch* sfc_scratchHere(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&sfc_scratch, &zero);
}

static __always_inline void sfc_count(struct sfc_counters* c, __u32 counter) {
  c->n[counter]++;
}

/*
 * The same value, of which the verifier knows nothing any more. After a loop it would otherwise go through the rest of
 * the program once for every number of rounds. The caller bounds the result anew.
 */
static __always_inline __u64 sfc_forget(struct sfc_counters* c, __u64 value) {
  *(volatile __u64*)&c->scratch = value;
  return *(volatile __u64*)&c->scratch;
}
