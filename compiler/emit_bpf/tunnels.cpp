// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/tunnels.h"

namespace sfc::emit_bpf {

namespace {

/// What bpf_skb_adjust_room calls the header.
const char* flagOf(ir::Offload offload) {
  switch (offload) {
    case ir::Offload::None:
      return nullptr;
    case ir::Offload::Ipv4:
      return "BPF_F_ADJ_ROOM_ENCAP_L3_IPV4";
    case ir::Offload::Ipv6:
      return "BPF_F_ADJ_ROOM_ENCAP_L3_IPV6";
    case ir::Offload::Udp:
      return "BPF_F_ADJ_ROOM_ENCAP_L4_UDP";
    case ir::Offload::Gre:
      return "BPF_F_ADJ_ROOM_ENCAP_L4_GRE";
  }
  return nullptr;
}

}  // namespace

bool hasTunnels(const ir::Program& program) {
  return plan::restoresHeaders(program.kind) && program.computed && program.no_superframes.empty();
}

void emitTunnels(const ir::Program& program, c::Unit& unit) {
  unit.section("tunnels");
  c::Block& tunnel = unit.function("static __always_inline __u64", "spec_tunnel",
                                   {{"const struct sfc_record *", "record"}, {"__u64", "place"}});
  c::Block& clear = unit.function("static __always_inline void", "spec_clearIdentification",
                                  {{"const struct sfc_record *", "record"}, {"__u8 *", "bytes"}});
  const c::Expr flags = c::name("flags");
  tunnel.declare("__u64", "flags", 0);
  for (unsigned i = 0; i < program.in_record.size(); i++) {
    const ir::Offload offload = program.headerOf(program.in_record[i].instance).offload;
    const c::Expr where = c::name("record").arrow("where").at(i);
    if (const char* flag = flagOf(offload))
      tunnel.set(flags, c::call("sfc_addTunnel", {flags, where, c::name("place"), c::name(flag)}));
    if (offload == ir::Offload::Ipv4) clear.call("sfc_clearIdentification", {c::name("bytes"), where});
  }
  tunnel.returns(flags);
}

}  // namespace sfc::emit_bpf
