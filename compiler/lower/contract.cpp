// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/contract.h"

#include <fmt/format.h>
#include <linux/types.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/abi/sfc_abi.h"

namespace sfc::lower {

namespace {

constexpr unsigned KeyOffset = 8;  // in an entry, behind its state
constexpr unsigned CacheLine = 64;

plan::Header describe(const ir::Header& header) {
  plan::Header described{header.name, header.size, {}};
  for (const ir::Field& field : header.fields)
    described.fields.push_back({field.name, field.offset_bits, field.width_bits});
  return described;
}

plan::Telemetry describe(const ir::Telemetry& telemetry, const ir::Declarations& declarations) {
  plan::Telemetry described{telemetry.name, telemetry.by_bits, 0, {}, {}};
  for (const ir::Collected& one : telemetry.collected) {
    const ir::Telemetry& hop = declarations.telemetry[one.telemetry];
    described.collected.push_back({one.name, hop.name, hop.by_bits, describe(hop, declarations).items});
  }
  for (const ir::TelemetryGroup& group : telemetry.groups) {
    unsigned at = 8 * described.size;
    for (const ir::TelemetryField& field : group.fields) {
      described.items.push_back(
          {field.name, at, field.width_bits, group.gated, group.first, group.last, !ir::isUnknown(field)});
      at += field.width_bits;
    }
    described.size += group.bytes;
  }
  return described;
}

plan::Entry entryOf(const ir::Program& program) {
  plan::Entry entry;
  entry.key_offset = KeyOffset;
  entry.key_size = program.key.words * 8;
  entry.record_offset = entry.key_offset + entry.key_size;
  entry.key_fields = program.key.fields;
  entry.record = program.record;
  const unsigned end = entry.record_offset + program.record.bytes_offset + program.record.max_bytes + 4;
  entry.size = (end + CacheLine - 1) / CacheLine * CacheLine;
  return entry;
}

unsigned mostGrowth(const ir::Program& program) {
  unsigned inserted = 0;
  ir::visit(program.on_return, [&](const ir::Edit& edit) {
    if (const auto* insert = std::get_if<ir::Insert>(&edit.node))
      inserted = std::max(inserted, program.telemetry[insert->telemetry].max_bytes);
  });
  return inserted + program.pushed_bytes;
}

}  // namespace

plan::Plan contractOf(const model::Model& model, const ir::Program& program, const std::string& name) {
  plan::Plan plan;
  plan.abi = SFC_ABI_VERSION;
  plan.name = name;
  plan.proxy = program.proxy;
  plan.kind = program.kind;
  plan.compiler = "sfcc " SFC_VERSION;
  plan.params = program.params;
  plan.params_size = std::max<unsigned>(8, static_cast<unsigned>(8 * program.params.size()));
  for (unsigned header = 0; header < program.headers.size(); header++)
    if (std::any_of(program.instances.begin(), program.instances.end(),
                    [&](const ir::Instance& instance) { return instance.header == header; }))
      plan.headers.push_back(describe(program.headers[header]));
  plan.tables = program.table_layouts;
  // Without tables, there are no entries to complete.
  for (const ir::PushDefault& one : model.push_defaults)
    if (!model.tables.empty())
      plan.push_defaults.push_back(
          {program.instances[one.instance].name, program.headerOf(one.instance).fields[one.field].name, one.last_only,
           static_cast<uint64_t>(std::get<ir::Constant>(one.value->node).value), one.per_element});
  for (const unsigned telemetry : program.reported)
    plan.telemetry.push_back(describe(program.telemetry[telemetry], program));
  plan.residence = program.kind == plan::Kind::Proxy && program.measured.arrived;
  plan.entry = entryOf(program);
  plan.cache = model.cache;
  plan.max_growth = mostGrowth(program);
  plan.no_superframes = program.no_superframes;
  plan.no_tc_ingress = program.no_tc_ingress;
  return plan;
}

}  // namespace sfc::lower
