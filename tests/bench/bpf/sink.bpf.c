/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The receiver: looks whether each frame of ours has arrived with its own labels, counts it, drops it. Of the labels
 * it reads the uppermost and the lowest, so that the work is the same however many there are.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "../frame.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sink_expect);
} expect SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct sink_counts);
} counts SEC(".maps");

/* The label and the bottom-of-stack bit are compared; traffic class and TTL are the proxy's business. */
static __always_inline int isLabel(const __u32* entry, __u32 seq, __u32 index, __u32 sent) {
  return (bpf_ntohl(*entry) >> 8 & ~0xeu) == (frameLabel(seq, index) << 4 | (index == sent - 1));
}

/* INT behind the labels: as it was sent, or longer by what the proxy says. */
static __always_inline int isInt(const __u32* at, __u32 words) {
  const int hop = words > FRAME_INT_WORDS;
  if ((bpf_ntohl(at[0]) >> 16 & 0xff) != words - 1 || (bpf_ntohl(at[1]) & 0xff) != FRAME_INT_HOPS - hop) return 0;
  return !hop || at[FRAME_INT_WORDS] == bpf_htonl(FRAME_NODE);
}

static __always_inline int isRight(void* data, void* end, const struct sink_expect* e) {
  struct ethhdr* eth = data;
  __u32 labels = e->labels;
  __u32 int_words = e->int_words;
  if (labels > FRAME_MAX_LABELS || int_words > FRAME_INT_WORDS + FRAME_INT_HOP_WORDS) return 0;
  const __u32* behind = data + FRAME_ETHERNET + 4 * labels; /* the labels; IPv4 alone is longer than INT */
  if ((void*)(behind + FRAME_INT_WORDS + 1) > end) return 0;
  __u8* ip = (__u8*)behind + 4 * int_words;
  void* ip_end = ip + FRAME_INNER - FRAME_ETHERNET;
  if (ip_end > end || ip_end + 1 <= end) return 0;
  __u32 seq = bpf_ntohl(*(__u32*)(ip + FRAME_SEQ));
  if (bpf_ntohl(*(__u32*)(ip + FRAME_ID)) != ~seq) return 0;
  if (!labels) return eth->h_proto == bpf_htons(ETH_P_IP);
  return eth->h_proto == bpf_htons(ETH_P_MPLS_UC) &&
         isLabel(data + FRAME_ETHERNET, seq, e->sent_labels - labels, e->sent_labels) &&
         isLabel(behind - 1, seq, e->sent_labels - 1, e->sent_labels) && (!int_words || isInt(behind, int_words));
}

SEC("xdp")
int on_xdp(struct xdp_md* ctx) {
  void* data = (void*)(long)ctx->data;
  void* end = (void*)(long)ctx->data_end;
  if (data + FRAME_INNER > end || *(__u32*)(data + ETH_ALEN + 2) != bpf_htonl(FRAME_MARK)) return XDP_DROP;
  __u32 zero = 0;
  struct sink_expect* e = bpf_map_lookup_elem(&expect, &zero);
  struct sink_counts* c = bpf_map_lookup_elem(&counts, &zero);
  if (!e || !c) return XDP_DROP;
  if (isRight(data, end, e))
    c->right++;
  else
    c->wrong++;
  return XDP_DROP;
}

char license_name[] SEC("license") = "Dual BSD/GPL";
