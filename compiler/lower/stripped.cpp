// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/stripped.h"

#include <linux/types.h>

#include <algorithm>

#include "lib/abi/sfc_abi.h"

namespace sfc::lower {

namespace {

/// The region before the last one that a header is removed with.
std::optional<unsigned> earlierRegion(const ir::Program& program, unsigned instance) {
  for (const ir::Node& node : program.ingress.nodes)
    for (const ir::Edge& edge : node.edges)
      if (ir::covers(edge, instance) && edge.decap->region + 1 < program.regions.size()) return edge.decap->region;
  return std::nullopt;
}

/// Can the stripped bytes be deparsed word by word, unchanged but for pops from their front?
bool goesWordByWord(const ir::Program& program) {
  if (program.computed || !program.enclosing.empty() || !program.fixed_layout) return false;
  return program.in_record.size() <= 1 &&
         std::all_of(program.in_record.begin(), program.in_record.end(),
                     [&](const ir::InRecord& in) { return program.headerOf(in.instance).size % 4 == 0; });
}

bool pushesBehindChecksum(const ir::Program& program) {
  if (!program.starts_headers) return false;
  return std::any_of(program.enclosing.begin(), program.enclosing.end(), [&](unsigned instance) {
    const auto& fields = program.headerOf(instance).fields;
    return std::any_of(fields.begin(), fields.end(),
                       [](const ir::Field& field) { return field.computed == ir::Computed::PseudoChecksum; });
  });
}

}  // namespace

void describeStripped(ir::Program& program) {
  if (program.kind == plan::Kind::Static) {
    program.in_record.clear();
    for (const unsigned instance : program.pushed) program.in_record.push_back({instance, 0, {}});
  }
  for (ir::InRecord& in : program.in_record) {
    const ir::Header& header = program.headerOf(in.instance);
    in.region = earlierRegion(program, in.instance);
    program.computed = program.computed || ir::hasComputed(header);
    program.finishes_checksums =
        program.finishes_checksums || std::any_of(header.fields.begin(), header.fields.end(), ir::canFinish);
  }
  program.finishes_checksums = program.finishes_checksums && program.computed && !plan::pushesHeaders(program.kind);
  program.word_by_word = goesWordByWord(program);
  program.pushes_behind_checksum = pushesBehindChecksum(program);
}

void measureReports(ir::Program& program) {
  unsigned most = 0;
  for (const unsigned number : program.reported) {
    const ir::Telemetry& telemetry = program.telemetry[number];
    if (telemetry.collected.empty()) continue;
    auto bytes = static_cast<unsigned>(telemetry.collected.size() * sizeof(sfc_collected));
    for (const ir::TelemetryGroup& group : telemetry.groups) bytes += group.bytes;
    most = std::max(most, bytes);
  }
  if (most == 0) return;
  program.max_reported_packet =
      std::min<unsigned>(SFC_REPORT_PACKET, program.max_prefix + program.record.max_bytes + SFC_REPORT_BEHIND);
  program.max_report = most + program.max_reported_packet;
}

}  // namespace sfc::lower
