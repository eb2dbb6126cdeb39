/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The benchmark's frame, as the generator writes it, the loader prepares it and the sink checks it:
 *
 *   Ethernet, N label stack entries, IPv4, TCP, payload            128 bytes without the labels
 *   Ethernet, N label stack entries, INT, IPv4, TCP, payload       144 bytes: INT-MD as in programs/sr-mpls-int.sfc
 *
 * Every frame has a TCP sequence number of its own. The first four bytes of the payload are its complement, so that
 * the TCP checksum is right and the same in all frames; every label is a function of it, so that the sink can tell
 * whether a packet came back with its own labels. INT-MD asks each hop for all that a proxy knows, and no hop has said
 * anything yet. C for the BPF programs, C++ for the loader.
 */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <linux/types.h>

#define FRAME_ETHERNET 14
#define FRAME_IP 20
#define FRAME_TCP 20
#define FRAME_INNER 128 /* bytes without labels and INT; a multiple of 8 */
#define FRAME_MAX_LABELS 16
#define FRAME_INT_WORDS 4      /* shim and header */
#define FRAME_INT_HOP_WORDS 7  /* what one hop adds */
#define FRAME_INT_BITS 0xEC00u /* node id, ports, hop latency, both timestamps */
#define FRAME_INT_HOPS 8       /* that may still add to it */
#define FRAME_NODE 0x5FC0BE7Cu /* the proxy's node id */
#define FRAME_MAX_WORDS (FRAME_MAX_LABELS + FRAME_INT_WORDS)
#define FRAME_MAX (FRAME_INNER + 4 * FRAME_MAX_WORDS)
#define FRAME_TTL 64
/* Room before each frame beyond what XDP has anyway: a packet that has grown must not be copied by the receiver's veth.
 */
#define FRAME_HEADROOM 64

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
  __u32 words; /* between Ethernet and IPv4: the labels, and INT */
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
  __u32 int_words;   /* of INT that must arrive; more than FRAME_INT_WORDS: a hop has added to it */
};

/* What the sink counted. */
struct sink_counts {
  __u64 right;
  __u64 wrong; /* ours, but other labels, another length or another identity than sent */
};

#endif
