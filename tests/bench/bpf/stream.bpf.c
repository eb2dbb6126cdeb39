/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A TCP stream that no TCP sends: segments in sequence, as a driver with native XDP hands them over, which GRO can
 * merge. The sender is run by the kernel's program test run on live frames; the receiver counts segments and drops
 * them. Both run on one CPU.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "../stream.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct stream_state);
} stream SEC(".maps");

SEC("xdp")
int generate(struct xdp_md* ctx) {
  __u32 zero = 0;
  struct stream_state* s = bpf_map_lookup_elem(&stream, &zero);
  if (!s) return XDP_ABORTED;
  if (s->sent - *(volatile __u64*)&s->arrived >= s->window) return XDP_DROP; /* the next run looks again */
  if (bpf_xdp_adjust_head(ctx, STREAM_HEADROOM)) return XDP_ABORTED;
  __u8* data = (void*)(long)ctx->data;
  __u8* end = (void*)(long)ctx->data_end;
  __u32 seq_at = s->seq_at & 0xff, sum_at = s->sum_at & 0xff;
  if (data + STREAM_HEAD_MAX > end || data + seq_at + 4 > end || data + sum_at + 2 > end) return XDP_ABORTED;
#pragma unroll
  for (int i = 0; i < STREAM_HEAD_MAX / 8; i++) ((__u64*)data)[i] = s->head[i];

  __u32 seq = s->next_seq;
  s->next_seq += s->payload;
  __u32 sum = s->sum + (seq >> 16) + (seq & 0xffff);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  *(__u32*)(data + seq_at) = bpf_htonl(seq);
  *(__u16*)(data + sum_at) = bpf_htons(~sum);
  s->sent++;
  return bpf_redirect(s->out_ifindex, 0);
}

SEC("tc")
int on_ingress(struct __sk_buff* skb) {
  __u32 zero = 0;
  struct stream_state* s = bpf_map_lookup_elem(&stream, &zero);
  if (!s || !s->payload) return TC_ACT_SHOT;
  __u32 payload = skb->len - s->arrives_head;
  if (skb->len <= s->arrives_head || payload % s->payload)
    s->wrong++;
  else
    s->arrived += payload / s->payload;
  return TC_ACT_SHOT;
}

char license_name[] SEC("license") = "Dual BSD/GPL";
