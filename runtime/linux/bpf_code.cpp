// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// An assembler of the few instructions that are needed: a function for each, which names what it does.
#include "runtime/linux/bpf_code.h"

#include <cstddef>
#include <cstdint>

#include "runtime/abi.h"
#include "runtime/kernel.h"

namespace sfc {
namespace {

enum Register : uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };

bpf_insn move(Register to, Register from) {
  return {BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0};
}
bpf_insn set(Register to, int value) {
  return {BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value};
}
bpf_insn add(Register to, int value) {
  return {BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value};
}
bpf_insn negate(Register to) {
  return {BPF_ALU64 | BPF_NEG, to, 0, 0, 0};
}
bpf_insn load32(Register to, Register from, int16_t at) {
  return {BPF_LDX | BPF_MEM | BPF_W, to, from, at, 0};
}
bpf_insn store32(Register to, int16_t at, Register from) {
  return {BPF_STX | BPF_MEM | BPF_W, to, from, at, 0};
}
bpf_insn store32(Register to, int16_t at, int value) {
  return {BPF_ST | BPF_MEM | BPF_W, to, 0, at, value};
}
bpf_insn skipIf(uint8_t condition, Register left, int right, int16_t skipped) {
  return {static_cast<uint8_t>(BPF_JMP | condition | BPF_K), left, 0, skipped, right};
}
bpf_insn skipIfGreater(Register left, Register right, int16_t skipped) {
  return {BPF_JMP | BPF_JGT | BPF_X, left, right, skipped, 0};
}
bpf_insn call(int helper) {
  return {BPF_JMP | BPF_CALL, 0, 0, 0, helper};
}
bpf_insn leave() {
  return {BPF_JMP | BPF_EXIT, 0, 0, 0, 0};
}

}  // namespace

std::vector<bpf_insn> probeCode() {
  return {
      load32(r2, r1, offsetof(xdp_md, data)),
      load32(r3, r1, offsetof(xdp_md, data_end)),
      move(r4, r2),
      add(r4, 4),
      set(r0, 1),
      skipIfGreater(r4, r3, 3),
      load32(r2, r2, 0),
      negate(r2),
      call(BPF_FUNC_xdp_adjust_meta),
      leave(),
  };
}

std::vector<bpf_insn> redirectCode(unsigned ifindex, int map_fd) {
  return {
      move(r6, r1),
      store32(r10, -4, 0),
      {BPF_LD | BPF_DW | BPF_IMM, r1, BPF_PSEUDO_MAP_FD, 0, map_fd},
      {0, 0, 0, 0, 0},
      move(r2, r10),
      add(r2, -4),
      call(BPF_FUNC_map_lookup_elem),
      skipIf(BPF_JEQ, r0, 0, 16),
      move(r7, r0),
      load32(r4, r6, offsetof(__sk_buff, len)),
      skipIf(BPF_JGT, r4, PacketCopy::max_frame, 13),
      skipIf(BPF_JLT, r4, 1, 12),
      store32(r7, offsetof(PacketCopy, length), r4),
      load32(r1, r6, offsetof(__sk_buff, vlan_present)),
      store32(r7, offsetof(PacketCopy, has_tag), r1),
      load32(r1, r6, offsetof(__sk_buff, vlan_tci)),
      store32(r7, offsetof(PacketCopy, tag_control), r1),
      load32(r1, r6, offsetof(__sk_buff, vlan_proto)),
      store32(r7, offsetof(PacketCopy, tag_protocol), r1),
      move(r1, r6),
      set(r2, 0),
      move(r3, r7),
      add(r3, offsetof(PacketCopy, frame)),
      call(BPF_FUNC_skb_load_bytes),
      set(r1, static_cast<int>(ifindex)),
      set(r2, 0),
      call(BPF_FUNC_redirect),
      leave(),
  };
}

std::vector<bpf_insn> resendCode() {
  constexpr auto cb = [](int word) { return static_cast<int16_t>(offsetof(__sk_buff, cb) + word * sizeof(__u32)); };
  return {
      load32(r2, r1, cb(SFC_CB_PRIORITY)),
      store32(r1, offsetof(__sk_buff, priority), r2),
      load32(r1, r1, cb(SFC_CB_DEVICE)),
      set(r2, 0),
      call(BPF_FUNC_redirect),
      leave(),
  };
}

}  // namespace sfc
