// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/bpf_text.h"

extern const std::string_view bpf_abi, bpf_base, bpf_state, bpf_hash, bpf_packet, bpf_tags, bpf_derive, bpf_ways,
    bpf_chain, bpf_slots, bpf_lru, bpf_meta, bpf_telemetry, bpf_report, bpf_cut, bpf_ingress, bpf_handover, bpf_push,
    bpf_egress, bpf_edits, bpf_domain_egress, bpf_classifier;

namespace sfc::emit_bpf {

std::vector<BpfText> bpfTypes() {
  return {{"sfc/base.h", bpf_base}, {"sfc/sfc_abi.h", bpf_abi}};
}

std::vector<BpfText> bpfParts() {
  return {{"sfc/state.h", bpf_state}, {"sfc/hash.h", bpf_hash},          {"sfc/packet.h", bpf_packet},
          {"sfc/tags.h", bpf_tags},   {"sfc/derive.h", bpf_derive},      {"sfc/ways.h", bpf_ways},
          {"sfc/chain.h", bpf_chain}, {"sfc/slots.h", bpf_slots},        {"sfc/lru.h", bpf_lru},
          {"sfc/meta.h", bpf_meta},   {"sfc/telemetry.h", bpf_telemetry}};
}

BpfText bpfReport() {
  return {"sfc/report.h", bpf_report};
}

std::vector<BpfText> bpfHooks(plan::Kind kind) {
  switch (kind) {
    case plan::Kind::Proxy:
      return {{"sfc/cut.h", bpf_cut},
              {"sfc/ingress.h", bpf_ingress},
              {"sfc/handover.h", bpf_handover},
              {"sfc/push.h", bpf_push},
              {"sfc/egress.h", bpf_egress}};
    case plan::Kind::Edits:
      return {{"sfc/edits.h", bpf_edits}};
    case plan::Kind::Egress:
      return {{"sfc/cut.h", bpf_cut}, {"sfc/domain_egress.h", bpf_domain_egress}};
    case plan::Kind::Classifier:
      return {{"sfc/push.h", bpf_push}, {"sfc/classifier.h", bpf_classifier}};
  }
  return {};
}

}  // namespace sfc::emit_bpf
