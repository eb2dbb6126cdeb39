/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In place of compiler/bpf/base.h: the helpers that the store calls, with memory of this process as maps. The rest is
 * the programs' own text. What is configured as always, is so for the smallest spec that there is.
 */
#include "tests/unit/slots_program.h"

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include "lib/abi/sfc_abi.h"

#undef __always_inline
#define SEC(name)
#define SFC_MAP static
#define __always_inline inline __attribute__((always_inline, unused))
#define __noinline __attribute__((noinline, unused))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __uint(name, value) int(*name)[value]
#define __type(name, value) __typeof__(value)* name
#define mask_var(v, m) ((v) &= (m))
#define barrier_var(v) __asm__ volatile("" : "+r"(v))
#define asm __asm__

enum { BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_PERCPU_ARRAY = 6, BPF_F_MMAPABLE = 1 << 10 };
#define SFC_AT_INGRESS 1
#define SFC_AT_EGRESS 2
#define SFC_HOOKS SFC_AT_EGRESS /* all is in one text, but for the configuration, which is below */
#define SFC_INGRESS_HELPERS SFC_AT_EGRESS
#define SFC_EGRESS_HELPERS SFC_AT_EGRESS

enum { SFC_C_INSERTED, SFC_C_CLAIMED, SFC_C_EXPIRED, SFC_C_ROLLBACK, SFC_COUNTERS };
#define SFC_KEY_WORDS 1
#define SFC_FINISHES 0
#define SFC_KEY_SHORT 1
#define SFC_KEY_LONG 0ULL
#define SFC_ASKED_WORDS 0
#define SFC_PARAMS 1
#define SFC_REGIONS 1
#define SFC_WHOLE 0
#define SFC_COMPUTED 0
#define SFC_SAVED_SIZE 0
#define SFC_WHERE 0
#define SFC_MAX_BYTES 8
#define SFC_MAX_TELEMETRY 0
#define SFC_RETAINED 1
#define SFC_ARRIVED 0
#define SFC_INGRESS_PORT 0
#define SFC_NOW 0
#define SFC_TAI 0
#define SFC_FLAGS 0
#define SFC_VALUES 0
#define SFC_TIMED 0
#define SFC_FLIGHT 0
#define SFC_SAMPLES 0
#define SFC_MAX_PREFIX 8
#define SFC_STORES 1
#define SFC_SUPERFRAMES 0
#define SFC_TC_INGRESS 0
#define SFC_MAX_REPORT 0

/* Helpers of the kernel. */
static void* bpf_map_lookup_elem(void* map, const void* key);
static long bpf_loop(__u32 rounds, long (*callback)(__u32, void*), void* context, __u64 flags);
static __u64 bpf_jiffies64(void);
static __u64 bpf_ktime_get_coarse_ns(void);

/* What is asked of a packet that has a stamp instead of metadata. The rest of the programs does not matter here. */
#define BPF_SKB_TSTAMP_DELIVERY_MONO 1
#define BPF_F_ADJ_ROOM_FIXED_GSO 0
#define BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 0
#define BPF_ADJ_ROOM_ENCAP_L2_SHIFT 0
#define BPF_ADJ_ROOM_MAC 0
#define SFC_ETHERNET_HEADER 14
#define SFC_TYPE_AT 12
struct __sk_buff {
  __u64 tstamp;
  __u32 tc_index;
  __u16 protocol;
};
static long bpf_skb_set_tstamp(struct __sk_buff* skb, __u64 time, __u32 type);
static long bpf_skb_adjust_room(struct __sk_buff* skb, __s32 grow, __u32 mode, __u64 flags);
static long bpf_skb_load_bytes(const struct __sk_buff* skb, __u32 at, void* to, __u32 size);
static long bpf_skb_store_bytes(struct __sk_buff* skb, __u32 at, const void* from, __u32 size, __u64 flags);
static void sfc_putBeside(struct __sk_buff* skb);

#include "compiler/bpf/state.h"
/* The order counts: each needs those before it. */
#include "compiler/bpf/hash.h"
/* */
#include "compiler/bpf/ways.h"
/* */
#include "compiler/bpf/chain.h"
/* */
#include "compiler/bpf/slots.h"
/* */
#include "compiler/bpf/stamp.h"

#define CPUS 16

static struct {
  struct sfc_config config;
  struct sfc_cell* cells;
  struct sfc_far* fars;
  struct sfc_entry* entries;
  struct sfc_counters cpu[CPUS];
  __u64 now;
  __u64 hosts;
} kernel;

/* The programs cannot write it. */
extern struct sfc_config writable_config __asm__("sfc_config");
struct sfc_config writable_config;

static unsigned cpuHere(void) {
  static unsigned cpus;
  static __thread unsigned here;
  if (!here) here = __sync_add_and_fetch(&cpus, 1);
  return here % CPUS;
}

static void* bpf_map_lookup_elem(void* map, const void* key) {
  const __u32 i = *(const __u32*)key, buckets = writable_config.bucket_mask + 1;
  if (map == (void*)&sfc_counters) return &kernel.cpu[cpuHere()];
  if (map == (void*)&sfc_buckets) return i < buckets ? &kernel.cells[i] : 0;
  if (map == (void*)&sfc_far) return i < SFC_FAR_ELEMENTS(buckets) ? &kernel.fars[i] : 0;
  if (map == (void*)&sfc_entries) return i < buckets * (SFC_WAYS - 1) ? &kernel.entries[i] : 0;
  return 0;
}

static long bpf_loop(__u32 rounds, long (*callback)(__u32, void*), void* context, __u64 flags) {
  (void)flags;
  for (__u32 i = 0; i < rounds; i++) {
    __sync_fetch_and_add(&kernel.hosts, 1);
    if (callback(i, context)) return i + 1;
  }
  return rounds;
}

static __u64 bpf_jiffies64(void) {
  return __atomic_load_n(&kernel.now, __ATOMIC_RELAXED);
}

static __u64 bpf_ktime_get_coarse_ns(void) {
  return bpf_jiffies64();
}

static long bpf_skb_set_tstamp(struct __sk_buff* skb, __u64 time, __u32 type) {
  (void)type;
  skb->tstamp = time;
  return 0;
}

/* Nothing here has headers. */
static long bpf_skb_adjust_room(struct __sk_buff* skb, __s32 grow, __u32 mode, __u64 flags) {
  (void)skb, (void)grow, (void)mode, (void)flags;
  return -1;
}

static long bpf_skb_load_bytes(const struct __sk_buff* skb, __u32 at, void* to, __u32 size) {
  (void)skb, (void)at, (void)to, (void)size;
  return -1;
}

static long bpf_skb_store_bytes(struct __sk_buff* skb, __u32 at, const void* from, __u32 size, __u64 flags) {
  (void)skb, (void)at, (void)from, (void)size, (void)flags;
  return -1;
}

static void sfc_putBeside(struct __sk_buff* skb) {
  (void)skb;
}

static void* zeroed(size_t size) {
  void* memory = aligned_alloc(64, (size + 63) / 64 * 64);
  if (!memory) abort();
  return memset(memory, 0, size);
}

void slotsMake(uint32_t buckets, uint64_t lifetime_ns) {
  free(kernel.cells);
  free(kernel.fars);
  free(kernel.entries);
  memset(&kernel, 0, sizeof(kernel));
  kernel.cells = zeroed(buckets * sizeof(struct sfc_cell));
  kernel.fars = zeroed(SFC_FAR_ELEMENTS(buckets) * sizeof(struct sfc_far));
  kernel.entries = zeroed(buckets * (SFC_WAYS - 1) * sizeof(struct sfc_entry));
  writable_config = (struct sfc_config){
      .lifetime_ns = lifetime_ns, .bucket_mask = buckets - 1, .ordered_stores = 1, .magic = SFC_MAGIC_BITS};
  kernel.now = 1;
}

void slotsSetTime(uint64_t now) {
  __atomic_store_n(&kernel.now, now, __ATOMIC_RELAXED);
}

static __u64 hashOf(uint32_t bucket, uint16_t tag) {
  return (__u64)bucket << 16 | tag;
}

static void fill(struct sfc_entry* entry, uint64_t key, uint64_t record) {
  entry->key[0] = key;
  memcpy(entry->record.bytes, &record, sizeof(record));
}

int slotsInsert(uint32_t bucket, uint16_t tag, uint64_t key, uint64_t record) {
  struct sfc_slot slot;
  sfc_slotsInsert(hashOf(bucket, tag), sfc_countersHere(), &slot);
  if (!slot.entry) return 0;
  fill(slot.entry, key, record);
  sfc_publish(&slot);
  return 1;
}

int slotsRollBack(uint32_t bucket, uint16_t tag, uint64_t key) {
  struct sfc_slot slot;
  sfc_slotsInsert(hashOf(bucket, tag), sfc_countersHere(), &slot);
  if (!slot.entry) return 0;
  fill(slot.entry, key, 0);
  sfc_release(&slot);
  return 1;
}

static int take(struct sfc_slot* slot, uint64_t* record) {
  memcpy(record, slot->entry->record.bytes, sizeof(*record));
  sfc_release(slot);
  return 1;
}

/* As sfc_takeSlot, but without an end to its tries: the machine may have fewer CPUs than the test has threads. */
int slotsClaim(uint32_t bucket, uint16_t tag, uint64_t key, uint64_t* record) {
  struct sfc_counters* c = sfc_countersHere();
  struct sfc_packet* p = &c->scratch.packet;
  struct sfc_slot slot;
  p->key[0] = key;
  if (sfc_slotsTakeFirst(hashOf(bucket, tag), p, c, &slot)) return take(&slot, record);
  for (;;) {
    sfc_slotsFind(hashOf(bucket, tag), c, &slot);
    if (!slot.entry) return 0;
    if (sfc_claim(&slot)) return take(&slot, record);
  }
}

int slotsInsertToken(uint32_t bucket, uint64_t record, uint32_t* token, uint64_t* ticket) {
  struct sfc_slot slot;
  sfc_slotsInsert(hashOf(bucket, 1), sfc_countersHere(), &slot);
  if (!slot.entry) return 0;
  fill(slot.entry, 0, record);
  *token = slot.place;
  *ticket = slot.ticket;
  sfc_publish(&slot);
  return 1;
}

int slotsClaimToken(uint32_t token, uint64_t ticket, uint64_t* record) {
  struct sfc_slot slot;
  sfc_slotsAt(token, ticket, sfc_countersHere(), &slot);
  return slot.entry && sfc_claim(&slot) && take(&slot, record);
}

int slotsInsertStamped(uint32_t bucket, uint64_t record, struct SlotsPacket* packet) {
  struct __sk_buff skb = {};
  struct sfc_slot slot;
  sfc_slotsInsert(hashOf(bucket, 1), sfc_countersHere(), &slot);
  if (!slot.entry || sfc_stamp(&skb, &slot)) return 0;
  fill(slot.entry, 0, record);
  *packet = (struct SlotsPacket){skb.tstamp, skb.tc_index, slot.place};
  sfc_publish(&slot);
  return 1;
}

int slotsClaimStamped(const struct SlotsPacket* packet, uint64_t* record) {
  struct __sk_buff skb = {.tstamp = packet->time, .tc_index = packet->index};
  struct sfc_token token = {};
  struct sfc_slot slot;
  sfc_takeStamp(&skb, &token);
  return token.kind == SFC_STAMPED && !sfc_slotsStamped(&token, sfc_countersHere(), &slot) && sfc_claim(&slot) &&
         take(&slot, record);
}

struct SlotsState slotsState(void) {
  struct SlotsState state = {.hosts = kernel.hosts};
  for (unsigned cpu = 0; cpu < CPUS; cpu++) state.expired += kernel.cpu[cpu].n[SFC_C_EXPIRED];
  for (__u32 i = 0; i <= writable_config.bucket_mask; i++) {
    state.others += kernel.cells[i].bucket.others;
    state.spilled += kernel.cells[i].bucket.spilled;
    state.first += !sfc_isFree(kernel.cells[i].bucket.word[0]);
    for (unsigned way = 0; way < SFC_NEAR_WAYS; way++) state.live += !sfc_isFree(kernel.cells[i].bucket.word[way]);
    for (unsigned way = 0; way < SFC_FAR_WAYS; way++) state.far += !sfc_isFree(kernel.fars[i].word[way]);
  }
  state.live += state.far;
  return state;
}
