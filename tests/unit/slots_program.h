/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slots store of the programs (compiler/bpf), compiled for the machine that runs the tests: each thread is a CPU.
 */
#ifndef SLOTS_PROGRAM_H
#define SLOTS_PROGRAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an empty store; `buckets` is a power of two. What was there before is gone. */
void slotsMake(uint32_t buckets, uint64_t lifetime_ns);
/* What the programs take the time for, in ns. */
void slotsSetTime(uint64_t now);

/* Ingress for a packet with this key, whose hash names the bucket and the tag. 0 if there was no room. */
int slotsInsert(uint32_t bucket, uint16_t tag, uint64_t key, uint64_t record);
/* The same, but ingress fails after it has taken the way, and gives it back. 0 if there was no room. */
int slotsRollBack(uint32_t bucket, uint16_t tag, uint64_t key);
/* Egress for such a packet: 1 and what was remembered, or 0 if nothing is. */
int slotsClaim(uint32_t bucket, uint16_t tag, uint64_t key, uint64_t* record);
/* Ingress and egress with a token instead of a key. */
int slotsInsertToken(uint32_t bucket, uint64_t record, uint32_t* token, uint64_t* ticket);
int slotsClaimToken(uint32_t token, uint64_t ticket, uint64_t* record);

/* What a packet has between ingress at TC and egress; `place` is the slot's, for the test to look at. */
struct SlotsPacket {
  uint64_t time;
  uint32_t index;
  uint64_t place;
};
/* Ingress at TC, and egress. */
int slotsInsertStamped(uint32_t bucket, uint64_t record, struct SlotsPacket* packet);
int slotsClaimStamped(const struct SlotsPacket* packet, uint64_t* record);

/* What is there, and what is counted, in all buckets. */
struct SlotsState {
  uint64_t live;   /* ways in use */
  uint64_t first;  /* of these, first ways of their buckets */
  uint64_t far;    /* and far ones */
  uint64_t others; /* sums of the buckets' counts */
  uint64_t spilled;
  uint64_t expired; /* on all CPUs */
  uint64_t hosts;   /* of chains, that have been looked through, on all CPUs */
};
struct SlotsState slotsState(void);

#ifdef __cplusplus
}
#endif

#endif
