/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the TCP stream of `goodput` without a TCP shares: its sender (an XDP program on live frames) and its receiver (a
 * TC program), which keep both ends in one map, and the program that starts them. C for BPF, C++ for user space.
 */
#ifndef BENCH_STREAM_H
#define BENCH_STREAM_H

#include <linux/types.h>

#define STREAM_HEAD_MAX 192 /* bytes before the payload; a multiple of 8 */
#define STREAM_HEADROOM 64  /* beyond what XDP has anyway, for packets that grow */

struct stream_state {
  __u64 head[STREAM_HEAD_MAX / 8]; /* a frame's first bytes: headers, and zeros as in its payload */
  __u32 seq_at;                    /* offset of the TCP sequence number in it, 0 in head */
  __u32 sum_at;                    /* and of the TCP checksum */
  __u32 sum;                       /* the sum over a frame with sequence number 0, not complemented, host order */
  __u32 payload;                   /* bytes in each frame */
  __u32 arrives_head;              /* bytes before the payload when a frame arrives */
  __u32 out_ifindex;
  __u32 window; /* frames on their way at most: no queue may overflow */
  __u32 next_seq;
  __u64 sent;    /* frames */
  __u64 arrived; /* frames, merged or not */
  __u64 wrong;   /* packets of another length */
};

#endif
