/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Superframes at the egress hook: GSO packets, which TCP, UDP or GRO has made of several, and which the kernel cuts
 * into segments behind this hook.
 *
 * The idea: software segmentation (skb_mac_gso_segment) takes everything in front of the network header for link layer
 * and copies it onto each segment. bpf_skb_change_head leaves the network header at the IP packet that the SF has sent.
 * So headers that say nothing of what follows them are pushed once, for all segments.
 *
 * What has to hold: the spec (SFC_SUPERFRAMES) pushes no lengths and checksums but those of tunnels (tunnels.h), and no
 * data of a single packet; the loader (sfc_config.superframes) has left cutting to software on all egress devices; and
 * the packet is IP right behind the Ethernet header, or a VLAN tag behind that, with the headers in front of it.
 * Counters at this hook count segments, unless ingress has counted the superframe as one packet (tc_ingress.h).
 */
static __always_inline void sfc_beginEgress(struct __sk_buff* skb, struct sfc_counters* c) {
#if SFC_SUPERFRAMES
  c->segments = sfc_atTc() || likely(skb->gso_segs <= 1) ? 1 : skb->gso_segs;
#endif
  sfc_countSent(c, SFC_C_TX);
}

#if SFC_SUPERFRAMES
#define SFC_IP_HEADER_READ 20
#define SFC_IPV6_HEADER 40
#define SFC_IPV6_OPTIONS 4 /* extension headers that are looked behind */
enum {
  SFC_PROTOCOL_HOP = 0,
  SFC_PROTOCOL_TCP = 6,
  SFC_PROTOCOL_UDP = 17,
  SFC_PROTOCOL_ROUTING = 43,
  SFC_PROTOCOL_OPTIONS = 60
};

/* Bytes of the network and transport headers that the kernel copies onto each segment; 0 if it cannot be told. */
static __noinline __u32 sfc_segmentHeaders(struct __sk_buff* skb) {
  __u8 ip[SFC_IP_HEADER_READ], few[2];
  if (bpf_skb_load_bytes_relative(skb, 0, ip, sizeof(ip), BPF_HDR_START_NET)) return 0;
  __u32 at = (ip[0] & 0xF) * 4, protocol = ip[9];
  if (skb->protocol == __builtin_bswap16(0x86DD)) {
    at = SFC_IPV6_HEADER;
    protocol = ip[6];
#pragma unroll
    for (__u32 i = 0; i < SFC_IPV6_OPTIONS; i++) {
      if (protocol != SFC_PROTOCOL_HOP && protocol != SFC_PROTOCOL_ROUTING && protocol != SFC_PROTOCOL_OPTIONS) break;
      if (bpf_skb_load_bytes_relative(skb, at, few, 2, BPF_HDR_START_NET)) return 0;
      protocol = few[0];
      at += few[1] * 8 + 8;
    }
  } else if (skb->protocol != __builtin_bswap16(0x0800)) {
    return 0;
  }
  if (protocol == SFC_PROTOCOL_UDP) return at + 8;
  if (protocol != SFC_PROTOCOL_TCP || bpf_skb_load_bytes_relative(skb, at + 12, few, 1, BPF_HDR_START_NET)) return 0;
  return at + (few[0] >> 4) * 4;
}

/*
 * Takes the tag from beside a superframe, as the kernel would put it into the frame before it cuts, and then look for
 * IP where the headers are. A tag of the packet goes into the frame; one that is outside waits until the headers are
 * there. -1 if there is more than one.
 */
static __noinline long sfc_moveTag(struct __sk_buff* skb, struct sfc_tags* tags) {
  if (tags->inlined && bpf_skb_vlan_pop(skb)) return -1; /* beside the frame again, where it was */
  if (!skb->vlan_present) return 0;
  if (tags->added) return -1;
  tags->protocol = skb->vlan_proto;
  tags->control = skb->vlan_tci;
  if (bpf_skb_vlan_pop(skb) || skb->vlan_present) return -1;
  if (!tags->inlined) {
    tags->added = 1;
    return 0;
  }
  tags->inlined = 0;
  return sfc_insertTag(skb, tags->protocol, tags->control);
}

/*
 * Can the record's headers go onto a superframe? p->segment then is the length of its largest segment, as a frame
 * without them.
 */
static __noinline long sfc_checkSuperframe(struct __sk_buff* skb, struct sfc_packet* p,
                                           const struct sfc_record* record) {
  const __u64 place = sfc_placeOf(p, record, SFC_REGIONS - 1);
  __u32 first = 0;
  if (!sfc_config.superframes || (sfc_atTc() && (skb->vlan_present || p->tags.inlined || p->tags.added))) return -1;
  if (unlikely(skb->vlan_present || p->tags.added) && sfc_moveTag(skb, &p->tags)) return -1;
  const __u8 *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  const __u32 tags = sfc_frontTags(data, end) * SFC_TAG_SIZE;
  if (place > SFC_ETHERNET_HEADER + tags) return -1;
#if SFC_TUNNELS
  if (!sfc_atTc() && (record->tail[0].summed || sfc_tunnelOf(record, place) & SFC_TUNNEL_UNFIT)) return -1;
#endif
  /* The network header has to be behind the Ethernet header, or some of the packet would be cut as its payload. */
  const __u8* type = data + SFC_TYPE_AT + tags;
  if (type + 6 > end || sfc_load16(type) != skb->protocol ||
      bpf_skb_load_bytes_relative(skb, 0, &first, sizeof(first), BPF_HDR_START_NET) || first != sfc_load32(type + 2))
    return -1;
  const __u32 headers = sfc_segmentHeaders(skb);
  p->segment[0] = SFC_ETHERNET_HEADER + tags + headers + skb->gso_size;
  return headers ? 0 : -1;
}
#endif

#if SFC_TC_INGRESS
/*
 * Does a packet not fit a record from TC ingress? What is not a superframe can be a segment of one, whose checksum
 * has not been finished then. A superframe has to be the one that ingress has seen.
 */
static __always_inline int sfc_isUnlike(struct __sk_buff* skb, const struct sfc_record* record) {
  const __u32 summed = record->tail[0].summed;
  if (!skb->gso_size) return summed == SFC_TAIL_STARTED;
  return !(summed & SFC_TAIL_SUPERFRAME) || !sfc_isTunnelled(skb);
}
#endif

/* 1 if the packet is a superframe that this program cannot push headers onto. */
static __always_inline int sfc_isUnfit(struct __sk_buff* skb, struct sfc_packet* p, const struct sfc_record* record) {
#if SFC_TC_INGRESS
  if (sfc_atTc() && sfc_isUnlike(skb, record)) return 1;
#endif
  if (likely(!skb->gso_size)) return 0;
#if SFC_SUPERFRAMES
  return sfc_checkSuperframe(skb, p, record) != 0;
#else
  return 1;
#endif
}
