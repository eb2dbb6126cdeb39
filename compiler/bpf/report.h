/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reports: a ring buffer that user space reads. Embedded only in programs that report something.
 */
SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, SFC_REPORTS_SIZE);
} sfc_reports;

/*
 * Does a report with `length` bytes behind its head wake the reader? Only if it makes enough of them pending: waking
 * for each would cost more than all else. The reader can poll for fewer at any time.
 */
static __always_inline __u64 sfc_wakeFor(__u64 length) {
  const __u64 size = (BPF_RINGBUF_HDR_SZ + sizeof(struct sfc_report) + length + 7) & ~7ULL;
  const __u64 waiting = bpf_ringbuf_query(&sfc_reports, BPF_RB_AVAIL_DATA);
  return waiting - SFC_REPORTS_MANY < size ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Fills in the head of a report, without a departure. */
static __always_inline void sfc_fillHead(struct sfc_report* report, const struct sfc_record* record, __u32 telemetry) {
  report->arrived = record->arrived[0];
  report->left = 0;
  report->ingress_port = record->ingress_port[0];
  report->egress_port = 0;
  report->telemetry = telemetry;
}

/*
 * Reserves a report with `length` bytes behind its head and fills in the head but for `asked`. The caller submits it. 0
 * if the ring buffer is full.
 */
static __always_inline struct sfc_report* sfc_openReport(struct sfc_counters* c, const struct sfc_record* record,
                                                         __u32 telemetry, __u32 length) {
  struct sfc_report* report = bpf_ringbuf_reserve(&sfc_reports, sizeof(struct sfc_report) + length, 0);
  barrier_var(report); /* checked once, in the register that has it */
  if (!report) {
    sfc_count(c, SFC_C_TELEMETRY_LOST);
    return 0;
  }
  sfc_count(c, SFC_C_TELEMETRY_REPORTED);
  sfc_fillHead(report, record, telemetry);
  report->length = length;
  return report;
}

static __always_inline void sfc_submitReport(struct sfc_report* report, __u32 length) {
  bpf_ringbuf_submit(report, sfc_wakeFor(length));
}

/*
 * A report with the packet's hops has a length that is known only when it is complete: it is composed in per-CPU memory
 * and then handed over.
 */
static __always_inline struct sfc_report* sfc_composeReport(struct sfc_counters* c, const struct sfc_record* record,
                                                            __u32 telemetry) {
  struct sfc_report* report = (struct sfc_report*)c->scratch.report;
  sfc_fillHead(report, record, telemetry);
  return report;
}

/*
 * Locates the hops in a region of the packet: `size` bytes from byte `from` of the stripped ones on, `hop_size` each.
 * The region's first byte is byte `begin` of the stripped ones, and byte `at` of the packet. None if `from` is not in
 * it.
 */
static __always_inline void sfc_collect(struct sfc_collected* hops, __u64 asked, __u64 hop_size, __u64 from, __s64 size,
                                        __u64 begin, __u64 at, __u64 length) {
  const __u64 offset = from - begin;
  const __u64 rest = offset <= length ? length - offset : 0; /* a negative offset is a large number */
  hops->asked = asked;
  hops->at = at + offset;
  hops->length = size <= 0 ? 0 : (__u64)size < rest ? size : rest;
  hops->size = hop_size > 0xFFFF ? 0 : hop_size;
  hops->padding = 0;
}

/* Copies the packet up to the end of the stripped headers, and a few bytes more. Returns the number of bytes. */
static __always_inline __u64 sfc_copyPacket(struct xdp_md* ctx, const struct sfc_packet* p, __u8* to) {
  const struct sfc_region* last = &p->region[SFC_REGIONS - 1];
  const __u64 frame = sfc_frameLength(ctx, SFC_INGRESS);
  __u64 n = last->at + last->length + SFC_REPORT_BEHIND;
  if (n > frame) n = frame;
  if (n > SFC_MAX_REPORT_PACKET) n = SFC_MAX_REPORT_PACKET;
  return sfc_copyOut(ctx, SFC_INGRESS, 0, to, n, SFC_MAX_REPORT_PACKET) ? 0 : n;
}

/* Hands over a report with `length` bytes behind its head. It is lost if the ring buffer is full. */
static __always_inline void sfc_handOver(struct sfc_counters* c, struct sfc_report* report, __u64 length) {
  report->length = length;
  length = sfc_sizeUpTo(sizeof(*report) + length, sizeof(*report) + SFC_MAX_REPORT);
  const long lost = bpf_ringbuf_output(&sfc_reports, report, length, sfc_wakeFor(report->length));
  sfc_count(c, lost ? SFC_C_TELEMETRY_LOST : SFC_C_TELEMETRY_REPORTED);
}
