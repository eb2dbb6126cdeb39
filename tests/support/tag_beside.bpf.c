// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// TC programs that put a VLAN tag beside frames, as a VLAN device, or a network card that takes tags out, leaves it: in
// skb->vlan_tci. At the egress of a veth device, its peer gets the frame so.
//   tag_some    VLAN 100, on frames whose last byte is even: tests/support/replay.py --beside knows which
//   tag_service the same with 802.1ad (a service tag)
//   tag_all     VLAN 100 on all frames
// And programs that are a function's work on tags, at the ingress of a device:
//   add_tag     VLAN 200, outermost
//   take_tag    takes the outermost tag off
// And one that is a queueing discipline to which a packet's mark and priority matter:
//   marked      drops packets that do not have mark 77 and priority 5
// And one that is as strict as GRO, at the ingress of a proxy's device:
//   padded      drops packets whose metadata does not end in eight bytes of 0
#include <linux/bpf.h>

static long (*push)(struct __sk_buff* skb, __u16 protocol, __u16 tci) = (void*)BPF_FUNC_skb_vlan_push;
static long (*pop)(struct __sk_buff* skb) = (void*)BPF_FUNC_skb_vlan_pop;
static long (*load_bytes)(const struct __sk_buff* skb, __u32 at, void* to, __u32 n) = (void*)BPF_FUNC_skb_load_bytes;

enum { next_program = -1, drop = 2 };

static __attribute__((always_inline)) int tagSome(struct __sk_buff* skb, __u16 protocol) {
  __u8 last = 0;
  if (skb->vlan_present || load_bytes(skb, skb->len - 1, &last, 1) || (last & 1)) return next_program;
  push(skb, protocol, 100);
  return next_program;
}

__attribute__((section("tag_some"), used)) int tagCustomer(struct __sk_buff* skb) {
  return tagSome(skb, __builtin_bswap16(0x8100));
}

__attribute__((section("tag_service"), used)) int tagService(struct __sk_buff* skb) {
  return tagSome(skb, __builtin_bswap16(0x88A8));
}

__attribute__((section("tag_all"), used)) int tagAll(struct __sk_buff* skb) {
  if (!skb->vlan_present) push(skb, __builtin_bswap16(0x8100), 100);
  return next_program;
}

__attribute__((section("add_tag"), used)) int addTag(struct __sk_buff* skb) {
  push(skb, __builtin_bswap16(0x8100), 200);
  return next_program;
}

__attribute__((section("take_tag"), used)) int takeTag(struct __sk_buff* skb) {
  pop(skb);
  return next_program;
}

__attribute__((section("marked"), used)) int isMarked(struct __sk_buff* skb) {
  return skb->mark == 77 && skb->priority == 5 ? next_program : drop;
}

__attribute__((section("padded"), used)) int isPadded(struct __sk_buff* skb) {
  const __u8 *meta = (void*)(long)skb->data_meta, *data = (void*)(long)skb->data;
  __u64 at = data - meta - sizeof(__u64);
  if (at > 255) return next_program; /* there is none */
  __asm__ volatile("" : "+r"(at));   /* the verifier is to see the comparison below as it stands */
  const __u8* last = meta + at;
  return last + sizeof(__u64) > data || *(const __u64*)last == 0 ? next_program : drop;
}

char _license[] __attribute__((section("license"), used)) = "Dual BSD/GPL";
