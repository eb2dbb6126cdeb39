/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ingress hook at TC instead of XDP: parse, save, decapsulate, stamp.
 *
 * The idea: native XDP on a veth takes superframes from whoever sends to it. Here they arrive whole, from a container
 * or a virtual machine on the same host, with all that the kernel knows of a tunnel that it has made itself.
 * bpf_skb_adjust_room removes what is between an Ethernet header and the next packet, and leaves that knowledge in
 * place. So the headers must be those of a tunnel over IP, right behind Ethernet.
 *
 * A superframe has one header record, in one slot; it counts as one packet. Checksums: what the kernel knows of them is
 * updated where headers go, but for the Ethernet header, which it leaves out.
 *
 * Every packet bumps `rx` and exactly one of the exits' counters.
 */
#if SFC_HOOKS & SFC_AT_TC_INGRESS
enum { SFC_TO_US = 0, SFC_TO_ALL = 1, SFC_TO_MANY = 2, SFC_TO_OTHERS = 3 }; /* skb->pkt_type */

static __always_inline int sfc_leaveTcIngress(struct sfc_counters* c, __u64 exit) {
  sfc_count(c, exit);
  return exit == SFC_C_RX_IGNORED || exit == SFC_C_RX_PASS_FULL ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}

/*
 * Tells the kernel for whom an inner Ethernet frame is. The program does not know the device's address; but the outer
 * frame has it if that was for this host.
 */
static __always_inline void sfc_readdress(struct __sk_buff* skb, const __u8* outer, const __u8* inner) {
  const __u32 high = sfc_load32(inner), low = sfc_load16(inner + 4);
  __u32 type = SFC_TO_OTHERS;
  if (inner[0] & 1)
    type = high == 0xFFFFFFFF && low == 0xFFFF ? SFC_TO_ALL : SFC_TO_MANY;
  else if (skb->pkt_type == SFC_TO_US && high == sfc_load32(outer) && low == sfc_load16(outer + 4))
    type = SFC_TO_US;
  if (type != skb->pkt_type) bpf_skb_change_type(skb, type);
}

/* Removes the region, and rewrites the next-header field. 0 if all went well. */
static __noinline long sfc_removeTunnel(struct __sk_buff* skb, const struct sfc_packet* p) {
  const __u64 at = p->region[0].at, length = p->region[0].length;
  const __u32 ipv6 = __builtin_bswap16(0x86DD);
  __u8 outer[SFC_ETHERNET_HEADER] __attribute__((aligned(4))),
      ethernet[SFC_ETHERNET_HEADER] __attribute__((aligned(4)));
  if ((at && at != SFC_ETHERNET_HEADER) || length > SFC_MAX_BYTES || bpf_skb_load_bytes(skb, 0, outer, sizeof(outer)) ||
      sfc_load16(outer + SFC_TYPE_AT) != skb->protocol ||
      (at && !spec_rewrite((void*)(long)skb->data, (void*)(long)skb->data_end, p)) ||
      bpf_skb_load_bytes(skb, at ? 0 : length, ethernet, sizeof(ethernet)))
    return -1;
  /* The kernel leaves at least one header of the outer IP version, unless it is told of another one (Linux 6.4). */
  const int shorter = skb->protocol == ipv6 && sfc_load16(ethernet + SFC_TYPE_AT) != ipv6;
  const __u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;
  if ((!shorter || bpf_skb_adjust_room(skb, -(__s32)length, BPF_ADJ_ROOM_MAC, flags | BPF_F_ADJ_ROOM_DECAP_L3_IPV4)) &&
      bpf_skb_adjust_room(skb, -(__s32)length, BPF_ADJ_ROOM_MAC, flags))
    return -1;
  if (!at) {
    if (bpf_skb_store_bytes(skb, 0, ethernet, sizeof(ethernet), 0)) return -1;
    sfc_readdress(skb, outer, ethernet);
  }
  sfc_rereadType(skb);
  return 0;
}

SEC("tc") int sfc_tc_ingress(struct __sk_buff* skb) {
  struct sfc_counters* c = sfc_countersHere();
  if (!sfc_config.tc_ingress) return TC_ACT_UNSPEC;
  if (!c) return TC_ACT_SHOT;
  struct sfc_packet* p = &c->scratch.packet;
  struct sfc_slot slot = {};
  sfc_count(c, SFC_C_RX);
  sfc_clearPacket(p);
  if (sfc_pullHeaders(skb)) return sfc_leaveTcIngress(c, SFC_C_RX_IGNORED);
  __u64 exit = sfc_launder(c, spec_parseIngress(skb, p, c, 0));
  if (exit) return sfc_leaveTcIngress(c, exit);
  if (skb->vlan_present) return sfc_leaveTcIngress(c, SFC_C_RX_DROP_TAGS);
  if (skb->gso_size && !sfc_isTunnelled(skb)) return sfc_leaveTcIngress(c, SFC_C_RX_DROP_GSO);
  sfc_slotsInsert((__u64)bpf_get_prandom_u32() << 32 | (__u32)bpf_get_prandom_u32(), c, &slot);
  if (!slot.entry) return sfc_leaveTcIngress(c, SFC_C_FULL);
  sfc_count(c, SFC_C_INSERTED);
  slot.entry->key[0] = 0; /* no field of the key counts */
  if (sfc_launder(c, sfc_fillRecord(skb, p, &slot.entry->record)) || sfc_stamp(skb, &slot) ||
      sfc_launder(c, sfc_removeTunnel(skb, p))) {
    sfc_release(&slot);
    sfc_count(c, SFC_C_ROLLBACK);
    return sfc_leaveTcIngress(c, SFC_C_RX_DROP_HEADROOM);
  }
  sfc_publish(&slot);
  sfc_count(c, SFC_C_RX_STRIPPED);
  return TC_ACT_UNSPEC;
}
#endif
