/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the proxy is compared with: the caching proxy of M. Haeberle, B. Steinert, M. Weiss and M. Menth, "A Caching SFC
 * Proxy Based on eBPF" (NetSoft 2022), section IV-D, written anew from the idea and as lean as that design allows, so
 * that a comparison says something about designs:
 *
 *   in    the whole label stack goes into an LRU hash map, one entry per packet, under the packet's own IPv4 and TCP
 *         header with TTL and checksums zeroed; the Ethernet header is copied over the labels, the packet shortened
 *   out   the same key finds the stack; room is made behind the Ethernet header, all labels but the top one are
 *         stored there, one store (bpf_skb_store_bytes) per label, and the entry is deleted
 *
 * Dropped are labelled packets that are not IPv4 with TCP, those whose equal is in the map, and TCP packets on return
 * that the map does not know. The rest passes.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MAX_LABELS 10

struct packet_key {
  struct iphdr ip;
  struct tcphdr tcp;
} __attribute__((aligned(8)));

struct label_stack {
  __u32 count;
  __u32 label[MAX_LABELS]; /* as on the wire */
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 10000); /* the room that programs/sr-mpls.sfc asks for */
  __type(key, struct packet_key);
  __type(value, struct label_stack);
} stacks SEC(".maps");

/* The key of the IPv4 and TCP header at `headers`; 0 if they are not there. */
static __always_inline int readKey(void* headers, void* end, struct packet_key* key) {
  struct packet_key* p = headers;
  if ((void*)(p + 1) > end || p->ip.version != 4 || p->ip.ihl != 5 || p->ip.protocol != 6) return 0;
  __builtin_memcpy(key, p, sizeof(*key));
  key->ip.ttl = 0;
  key->ip.check = 0;
  key->tcp.check = 0;
  return 1;
}

/* Copies the stack at `at`, bottom included; 0 if it has none within MAX_LABELS. */
static __always_inline int readStack(void* at, void* end, struct label_stack* stack) {
#pragma unroll
  for (int i = 0; i < MAX_LABELS; i++) {
    __u32* entry = at + 4 * i;
    if ((void*)(entry + 1) > end) return 0;
    stack->label[i] = *entry;
    if (*entry & bpf_htonl(0x100)) {
      stack->count = i + 1;
      return 1;
    }
  }
  return 0;
}

SEC("xdp.frags")
int on_xdp(struct xdp_md* ctx) {
  void* data = (void*)(long)ctx->data;
  void* end = (void*)(long)ctx->data_end;
  struct ethhdr* eth = data;
  if ((void*)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_MPLS_UC)) return XDP_PASS;

  struct label_stack stack = {};
  if (!readStack(eth + 1, end, &stack)) return XDP_DROP;
  __u32 room = 4 * stack.count;
  struct packet_key key;
  if (!readKey((void*)(eth + 1) + room, end, &key)) return XDP_DROP;
  if (bpf_map_update_elem(&stacks, &key, &stack, BPF_NOEXIST)) return XDP_DROP;

  struct ethhdr* stripped = data + room;
  if ((void*)(stripped + 1) > end) return XDP_DROP;
  struct ethhdr copy = *eth;
  copy.h_proto = bpf_htons(ETH_P_IP);
  *stripped = copy;
  if (bpf_xdp_adjust_head(ctx, (int)room)) return XDP_DROP;
  return XDP_PASS;
}

/* Makes room for the stack without its top label and stores the rest label by label; 0 if the kernel refuses. */
static __always_inline int push(struct __sk_buff* skb, const struct label_stack* stack, __u32 labels) {
  if (bpf_skb_adjust_room(skb, 4 * (int)labels, BPF_ADJ_ROOM_MAC, 0)) return 0;
  __be16 type = bpf_htons(ETH_P_MPLS_UC);
  if (bpf_skb_store_bytes(skb, offsetof(struct ethhdr, h_proto), &type, sizeof(type), 0)) return 0;
  for (__u32 i = 0; i < MAX_LABELS - 1 && i < labels; i++)
    if (bpf_skb_store_bytes(skb, sizeof(struct ethhdr) + 4 * i, &stack->label[i + 1], 4, 0)) return 0;
  return 1;
}

SEC("tc")
int on_egress(struct __sk_buff* skb) {
  void* data = (void*)(long)skb->data;
  void* end = (void*)(long)skb->data_end;
  struct ethhdr* eth = data;
  struct packet_key key;
  if ((void*)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || !readKey(eth + 1, end, &key)) return TC_ACT_OK;
  struct label_stack* stack = bpf_map_lookup_elem(&stacks, &key);
  if (!stack) return TC_ACT_SHOT;
  if (stack->count > 1 && !push(skb, stack, stack->count - 1)) return TC_ACT_SHOT;
  bpf_map_delete_elem(&stacks, &key);
  return TC_ACT_OK;
}

char license_name[] SEC("license") = "Dual BSD/GPL";
