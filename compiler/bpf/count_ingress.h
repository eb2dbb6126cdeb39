/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ingress hook (XDP) of a classifier: only counts.
 */
#if SFC_HOOKS & SFC_AT_INGRESS
SEC("xdp.frags") int sfc_ingress(struct xdp_md* ctx) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return XDP_DROP;
  sfc_count(c, SFC_C_RX);
  sfc_count(c, SFC_C_RX_IGNORED);
  return XDP_PASS;
}
#endif
