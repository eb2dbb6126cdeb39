/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hand-over (TC ingress), in kernel mode: the first place behind XDP, and the last one before the SF, where the
 * kernel's own state of the packet is visible. Attached only to ingress devices whose frames can have a VLAN tag beside
 * them, or a partial checksum.
 *
 *   tags       a tag beside the frame that ingress has not seen is outside of the packet: tags.h
 *   checksums  the removed headers may have begun with one whose checksum the kernel had yet to finish
 *              (CHECKSUM_PARTIAL, with an offset in front of the frame now). Ingress has finished it; the kernel drops
 *              that state when it pulls the link-layer header, as it does to pop a tag.
 */
#if SFC_HOOKS & SFC_AT_EGRESS
SEC("tc") int sfc_handover(struct __sk_buff* skb) {
  const struct sfc_meta* meta = sfc_metaOf(skb);
  if (!meta) return TC_ACT_UNSPEC;
  const __u32 given = meta->tags, tags = given & ~SFC_META_FINISHED;
  const __u16 protocol = skb->vlan_proto, control = skb->vlan_tci;
  const int present = skb->vlan_present;
  if (present && sfc_frontTags((void*)(long)skb->data, (void*)(long)skb->data_end) >= tags)
    skb->tc_index = sfc_outsideMark();
  if (given & SFC_META_FINISHED) {
    bpf_skb_vlan_pop(skb);
    if (present) bpf_skb_vlan_push(skb, protocol, control);
  }
  return TC_ACT_UNSPEC;
}
#endif
