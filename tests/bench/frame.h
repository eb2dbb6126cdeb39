/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The benchmark's frame, as the generator writes it, the loader prepares it and the sink checks it:
 *
 *   Ethernet, N label stack entries, IPv4, TCP, payload       128 bytes without the labels
 *
 * Every frame has a TCP sequence number of its own. The first four bytes of the payload are its complement, so that
 * the TCP checksum is right and the same in all frames; every label is a function of it, so that the sink can tell
 * whether a packet came back with its own labels. C for the BPF programs, C++ for the loader.
 */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <linux/types.h>

#define FRAME_ETHERNET 14
#define FRAME_IP 20
#define FRAME_TCP 20
#define FRAME_INNER 128 /* bytes without the labels; a multiple of 8 */
#define FRAME_MAX_LABELS 16
#define FRAME_MAX (FRAME_INNER + 4 * FRAME_MAX_LABELS)
#define FRAME_TTL 64

/* Offsets from the start of the IP header. */
#define FRAME_SEQ (FRAME_IP + 4)
#define FRAME_ID (FRAME_IP + FRAME_TCP)

/* The third to sixth byte of the source address: tells the sink a frame of ours from what a kernel sends by itself. */
#define FRAME_MARK 0xbe9cf4a3u

/* Label `index` (0: top) of the frame with this sequence number; never one of the special-purpose ones below 16. */
static inline __u32 frameLabel(__u32 seq, __u32 index) {
  return 16 + ((seq * 2654435761u + index * 40503u) >> 12 & 0x7ffff);
}

/* All of the generator's variables: set before a run, read after it. */
struct generator_state {
  __u64 frame[FRAME_MAX / 8]; /* what is the same in every packet */
  __u32 labels;
  __u32 out_ifindex;
  __u32 next_seq;
  __u32 sent;
  __u32 first_timed; /* the clock runs from this packet ... */
  __u32 last_timed;  /* ... to this one */
  __u64 start_ns;
  __u64 end_ns;
};

/* What the sink is told to expect, set before frames are sent. */
struct sink_expect {
  __u32 sent_labels; /* the generator's */
  __u32 labels;      /* those at the bottom that must arrive */
};

/* What the sink counted. */
struct sink_counts {
  __u64 right;
  __u64 wrong; /* ours, but other labels, another length or another identity than sent */
};

#endif
