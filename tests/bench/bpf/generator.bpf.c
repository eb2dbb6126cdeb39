/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The sender, run by the kernel's program test run on live frames. A frame's page comes back as the last packet in it
 * left it, so every frame is written whole: the loader's template, then what differs from packet to packet. It also
 * keeps the time, since a clock around the test run would count what that needs to start and to end.
 */
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "../frame.h"

struct generator_state state; /* plain: one CPU runs this */

/* Writes the template with room for what lies before IPv4; 0 if the frame is too small for it. */
static __always_inline int writeTemplate(void* data, void* end) {
  if (data + FRAME_INNER > end) return 0;
#pragma unroll
  for (int i = 0; i < FRAME_INNER / 8; i++) ((__u64*)data)[i] = state.frame[i];
  const __u32* rest = (const __u32*)state.frame + FRAME_INNER / 4;
  __u32* at = data + FRAME_INNER;
  for (__u32 i = 0; i < FRAME_MAX_WORDS && i < state.words; i++) {
    if ((void*)(at + i + 1) > end) return 0;
    at[i] = rest[i];
  }
  return 1;
}

static __always_inline void keepTime(void) {
  __u32 sent = state.sent++;
  if (sent == state.first_timed) state.start_ns = bpf_ktime_get_ns();
  if (sent == state.last_timed) state.end_ns = bpf_ktime_get_ns();
}

SEC("xdp")
int generate(struct xdp_md* ctx) {
  if (bpf_xdp_adjust_head(ctx, FRAME_HEADROOM)) return XDP_ABORTED;
  void* data = (void*)(long)ctx->data;
  void* end = (void*)(long)ctx->data_end;
  __u32 labels = state.labels, words = state.words;
  if (labels > FRAME_MAX_LABELS || words > FRAME_MAX_WORDS || !writeTemplate(data, end)) return XDP_ABORTED;
  keepTime();

  __u32 seq = state.next_seq++;
  __u32* entry = data + FRAME_ETHERNET;
  for (__u32 i = 0; i < FRAME_MAX_LABELS && i < labels; i++)
    entry[i] = bpf_htonl(frameLabel(seq, i) << 12 | (i == labels - 1) << 8 | FRAME_TTL);
  void* ip = data + FRAME_ETHERNET + 4 * words;
  if (ip + FRAME_ID + 4 > end) return XDP_ABORTED;
  *(__u32*)(ip + FRAME_SEQ) = bpf_htonl(seq);
  *(__u32*)(ip + FRAME_ID) = bpf_htonl(~seq);
  return bpf_redirect(state.out_ifindex, 0);
}

char license_name[] SEC("license") = "Dual BSD/GPL";
