/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ingress hook (XDP) of a terminator, the end of a domain, and of a static proxy: removes headers for good.
 */
#if SFC_HOOKS & SFC_AT_INGRESS
/* Edits the headers before they go, in a record, as if they were to come back. 0, or the exit. */
static __noinline __u32 sfc_onArrival(struct xdp_md* ctx, const struct sfc_packet* p, struct sfc_counters* c) {
  struct sfc_record* record = &c->scratch.entry.record;
  const struct sfc_popped popped = {};
  if (sfc_saveHeaders(ctx, p, record)) return SFC_C_RX_DROP_HEADROOM;
  return spec_onArrival(ctx, p, record, record->bytes, &popped);
}

SEC("xdp.frags") int sfc_ingress(struct xdp_md* ctx) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return XDP_DROP;
  struct sfc_packet* p = &c->scratch.packet;
  sfc_count(c, SFC_C_RX);
  sfc_clearPacket(p);
  __u64 exit = sfc_launder(c, spec_parseIngress(ctx, p, c, 0));
  if (exit) return sfc_leaveIngress(c, exit);
  if (SFC_ON_ARRIVAL) {
    exit = sfc_launder(c, sfc_onArrival(ctx, p, c));
    if (exit) return sfc_leaveIngress(c, exit);
  }
  if (sfc_launder(c, sfc_decapsulate(ctx, p))) return sfc_leaveIngress(c, SFC_C_RX_DROP_HEADROOM);
  sfc_count(c, SFC_C_RX_STRIPPED);
  return XDP_PASS;
}
#endif
