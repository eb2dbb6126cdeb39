// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Software segmentation copies everything in front of the network header onto each segment, unchanged. That is right
// for headers that are the same for all segments, and wrong for those that say something of the segment: its length, a
// checksum over it, when it came. Of tunnels, it updates the headers that it knows (@offload).
#include "compiler/lower/superframes.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::lower {

namespace {

/// A computed field among the stripped headers that segmentation does not update. A checksum of all that follows is no
/// such field: most packets have none, and ingress keeps those that do have one apart.
const ir::Field* findNotUpdated(const ir::Program& program, std::string& name) {
  for (const ir::InRecord& one : program.in_record) {
    const ir::Header& header = program.headerOf(one.instance);
    if (header.offload != ir::Offload::None) continue;
    for (const ir::Field& field : header.fields) {
      if (field.computed != ir::Computed::Length && field.computed != ir::Computed::HeaderChecksum) continue;
      name = program.instances[one.instance].name;
      return &field;
    }
  }
  return nullptr;
}

std::string reasonAgainst(const ir::Program& program) {
  const ir::Measured& measured = program.measured;
  if (!plan::restoresHeaders(program.kind) && !plan::pushesHeaders(program.kind)) return "it pushes no headers";
  if (!program.telemetry.empty() || measured.arrived || measured.now || measured.tai || measured.flight)
    return "telemetry is of single packets";
  if (program.samples > 0) return "single packets are sampled";
  if (program.computed && plan::pushesHeaders(program.kind)) return "each packet gets lengths of its own";
  std::string name;
  if (const ir::Field* field = findNotUpdated(program, name))
    return fmt::format("the kernel does not update {}.{} when it segments them", name, field->name);
  if (program.computed && program.regions.size() > 1) return "a tunnel is removed together with headers behind it";
  if (!program.enclosing.empty()) return "retained headers have lengths or checksums of what is pushed";
  if (!program.moves.empty()) return "retained fields change with each packet";
  return "";
}

/// TC removes what is between an Ethernet header and the next packet, if it begins with IP. Whether it does so in a
/// packet, the program looks.
std::string reasonAgainstTc(const ir::Program& program) {
  if (program.kind == plan::Kind::Last) return "it keeps the newest headers, not those of each packet";
  if (program.kind != plan::Kind::Proxy) return "it is no proxy";
  if (!program.no_superframes.empty()) return fmt::format("superframes would be dropped: {}", program.no_superframes);
  const bool tunnel = std::ranges::any_of(program.in_record, [&](const ir::InRecord& one) {
    const ir::Offload offload = program.headerOf(one.instance).offload;
    return offload == ir::Offload::Ipv4 || offload == ir::Offload::Ipv6;
  });
  return tunnel ? "" : "only a tunnel over IP can be removed there";
}

}  // namespace

void checkSuperframes(ir::Program& program) {
  program.no_superframes = reasonAgainst(program);
  program.no_tc_ingress = reasonAgainstTc(program);
}

}  // namespace sfc::lower
