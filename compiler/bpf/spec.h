/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The functions that sfcc emits for a spec and the hooks call. A program has those that its hooks need.
 */

/*
 * Parses a packet: 0 if it is to be decapsulated (ingress), or may have come through ingress (egress); else the counter
 * of its exit. Without `keyed` no key is made. A proxy that edits in place has made its edits if this returns 0; a
 * classifier's makes the keys of its tables in p->key.
 */
static __always_inline __u32 spec_parseIngress(sfc_arrival* ctx, struct sfc_packet* p, struct sfc_counters* c,
                                               const int keyed);
static __always_inline __u32 spec_parseEgress(struct __sk_buff* skb, struct sfc_packet* p, struct sfc_counters* c,
                                              const int keyed);

/*
 * The next-header fields before the regions. Saves them in the record; rewrites them; both; deparses the saved values.
 * 0 if the packet is too short for one of them.
 */
static __always_inline int spec_save(void* data, void* end, const struct sfc_packet* p, struct sfc_record* record);
static __always_inline int spec_rewrite(void* data, void* end, const struct sfc_packet* p);
static __always_inline int spec_exchange(void* data, void* end, const struct sfc_packet* p, struct sfc_record* record);
static __always_inline int spec_deparseInPlace(void* data, void* end, const struct sfc_packet* p,
                                               const struct sfc_record* record);
/* The last one for region `i` alone, in `head`, a copy of the retained bytes from byte `from` of the frame on. */
static __always_inline int spec_deparse(const __u32 i, __u8* head, __u64 from, const struct sfc_packet* p,
                                        const struct sfc_record* record);

/*
 * Updates the enclosing headers, in `head`, a copy of the frame up to byte `end`, for `grown` more bytes with the sum
 * `sum`. The next-header field is deparsed from `record`, or without one rewritten. 0 if a length does not fit. With
 * `pending`, checksums with a pseudo-header stay as they are, and it gets for each header the change of its own sum.
 */
static __always_inline int spec_updateEnclosing(__u8* head, __u64 end, const struct sfc_packet* p,
                                                const struct sfc_record* record, __s64 grown, __u16 sum,
                                                __u32* pending);
/* Applies the checksum changes that spec_updateEnclosing has deferred to `pending`. 0 on failure. */
static __always_inline int spec_applyPending(struct __sk_buff* skb, const struct sfc_packet* p, const __u32* pending,
                                             __u64 end, __u64 grown, __u16 sum);

/* Does a stripped checksum cover the packet behind the stripped bytes? */
static __always_inline int spec_wantsSum(const struct sfc_record* record);
/* Finishes partial checksums among the stripped bytes; 1 if there were any. With SFC_FINISHES. */
static __always_inline int spec_finish(struct sfc_record* record, __u64 length);
/* Updates the stripped lengths and checksums. 0 if a length does not fit. */
static __always_inline int spec_updateComputed(struct sfc_record* record, struct sfc_work* work,
                                               const struct sfc_change* change);

/* See sfc_addTunnel and sfc_clearIdentification, of all stripped headers. With SFC_TUNNELS. */
static __always_inline __u64 spec_tunnel(const struct sfc_record* record, __u64 place);
static __always_inline void spec_clearIdentification(const struct sfc_record* record, __u8* bytes);

/* `on arrival` of a terminator, with SFC_ON_ARRIVAL: 0, or the counter of a drop. */
static __always_inline __u32 spec_onArrival(struct xdp_md* ctx, const struct sfc_packet* p, struct sfc_record* record,
                                            __u8* bytes, const struct sfc_popped* popped);
/*
 * `on return`, in the stripped bytes: 0, or the counter of a drop. Pushed headers lengthen the record's last region;
 * pushed telemetry is in `pushed`, and `insert` says where it goes.
 */
static __always_inline __u32 spec_onReturn(struct __sk_buff* skb, const struct sfc_packet* p, struct sfc_record* record,
                                           __u8* bytes, __u64 length, struct sfc_popped* popped,
                                           struct sfc_insert* insert, __u8* pushed);

/* The key of the other direction, with SFC_SWAPS. */
static __always_inline void spec_swapKey(struct sfc_packet* p);

/* The record that a classifier pushes onto a packet whose keys have been made; 0 if no table has it. */
static __always_inline const struct sfc_record* spec_lookUp(const struct sfc_packet* p);
