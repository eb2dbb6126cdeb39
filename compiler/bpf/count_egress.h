/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The egress hook (TC) of a terminator: only counts.
 */
#if SFC_HOOKS & SFC_AT_EGRESS
SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return TC_ACT_SHOT;
  sfc_count(c, SFC_C_TX);
  sfc_count(c, SFC_C_TX_IGNORED);
  return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
#endif
