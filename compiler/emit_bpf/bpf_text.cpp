// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/bpf_text.h"

#include <map>

extern const std::map<std::string_view, std::string_view> bpf_headers;

namespace sfc::emit_bpf {

namespace {

std::vector<BpfText> named(const std::vector<const char*>& names) {
  std::vector<BpfText> files;
  for (const char* name : names) files.push_back({std::string("sfc/") + name, bpf_headers.at(name)});
  return files;
}

}  // namespace

std::vector<BpfText> bpfTypes() {
  return named({"base.h", "sfc_abi.h"});
}

std::vector<BpfText> bpfParts(const ir::Program& program) {
  std::vector<const char*> names = {"state.h", "arithmetic.h", "hash.h",  "packet.h", "tags.h", "computed.h",
                                    "ways.h",  "chain.h",      "slots.h", "lru.h",    "meta.h", "telemetry.h"};
  if (!program.reported.empty()) names.push_back("report.h");
  names.push_back("spec.h");
  if (program.no_tc_ingress.empty()) names.push_back("stamp.h");
  names.push_back("tunnels.h");
  if (program.kind == plan::Kind::Last) names.push_back("newest.h");
  if (program.key.port_offset) names.push_back("ports.h");
  return named(names);
}

std::vector<BpfText> bpfHooks(const ir::Program& program) {
  switch (program.kind) {
    case plan::Kind::Proxy:
    case plan::Kind::Last:
      if (program.no_tc_ingress.empty())
        return named(
            {"decapsulate.h", "ingress.h", "tc_ingress.h", "handover.h", "push.h", "superframes.h", "egress.h"});
      return named({"decapsulate.h", "ingress.h", "handover.h", "push.h", "superframes.h", "egress.h"});
    case plan::Kind::Edits:
      return named({"edits.h"});
    case plan::Kind::Terminator:
      return named({"decapsulate.h", "terminator.h", "count_egress.h"});
    case plan::Kind::Classifier:
      return named({"count_ingress.h", "push.h", "superframes.h", "classifier.h"});
    case plan::Kind::Static:
      return named({"decapsulate.h", "terminator.h", "push.h", "superframes.h", "classifier.h"});
  }
  return {};
}

}  // namespace sfc::emit_bpf
