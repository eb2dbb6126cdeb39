/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Telemetry data on its way out of the host: a ring buffer that user space reads. Embedded only where something is
 * reported.
 */
SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, SFC_REPORTS_SIZE);
} sfc_reports;

/*
 * Hands a report over. Who follows them is woken when this one makes them many, not for each: that would cost more than
 * all else. Fewer are there to be read at any time.
 */
static __always_inline void sfc_submitReport(struct sfc_report* report, __u32 length) {
  const __u64 size = (BPF_RINGBUF_HDR_SZ + sizeof(struct sfc_report) + length + 7) & ~7ULL;
  const __u64 waiting = bpf_ringbuf_query(&sfc_reports, BPF_RB_AVAIL_DATA);
  bpf_ringbuf_submit(report, waiting - SFC_REPORTS_MANY < size ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

/*
 * Room for a report with `length` bytes of data behind its head, which is filled in but for `asked`. The caller submits
 * it. 0 if whoever reads them is too slow, or nobody does.
 */
static __always_inline struct sfc_report* sfc_openReport(struct __sk_buff* skb, const struct sfc_record* record,
                                                         __u64 now, __u32 telemetry, __u32 length) {
  struct sfc_counters* c = sfc_countersHere();
  if (!c) return 0;
  struct sfc_report* report = bpf_ringbuf_reserve(&sfc_reports, sizeof(struct sfc_report) + length, 0);
  barrier_var(report); /* asked once, in the register that has it */
  if (!report) {
    sfc_count(c, SFC_C_TELEMETRY_LOST);
    return 0;
  }
  sfc_count(c, SFC_C_TELEMETRY_REPORTED);
  report->arrived = record->arrived[0];
  report->left = now;
  report->ingress_port = record->ingress_port[0];
  report->egress_port = skb->ifindex;
  report->telemetry = telemetry;
  report->length = length;
  return report;
}
