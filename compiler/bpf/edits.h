/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A proxy that strips nothing: it edits headers in place, on the way to the SF and on the way back.
 */
#if SFC_HOOKS & SFC_AT_INGRESS
SEC("xdp.frags") int sfc_ingress(struct xdp_md* ctx) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return XDP_DROP;
  sfc_count(c, SFC_C_RX);
  __u64 exit = sfc_launder(c, spec_parseIngress(ctx, &c->scratch.packet, c, 0));
  sfc_count(c, exit ?: SFC_C_RX_STRIPPED);
  return exit == 0 || exit == SFC_C_RX_IGNORED ? XDP_PASS : XDP_DROP;
}
#endif

#if SFC_HOOKS & SFC_AT_EGRESS
SEC("tc") int sfc_egress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return TC_ACT_SHOT;
  sfc_count(c, SFC_C_TX);
  __u64 exit = SFC_C_TX_DROP_TAGS;
  if (!sfc_takeTags(skb, c, 0))
    exit = sfc_pullHeaders(skb) ? SFC_C_TX_IGNORED : sfc_launder(c, spec_parseEgress(skb, &c->scratch.packet, c, 0));
  sfc_count(c, exit ?: SFC_C_TX_RESTORED);
  if (exit && exit != SFC_C_TX_IGNORED) return TC_ACT_SHOT;
  /* Edits may have turned a tag into something else. */
  if (unlikely(c->scratch.packet.tags.inlined)) sfc_settleTags(skb, &c->scratch.packet.tags);
  return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
#endif
