/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The functions that are made of a spec, which the hooks call. A program has those that its hooks need.
 */

/*
 * Reads a packet: 0 if it is to be stripped (ingress), or may have come through ingress (egress); else the counter of
 * its exit. Without `keyed` no key is made. Where headers stay in the packet, these are changed, too, and 0 says so; a
 * classifier's makes the keys of its tables in p->key.
 */
static __always_inline __u32 spec_parseIngress(struct xdp_md* ctx, struct sfc_packet* p, struct sfc_counters* c,
                                               const int keyed);
static __always_inline __u32 spec_parseEgress(struct __sk_buff* skb, struct sfc_packet* p, struct sfc_counters* c,
                                              const int keyed);

/*
 * The retained fields before the regions that name what is stripped. Saves them in the record; lets them name what
 * follows; both; lets them say again what they said. 0 if the packet is too short for one of them.
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
 * Lets the retained headers before the region, of which `head` is a copy up to byte `end`, say what is right when
 * `grown` bytes have come whose sum is `sum`: fields that name what is stripped as in `record`, or without one as if
 * nothing were there. 0 if they cannot. With `pending`, checksums with a pseudo-header stay as they are, and it has for
 * each header by how much its own sum has changed.
 */
static __always_inline int spec_updateEnclosing(__u8* head, __u64 end, const struct sfc_packet* p,
                                                const struct sfc_record* record, __s64 grown, __u16 sum,
                                                __u32* pending);
/* Applies what spec_updateEnclosing has left in `pending`. 0 if it cannot. */
static __always_inline int spec_applyPending(struct __sk_buff* skb, const struct sfc_packet* p, const __u32* pending,
                                             __u64 end, __u64 grown, __u16 sum);

/* Does a stripped checksum cover what follows the stripped bytes? */
static __always_inline int spec_wantsSum(const struct sfc_record* record);
/* Finishes checksums among the stripped bytes that have only been started; 1 if there were any. With SFC_FINISHES. */
static __always_inline int spec_finish(struct sfc_record* record, __u64 length);
/* Lets stripped lengths and checksums fit what they cover now. 0 if a length cannot say it. */
static __always_inline int spec_updateComputed(struct sfc_record* record, struct sfc_work* work,
                                               const struct sfc_change* change);

/* `on arrival` of headers that go for good, with SFC_ON_ARRIVAL: 0, or the counter of a drop. */
static __always_inline __u32 spec_onArrival(struct xdp_md* ctx, const struct sfc_packet* p, struct sfc_record* record,
                                            __u8* bytes, const struct sfc_popped* popped);
/*
 * `on return`, in the stripped bytes: 0, or the counter of a drop. Headers that are pushed lengthen the record's last
 * region; telemetry that is pushed is in `pushed`, and `insert` says where it goes.
 */
static __always_inline __u32 spec_onReturn(struct __sk_buff* skb, const struct sfc_packet* p, struct sfc_record* record,
                                           __u8* bytes, __u64 length, struct sfc_popped* popped,
                                           struct sfc_insert* insert, __u8* pushed);

/* What a classifier pushes onto a packet whose keys have been made; 0 if no table has it. */
static __always_inline const struct sfc_record* spec_lookUp(const struct sfc_packet* p);
