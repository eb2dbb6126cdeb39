/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tunnel headers and superframes. Software segmentation updates the lengths of the IP and UDP headers of a tunnel, the
 * IPv4 checksum and identification, in each segment, if it has been told of the tunnel (bpf_skb_adjust_room).
 *
 * Ingress: GRO merges packets with equal records only, so a record holds its headers as if nothing followed them
 * (sfc_generalise). Egress adds the packet's own part, of a superframe that of its largest segment.
 */
#if SFC_TUNNELS
#define SFC_TUNNEL_L3 (BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6)
#define SFC_TUNNEL_L4 (BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L4_UDP)
#define SFC_TUNNEL_UNFIT (1ULL << 63)
#define SFC_IP_HEADER 20
#define SFC_IP_FLAGS_AT 6
#define SFC_IP_DF 0x40

/*
 * A stripped header, `place` bytes behind the start of the frame, that segmentation updates; `flag` says how. There is
 * at most one IP header, right behind the Ethernet header, and one of UDP or GRE.
 */
static __always_inline __u64 sfc_addTunnel(__u64 flags, struct sfc_where where, __u64 place, const __u64 flag) {
  if (!where.count) return flags;
  if (flag & SFC_TUNNEL_L4) return flags & SFC_TUNNEL_L4 ? SFC_TUNNEL_UNFIT : flags | flag;
  return flags & SFC_TUNNEL_L3 || place + where.at != SFC_ETHERNET_HEADER ? SFC_TUNNEL_UNFIT : flags | flag;
}

/*
 * The flags of bpf_skb_adjust_room for the tunnel in a record whose headers go back at `place`; 0 if it has none, or
 * SFC_TUNNEL_UNFIT if segmentation cannot update it.
 */
static __always_inline __u64 sfc_tunnelOf(const struct sfc_record* record, __u64 place) {
  __u64 flags = spec_tunnel(record, place);
  if (!flags || flags & SFC_TUNNEL_UNFIT) return flags;
  if (!(flags & SFC_TUNNEL_L3)) return SFC_TUNNEL_UNFIT;
  if (place) return flags;
  if (!(flags & SFC_TUNNEL_L4)) return SFC_TUNNEL_UNFIT; /* Ethernet right behind IP */
  return flags | BPF_F_ADJ_ROOM_ENCAP_L2_ETH | (__u64)SFC_ETHERNET_HEADER << BPF_ADJ_ROOM_ENCAP_L2_SHIFT;
}

/* Clears the identification of an atomic datagram, which means nothing (RFC 6864). */
static __always_inline void sfc_clearIdentification(__u8* bytes, struct sfc_where where) {
  __u8* ip = sfc_headerAt(bytes, where, 0, SFC_IP_HEADER);
  if (ip && ip[SFC_IP_FLAGS_AT] & SFC_IP_DF) *(__u16*)(ip + SFC_IP_FLAGS_AT - 2) = 0;
}

#if SFC_HOOKS & SFC_AT_INGRESS
/*
 * Takes from a record what its packet's own length has added, and what else differs from packet to packet of a flow. 0,
 * or -1 if GRO must not merge the packet; then the record stays as it is.
 */
static __noinline long sfc_generalise(struct sfc_counters* c, struct sfc_record* record, __u64 length) {
  struct sfc_work* work = &c->scratch.work;
  struct sfc_change change = {.grown = -(__s64)record->tail[0].extent, .length = length};
  if (length > SFC_MAX_BYTES || record->tail[0].summed) return -1;
#if !SFC_LAST
  if (sfc_tunnelOf(record, c->scratch.packet.region[0].at) & SFC_TUNNEL_UNFIT) return -1;
#endif
  sfc_copyBytes(work->before, record->bytes, length, c);
  sfc_copyBytes(work->after, record->bytes, length, c);
  spec_clearIdentification(record, work->after);
  if (!spec_updateComputed(record, work, &change)) return -1;
  sfc_copyBytes(record->bytes, work->after, length, c);
  record->tail[0].extent = 0;
  return 0;
}
#endif

/* Makes room in a superframe behind its Ethernet header, for a tunnel, and puts that header behind the room. */
static __noinline long sfc_makeTunnel(struct __sk_buff* skb, const struct sfc_record* record, __u64 place, __u64 grow) {
  __u8 ethernet[SFC_ETHERNET_HEADER];
  const __u64 flags = sfc_tunnelOf(record, place);
  if (!flags) return bpf_skb_change_head(skb, grow, 0);
  return bpf_skb_adjust_room(skb, grow, BPF_ADJ_ROOM_MAC, flags | BPF_F_ADJ_ROOM_FIXED_GSO) ||
         bpf_skb_load_bytes(skb, 0, ethernet, sizeof(ethernet)) ||
         bpf_skb_store_bytes(skb, grow, ethernet, sizeof(ethernet), 0);
}
#endif

/* Makes room for the headers of a record, which go back at `place`, in front of all of the packet. */
static __always_inline long sfc_makeRoom(struct __sk_buff* skb, const struct sfc_record* record, __u64 place,
                                         __u64 grow) {
#if SFC_TUNNELS
#if SFC_TC_INGRESS
  if (sfc_atTc() && skb->gso_size) return sfc_makeRoomAgain(skb, grow);
#endif
  if (unlikely(skb->gso_size)) return sfc_makeTunnel(skb, record, place, grow);
#endif
  return bpf_skb_change_head(skb, grow, 0);
}
