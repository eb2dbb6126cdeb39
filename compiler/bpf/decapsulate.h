/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decapsulation at the ingress hook (XDP), for proxies and terminators.
 */
static __always_inline int sfc_leaveIngress(struct sfc_counters* c, __u64 exit) {
  sfc_count(c, exit);
  return exit == SFC_C_RX_IGNORED || exit == SFC_C_RX_PASS_FULL ? XDP_PASS : XDP_DROP;
}

/* Fills in what is known of the packet besides its bytes. */
static __always_inline void sfc_fillMeasured(sfc_arrival* ctx, const struct sfc_packet* p, struct sfc_record* record) {
  if (SFC_ARRIVED) record->arrived[0] = sfc_isTimed(p->flags) ? bpf_ktime_get_ns() : 0;
  if (SFC_INGRESS_PORT) record->ingress_port[0] = ctx->ingress_ifindex;
  if (SFC_FLAGS) record->flags[0] = p->flags[0];
#pragma unroll
  for (__u32 i = 0; i < SFC_VALUES; i++) record->values[i] = p->values[i];
}

/* Fills in when and where the packet came, and the removed headers. 0 if all went well. */
static __always_inline long sfc_saveHeaders(sfc_arrival* ctx, const struct sfc_packet* p, struct sfc_record* record) {
  __u64 done = 0;
  sfc_fillMeasured(ctx, p, record);
#pragma unroll
  for (__u32 i = 0; i < SFC_WHERE; i++) record->where[i] = p->where[i];
#pragma unroll
  for (__u32 i = 0; i < SFC_REGIONS; i++) {
    record->length[i] = p->region[i].length;
    if ((SFC_REGIONS > 1 || SFC_PUSHES) && !p->region[i].length) continue;
    if (i == 0) {
      if (sfc_saveRegion(ctx, p->region[i].at, record->bytes, p->region[i].length, SFC_REGION_MAX[i])) return -1;
    } else {
      barrier_var(done);
      if (done > SFC_BYTES_BEFORE[i]) return -1;
      mask_var(done, SFC_BYTES_MASK);
      if (sfc_copyOut(ctx, SFC_INGRESS, p->region[i].at, record->bytes + done, p->region[i].length, SFC_REGION_MAX[i]))
        return -1;
    }
    done += p->region[i].length;
  }
  return 0;
}

/* Removes a region that retained headers enclose: spec_updateEnclosing updates their lengths and checksums. */
static __always_inline long sfc_decapsulateEnclosed(struct xdp_md* ctx, const struct sfc_packet* p) {
  const __u64 at = p->region[0].at, length = p->region[0].length;
  struct sfc_scratch* scratch = sfc_scratchHere();
  if (!scratch || length & 1) return -1;
  const long sum = sfc_sumIngress(ctx, at, length);
  if (sum < 0 || sfc_copyOut(ctx, SFC_INGRESS, 0, scratch->prefix, at, SFC_MAX_PREFIX) ||
      !spec_updateEnclosing(scratch->prefix, at, p, 0, -(__s64)length, ~sum, 0) ||
      sfc_copyIn(ctx, SFC_INGRESS, length, scratch->prefix, at, SFC_MAX_PREFIX))
    return -1;
  return bpf_xdp_adjust_head(ctx, length);
}

/* Rewrites the next-header fields and removes the regions. */
static __noinline long sfc_decapsulate(struct xdp_md* ctx, const struct sfc_packet* p) {
  if (SFC_PUSHES && SFC_REGIONS == 1 && !p->region[0].length) return 0;
  if (SFC_ENCLOSING) return sfc_decapsulateEnclosed(ctx, p);
  if (!spec_rewrite((void*)(long)ctx->data, (void*)(long)ctx->data_end, p)) return -1;
  return sfc_removeRegions(ctx, p);
}
