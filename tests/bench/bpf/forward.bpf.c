/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The network function: sends whatever comes up from the ingress device out by the egress device. The cheapest one
 * that lets both of a proxy's hooks run, so that the clock counts the proxy and not somebody's routing table.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile __u32 out_ifindex;

SEC("tc")
int on_ingress(struct __sk_buff* skb) {
  (void)skb;
  return bpf_redirect(out_ifindex, 0);
}

char license_name[] SEC("license") = "Dual BSD/GPL";
