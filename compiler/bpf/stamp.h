/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where there is an ingress hook at TC (tc_ingress.h): the stamp of a packet, by which egress finds its header record,
 * and the state of superframes that the kernel's tunnels have made.
 *
 * The problem: TC cannot give a packet metadata, and its mark belongs to the firewall. The idea: two other fields stay
 * with a packet from TC ingress to TC egress, whether it is routed or bridged, and nobody in between writes them:
 *
 * In tstamp, as a time to send the packet at (a delivery time), which is for the queue behind the egress hook, there is
 * the place of the packet's slot, and as much of the ticket as there is room for. In tc_index there are 16 bits of the
 * load's magic: the time is a stamp of this proxy.
 *
 * A slot is claimed by the stamp that its ticket gives, and once only. So a stamp that is old, or on the copy of a
 * packet, finds nothing. A stamp is a time in the first hour after the machine has started: if a packet leaves past the
 * egress hook, no queue holds it back.
 */
#define SFC_STAMP_SHIFT 40
#define SFC_STAMP_MARK 1ULL /* above the shift: the kernel takes no time of 0 */
#define SFC_STAMPED 3       /* sfc_token.kind, besides enum sfc_meta_kind */
#define SFC_ALREADY (-114)

static __always_inline __u64 sfc_stampSpan(void) {
  return (__u64)(sfc_config.bucket_mask + 1) << SFC_SLOT_SHIFT;
}

/* The stamp for a slot whose word, when ready, is `word`. */
static __always_inline __u64 sfc_stampOf(__u64 place, __u64 word) {
  const __u64 ticket = (word & ~SFC_WORD_BUSY) >> SFC_TICKET_SHIFT;
  const __u64 stamp = (ticket * sfc_stampSpan() + place) & ((1ULL << SFC_STAMP_SHIFT) - 1);
  return stamp | SFC_STAMP_MARK << SFC_STAMP_SHIFT;
}

static __always_inline long sfc_stamp(struct __sk_buff* skb, const struct sfc_slot* slot) {
  if (bpf_skb_set_tstamp(skb, sfc_stampOf(slot->place, slot->ticket), BPF_SKB_TSTAMP_DELIVERY_MONO)) return -1;
  skb->tc_index = sfc_config.magic >> 16;
  return 0;
}

/* Takes the stamp off a packet; token->kind stays 0 if it has none. */
static __always_inline void sfc_takeStamp(struct __sk_buff* skb, struct sfc_token* token) {
  const __u64 stamp = skb->tstamp;
  token->kind = 0;
  token->tags = 0;
  if (skb->tc_index != sfc_config.magic >> 16) return;
  skb->tc_index = 0;
  if (stamp >> SFC_STAMP_SHIFT != SFC_STAMP_MARK) return;
  skb->tstamp = 0;
  token->kind = SFC_STAMPED;
  token->slot = stamp & (sfc_stampSpan() - 1);
  token->ticket = stamp;
}

/* Finds the slot of a stamp. 0 if it still holds that packet's record. */
static __always_inline long sfc_slotsStamped(const struct sfc_token* token, struct sfc_counters* c,
                                             struct sfc_slot* slot) {
  sfc_slotsAt(token->slot, 0, c, slot);
  if (!slot->entry) return -1;
  slot->ticket = sfc_loadWord(slot->word);
  if (sfc_isFree(slot->ticket) || slot->ticket & SFC_WORD_BUSY) return -1;
  return sfc_stampOf(token->slot, slot->ticket) != token->ticket;
}

/*
 * Has a tunnel of the kernel's made this superframe? The kernel then knows where the inner headers are
 * (skb->encapsulation), and refuses to begin another tunnel before it looks at how much room is wanted, here too
 * little.
 */
static __always_inline int sfc_isTunnelled(struct __sk_buff* skb) {
  const __u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 |
                      (__u64)SFC_ETHERNET_HEADER << BPF_ADJ_ROOM_ENCAP_L2_SHIFT;
  return bpf_skb_adjust_room(skb, 0, BPF_ADJ_ROOM_MAC, flags) == SFC_ALREADY;
}

/*
 * Makes the kernel read the EtherType of a frame with another one than it knows, as it does when a tag goes. A tag that
 * the frame begins with is beside it then.
 */
static __always_inline void sfc_rereadType(struct __sk_buff* skb) {
  __u16 type = 0;
  if (!bpf_skb_load_bytes(skb, SFC_TYPE_AT, &type, sizeof(type)) && type != skb->protocol) sfc_putBeside(skb);
}

/*
 * Makes room in a superframe that TC ingress has decapsulated. The kernel still has all that it knew of the tunnel, as
 * the inner headers have not moved: no flags, and segmentation finds everything where it was.
 */
static __noinline long sfc_makeRoomAgain(struct __sk_buff* skb, __u64 grow) {
  __u8 ethernet[SFC_ETHERNET_HEADER];
  return bpf_skb_adjust_room(skb, grow, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO) ||
         bpf_skb_load_bytes(skb, 0, ethernet, sizeof(ethernet)) ||
         bpf_skb_store_bytes(skb, grow, ethernet, sizeof(ethernet), 0);
}
