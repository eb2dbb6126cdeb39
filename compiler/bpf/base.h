/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every emitted program starts with: fixed-width types, the kernel's context structures and helpers as far as they
 * are used (linux/bpf.h, the numbers are the kernel's ABI), and map declarations as libbpf reads them from BTF.
 * Self-contained, so that compiling a spec needs no header of the machine it runs on.
 *
 * One text has both hooks. Each can also be compiled by itself, so that they are compiled at the same time, and linked:
 * SFC_HOOKS selects them. Shared maps and configuration are then defined by the ingress object. The emitted program
 * places the global functions: SFC_INGRESS_HELPERS and SFC_EGRESS_HELPERS name the hook whose object has those that
 * ingress and egress call, so that both objects take about as long to compile.
 */
#define SFC_AT_INGRESS 1
#define SFC_AT_EGRESS 2
#define SFC_AT_TC_INGRESS 4 /* the ingress hook as a TC program, always compiled by itself: tc_ingress.h */
#ifndef SFC_HOOKS
#define SFC_HOOKS (SFC_AT_INGRESS | SFC_AT_EGRESS)
#endif
#if SFC_HOOKS & SFC_AT_INGRESS
#define SFC_SHARED
#else
#define SFC_SHARED extern
#endif

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;

#define SEC(name) __attribute__((section(name), used))
#define SFC_MAP SFC_SHARED __attribute__((section(".maps")))
#define __always_inline inline __attribute__((always_inline, unused))
#define __noinline __attribute__((noinline, unused))
#define __maybe_unused __attribute__((unused))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value)* name

struct xdp_md {
  __u32 data;
  __u32 data_end;
  __u32 data_meta;
  __u32 ingress_ifindex;
  __u32 rx_queue_index;
  __u32 egress_ifindex;
};

struct __sk_buff {
  __u32 len;
  __u32 pkt_type;
  __u32 mark;
  __u32 queue_mapping;
  __u32 protocol;
  __u32 vlan_present;
  __u32 vlan_tci;
  __u32 vlan_proto;
  __u32 priority;
  __u32 ingress_ifindex;
  __u32 ifindex;
  __u32 tc_index;
  __u32 cb[5];
  __u32 hash;
  __u32 tc_classid;
  __u32 data;
  __u32 data_end;
  __u32 napi_id;
  __u32 family;
  __u32 remote_ip4;
  __u32 local_ip4;
  __u32 remote_ip6[4];
  __u32 local_ip6[4];
  __u32 remote_port;
  __u32 local_port;
  __u32 data_meta;
  __u64 flow_keys;
  __u64 tstamp;
  __u32 wire_len;
  __u32 gso_segs;
  __u64 sk;
  __u32 gso_size;
};

/* A packet at the ingress hook. */
#if SFC_HOOKS & SFC_AT_TC_INGRESS
typedef struct __sk_buff sfc_arrival;
#else
typedef struct xdp_md sfc_arrival;
#endif

enum { XDP_DROP = 1, XDP_PASS = 2 };
enum { TC_ACT_UNSPEC = -1, TC_ACT_SHOT = 2 };
enum {
  BPF_MAP_TYPE_HASH = 1,
  BPF_MAP_TYPE_ARRAY = 2,
  BPF_MAP_TYPE_PROG_ARRAY = 3,
  BPF_MAP_TYPE_PERCPU_ARRAY = 6,
  BPF_MAP_TYPE_LRU_HASH = 9,
  BPF_MAP_TYPE_LPM_TRIE = 11,
  BPF_MAP_TYPE_RINGBUF = 27
};
enum { BPF_RB_AVAIL_DATA = 0, BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2, BPF_RINGBUF_HDR_SZ = 8 };
enum { BPF_F_PSEUDO_HDR = 1 << 4, BPF_F_MARK_MANGLED_0 = 1 << 5 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1 << 10, BPF_NOEXIST = 1 };

static void* (*const __maybe_unused bpf_map_lookup_elem)(void* map, const void* key) = (void*)1;
static long (*const __maybe_unused bpf_map_update_elem)(void* map, const void* key, const void* value,
                                                        __u64 flags) = (void*)2;
static long (*const __maybe_unused bpf_map_delete_elem)(void* map, const void* key) = (void*)3;
static long (*const __maybe_unused bpf_csum_diff)(const void* from, __u32 from_size, const void* to, __u32 to_size,
                                                  __u32 seed) = (void*)28;
static __u32 (*const __maybe_unused bpf_get_prandom_u32)(void) = (void*)7;
static __u32 (*const __maybe_unused bpf_get_smp_processor_id)(void) = (void*)8;
static long (*const __maybe_unused bpf_skb_store_bytes)(struct __sk_buff* skb, __u32 at, const void* from, __u32 len,
                                                        __u64 flags) = (void*)9;
static long (*const __maybe_unused bpf_skb_vlan_push)(struct __sk_buff* skb, __u16 protocol, __u16 tci) = (void*)18;
static long (*const __maybe_unused bpf_skb_vlan_pop)(struct __sk_buff* skb) = (void*)19;
static long (*const __maybe_unused bpf_redirect)(__u32 ifindex, __u64 flags) = (void*)23;
static long (*const __maybe_unused bpf_skb_change_type)(struct __sk_buff* skb, __u32 type) = (void*)32;
static long (*const __maybe_unused bpf_skb_load_bytes)(const void* skb, __u32 at, void* to, __u32 len) = (void*)26;
static long (*const __maybe_unused bpf_skb_pull_data)(struct __sk_buff* skb, __u32 len) = (void*)39;
static long (*const __maybe_unused bpf_skb_change_head)(struct __sk_buff* skb, __u32 len, __u64 flags) = (void*)43;
static long (*const __maybe_unused bpf_skb_change_tail)(struct __sk_buff* skb, __u32 len, __u64 flags) = (void*)38;
enum {
  BPF_ADJ_ROOM_MAC = 1,
  BPF_F_ADJ_ROOM_FIXED_GSO = 1 << 0,
  BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 = 1 << 1,
  BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 = 1 << 2,
  BPF_F_ADJ_ROOM_ENCAP_L4_GRE = 1 << 3,
  BPF_F_ADJ_ROOM_ENCAP_L4_UDP = 1 << 4,
  BPF_F_ADJ_ROOM_ENCAP_L2_ETH = 1 << 6,
  BPF_F_ADJ_ROOM_DECAP_L3_IPV4 = 1 << 7,
  BPF_ADJ_ROOM_ENCAP_L2_SHIFT = 56
};
static long (*const __maybe_unused bpf_skb_adjust_room)(struct __sk_buff* skb, __s32 len_diff, __u32 mode,
                                                        __u64 flags) = (void*)50;
enum { BPF_SKB_TSTAMP_DELIVERY_MONO = 1 };
static long (*const __maybe_unused bpf_skb_set_tstamp)(struct __sk_buff* skb, __u64 time, __u32 type) = (void*)192;
static long (*const __maybe_unused bpf_l4_csum_replace)(struct __sk_buff* skb, __u32 at, __u64 from, __u64 to,
                                                        __u64 flags) = (void*)11;
static long (*const __maybe_unused bpf_xdp_adjust_head)(struct xdp_md* xdp, int delta) = (void*)44;
static long (*const __maybe_unused bpf_xdp_adjust_meta)(struct xdp_md* xdp, int delta) = (void*)54;
static long (*const __maybe_unused bpf_tail_call)(void* ctx, void* programs, __u32 index) = (void*)12;
static __u64 (*const __maybe_unused bpf_ktime_get_ns)(void) = (void*)5;
static __u64 (*const __maybe_unused bpf_jiffies64)(void) = (void*)118;
static __u64 (*const __maybe_unused bpf_ktime_get_coarse_ns)(void) = (void*)160;
static __u64 (*const __maybe_unused bpf_ktime_get_tai_ns)(void) = (void*)208;
static long (*const __maybe_unused bpf_ringbuf_output)(void* ring, void* record, __u64 size, __u64 flags) = (void*)130;
static void* (*const __maybe_unused bpf_ringbuf_reserve)(void* ring, __u64 size, __u64 flags) = (void*)131;
static void (*const __maybe_unused bpf_ringbuf_submit)(void* record, __u64 flags) = (void*)132;
static __u64 (*const __maybe_unused bpf_ringbuf_query)(void* ring, __u64 flags) = (void*)134;
static long (*const __maybe_unused bpf_loop)(__u32 rounds, void* callback, void* context, __u64 flags) = (void*)181;
enum { BPF_HDR_START_NET = 1 };
static long (*const __maybe_unused bpf_skb_load_bytes_relative)(const void* skb, __u32 at, void* to, __u32 len,
                                                                __u32 start) = (void*)68;
static long (*const __maybe_unused bpf_check_mtu)(void* ctx, __u32 ifindex, __u32* mtu_len, __s32 len_diff,
                                                  __u64 flags) = (void*)163;
static void* (*const __maybe_unused bpf_map_lookup_percpu_elem)(void* map, const void* key, __u32 cpu) = (void*)195;
static __u64 (*const __maybe_unused bpf_xdp_get_buff_len)(struct xdp_md* xdp) = (void*)188;
static long (*const __maybe_unused bpf_xdp_load_bytes)(struct xdp_md* xdp, __u32 at, void* to, __u32 len) = (void*)189;
static long (*const __maybe_unused bpf_xdp_store_bytes)(struct xdp_md* xdp, __u32 at, const void* from,
                                                        __u32 len) = (void*)190;

/*
 * Masks a value that has been checked, in the register where it then stays. Kernels before 6.8 lose the bounds from a
 * comparison if the value lies on the stack as well; the bounds from a mask stay with the value.
 */
#define mask_var(v, m) asm volatile("%0 &= %1" : "+r"(v) : "i"(m))

/* Returns 1, unknown to the compiler. */
static __always_inline int sfc_always(void) {
  int one;
  asm volatile("%0 = 1" : "=r"(one));
  return one;
}

/* Keeps the compiler from merging the code on both sides: the verifier needs a check and its access side by side. */
#define barrier_var(v) asm volatile("" : "+r"(v))

/* An exit off the fast path: without this, clang sets the value before each condition that leads there. */
static __always_inline __u32 sfc_exit(__u32 counter) {
  barrier_var(counter);
  return counter;
}
