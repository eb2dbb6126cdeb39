/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * VLAN tags beside the frame, in skb->vlan_tci: which of them belong to a packet, alike at both hooks.
 *
 * The problem: XDP sees the bytes of a frame and no tag beside it. Behind XDP the kernel takes the outermost tag out of
 * every frame (skb_vlan_untag). So at egress, a tag beside the frame can be one that ingress has seen among the bytes,
 * one that was beside the frame at ingress already (a NIC took it out, or the sender of a veth pair never put it in),
 * or one that the SF has added. The first and the last are part of the packet: headers may have to go back in
 * front of them. The second is not: ingress has neither stripped it nor read it for the key.
 *
 * The rule: a packet is what the ingress hook sees. A tag that was beside it there stays beside it, outside of the
 * re-encapsulated headers. All other tags are put into the frame before egress parses it.
 *
 * How egress knows, where an ingress device can have tags beside its frames (sfc_config.beside):
 *   kernel mode: ingress notes in the metadata how many tags the frame begins with that it passes on. sfc_handover, at
 *   TC ingress and so before the SF, finds either one of them beside the frame, and then one less in it, or one
 *   that ingress has not seen. It marks these packets (skb->tc_index; the metadata of a packet that is shared with a
 *   packet socket must not be written to).
 *   user mode: nothing comes with the packet. Egress looks for it with all tags, and if nothing has that key, once more
 *   without the outermost one: it puts that tag beside the frame, marks the packet and sends it through the hook again.
 *
 * The helpers cannot clear the tag beside the frame without taking the next one out (bpf_skb_vlan_pop), and pushing a
 * tag moves the one beside the frame into it (bpf_skb_vlan_push). So while egress works on a packet with a tag in its
 * frame, a dummy tag is beside it; in the end the outermost tag of the frame takes its place again.
 */
#define SFC_TAG_SIZE 4
#define SFC_MAX_FRONT_TAGS 4
#define SFC_TYPE_AT 12             /* in an Ethernet header */
#define SFC_ETHERNET_HEADER 14     /* bytes */
#define SFC_NO_TAG_PROTOCOL 0x0081 /* 802.1Q, in network order */

/* Is this EtherType, in memory order, that of a VLAN tag? */
static __always_inline int sfc_isTag(__u64 type) {
  return type == __builtin_bswap16(0x8100) || type == __builtin_bswap16(0x88A8);
}

/* The number of VLAN tags that a frame begins with, at most SFC_MAX_FRONT_TAGS. */
static __always_inline __u32 sfc_frontTags(const void* data, const void* end) {
  __u32 n = 0;
#pragma unroll
  for (__u32 i = 0; i < SFC_MAX_FRONT_TAGS; i++) {
    const __u8* type = (const __u8*)data + SFC_TYPE_AT + i * SFC_TAG_SIZE;
    if (type + 2 > (const __u8*)end || !sfc_isTag(sfc_load16(type))) break;
    n++;
  }
  return n;
}

/* The mark of a packet whose tag beside the frame is outside; other loads have other marks. */
#define SFC_MARK_IGNORED 2 /* with all its tags, it is none of this proxy's */

static __always_inline __u32 sfc_outsideMark(void) {
  return (sfc_config.magic >> 16 & ~SFC_MARK_IGNORED) | 1;
}

static __always_inline int sfc_isMarked(const struct __sk_buff* skb) {
  return sfc_config.beside && (skb->tc_index & ~SFC_MARK_IGNORED) == sfc_outsideMark();
}

/*
 * Finds whether the tag beside the frame of a marked packet is outside of it. In kernel mode the SF may have changed
 * the tags; it was given `given` of them in the frame. A tag that it has added in front of the outside one is taken off
 * until the packet leaves.
 */
static __always_inline long sfc_takeOutside(struct __sk_buff* skb, struct sfc_tags* tags, __u64 given) {
  tags->ignored = (skb->tc_index & SFC_MARK_IGNORED) != 0;
  tags->outside = 1;
  skb->tc_index = 0;
  if (!skb->vlan_present || sfc_config.vnf == SFC_VNF_USER) return 0;
  const __u32 front = sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end);
  if (front < given) tags->outside = 0;
  if (front <= given) return 0;
  tags->added = 1;
  tags->protocol = skb->vlan_proto;
  tags->control = skb->vlan_tci;
  return bpf_skb_vlan_pop(skb);
}

/*
 * Puts the tag beside the frame into it, unless it is outside; ingress noted that the SF was given `given` tags in the
 * frame. 0 if all went well.
 */
static __noinline long sfc_arrangeTags(struct __sk_buff* skb, struct sfc_tags* tags, __u64 given) {
  if (sfc_pullHeaders(skb)) return 0;
  if (sfc_isMarked(skb) && sfc_takeOutside(skb, tags, given)) return -1;
  if (!skb->vlan_present || tags->outside) return 0;
  tags->inlined = 1;
  return bpf_skb_vlan_push(skb, SFC_NO_TAG_PROTOCOL, 0);
}

/* The same, if there is anything to do. */
static __always_inline long sfc_takeTags(struct __sk_buff* skb, struct sfc_counters* c, __u64 given) {
  struct sfc_tags* tags = &c->scratch.packet.tags;
  *tags = (struct sfc_tags){};
  if (likely(!skb->vlan_present && !sfc_isMarked(skb))) return 0;
  return sfc_launder(c, sfc_arrangeTags(skb, tags, sfc_launder(c, given)));
}

/* Puts the outermost tag of a frame beside it, where there is none beside it yet. */
static __noinline void sfc_putBeside(struct __sk_buff* skb) {
  bpf_skb_vlan_push(skb, SFC_NO_TAG_PROTOCOL, 0);
  bpf_skb_vlan_push(skb, SFC_NO_TAG_PROTOCOL, 0); /* the first is in the frame: the kernel knows that it has one */
  bpf_skb_vlan_pop(skb);
  bpf_skb_vlan_pop(skb);
}

/*
 * Puts a tag into a frame without moving the network header, as bpf_skb_vlan_push does. So the kernel still finds the
 * IP packet of a superframe, and takes the tag for a part of the link layer.
 */
static __always_inline long sfc_insertTag(struct __sk_buff* skb, __u16 protocol, __u16 control) {
  __u8 front[SFC_TYPE_AT + SFC_TAG_SIZE] __attribute__((aligned(8)));
  if (bpf_skb_load_bytes(skb, 0, front, SFC_TYPE_AT) || bpf_skb_change_head(skb, SFC_TAG_SIZE, 0)) return -1;
  *(__u16*)(front + SFC_TYPE_AT) = protocol;
  *(__u16*)(front + SFC_TYPE_AT + 2) = __builtin_bswap16(control);
  return bpf_skb_store_bytes(skb, 0, front, sizeof(front), 0);
}

/* Puts the tags back that egress has moved, for a packet that leaves as it came. */
static __noinline void sfc_returnTags(struct __sk_buff* skb, const struct sfc_tags* tags) {
  if (tags->inlined) bpf_skb_vlan_pop(skb);
  if (tags->added) bpf_skb_vlan_push(skb, tags->protocol, tags->control);
}

/*
 * The same for a re-encapsulated packet, whatever is in front of the tags now. The outermost tag of a frame that would
 * be too long for the device goes beside it as well.
 */
static __noinline void sfc_settleTags(struct __sk_buff* skb, const struct sfc_tags* tags) {
  if (tags->inlined) {
    /* The kernel must know what the frame begins with, or it would take four bytes of it for a tag. */
    bpf_skb_vlan_push(skb, SFC_NO_TAG_PROTOCOL, 0);
    bpf_skb_vlan_pop(skb);
    bpf_skb_vlan_pop(skb);
  } else if (tags->oversize && !skb->vlan_present &&
             sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end)) {
    sfc_putBeside(skb);
  }
  if (tags->added && skb->gso_size)
    sfc_insertTag(skb, tags->protocol, tags->control);
  else if (tags->added)
    bpf_skb_vlan_push(skb, tags->protocol, tags->control);
}
