/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The baseline: programs at both of a proxy's hooks that do nothing. What a case costs beyond these is its own cost. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int on_xdp(struct xdp_md* ctx) {
  (void)ctx;
  return XDP_PASS;
}

SEC("tc")
int on_egress(struct __sk_buff* skb) {
  (void)skb;
  return TC_ACT_OK;
}

char license_name[] SEC("license") = "Dual BSD/GPL";
