/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What all programs do that strip headers at the ingress hook (XDP).
 *
 * Needs from the emitted program:
 *   int spec_rewrite(data, end, p)   lets the kept field before the stripped bytes name what follows; 0 if it is not
 * there
 */
static __always_inline int sfc_leaveIngress(struct sfc_counters* c, __u32 exit) {
  sfc_count(c, exit);
  return exit == SFC_C_RX_IGNORED || exit == SFC_C_RX_PASS_FULL ? XDP_PASS : XDP_DROP;
}

/* Rewrites the kept fields that name what is stripped, and cuts it out. */
static __noinline long sfc_hide(struct xdp_md* ctx, const struct sfc_packet* p) {
  if (!spec_rewrite((void*)(long)ctx->data, (void*)(long)ctx->data_end, p)) return -1;
  return sfc_strip(ctx, p);
}
