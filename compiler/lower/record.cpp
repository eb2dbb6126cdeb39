// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// In this order: time of arrival, values of tables, interface, bits that were decided, lengths of the regions, whether
// the last region begins at the start of the packet, values for computed fields, saved fields, where the headers are,
// stripped bytes.
#include "compiler/lower/record.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::lower {

namespace {

constexpr unsigned TimeBytes = 8, ValueBytes = 8, PortBytes = 4, BitsBytes = 2, LengthBytes = 2, PlaceBytes = 4;
constexpr unsigned DerivedBytes = 3 * 2;

unsigned alignUp(unsigned value, unsigned to) {
  return (value + to - 1) / to * to;
}

/// The part before the saved fields; its end.
unsigned layoutHead(const ir::Program& program, plan::Record& record) {
  unsigned at = (program.measured.arrived ? TimeBytes : 0) +
                ValueBytes * static_cast<unsigned>(program.remembered_values.size()) +
                (program.measured.ingress_port ? PortBytes : 0) + (program.remembersBits() ? BitsBytes : 0);
  record.regions = std::max<unsigned>(1, static_cast<unsigned>(program.regions.size()));
  record.lengths_offset = at;
  at += LengthBytes * (record.regions + (program.mixedWhole() ? 1 : 0)) + (program.computed ? DerivedBytes : 0);
  return at;
}

/// The saved fields, from `at` on; their size.
unsigned layoutSaved(ir::Program& program, unsigned at, plan::Record& record) {
  unsigned saved = 0;
  // What is pushed has values that are known at compile time.
  for (ir::Region& region : program.regions) {
    if (!region.next_header || plan::pushesHeaders(program.kind)) continue;
    const ir::Instance& instance = program.instances[region.next_header->instance];
    const ir::Field& field = program.headerOf(region.next_header->instance).fields[region.next_header->field];
    region.next_header->saved_offset = saved;
    record.saved.push_back({fmt::format("{}.{}", instance.name, field.name), at + saved, region.next_header->size});
    saved += region.next_header->size;
  }
  return saved;
}

/// The offsets of the stripped headers or, from `at` on, the places that hold them; the end of these.
unsigned layoutStripped(ir::Program& program, unsigned at, plan::Record& record) {
  unsigned offset = 0;
  for (ir::InRecord& in : program.in_record) {
    const ir::Instance& instance = program.instances[in.instance];
    const ir::Header& header = program.headerOf(in.instance);
    in.offset = offset;
    record.stripped.push_back({instance.name, header.name, program.fixed_layout ? offset : at, program.fixed_layout,
                               instance.count, instance.is_stack});
    if (program.fixed_layout)
      offset += header.size * instance.count;
    else
      at += PlaceBytes;
  }
  return at;
}

}  // namespace

void layoutRecord(ir::Program& program) {
  plan::Record& record = program.record;
  const unsigned head = layoutHead(program, record);
  const unsigned saved = layoutSaved(program, head, record);
  record.bytes_offset = alignUp(layoutStripped(program, head + alignUp(saved, 2), record), 4);
  unsigned pushed = 0;
  for (const ir::InRecord& in : program.in_record)
    pushed += program.headerOf(in.instance).size * program.instances[in.instance].count;
  record.max_bytes = alignUp(program.pushed_bytes, 4);
  unsigned before = 0;
  for (ir::Region& region : program.regions) {
    region.bytes_before = before;
    before += region.max_bytes;
    record.max_bytes += region.max_bytes;
  }
  if (program.regions.empty()) record.max_bytes = 4;
  if (program.kind == plan::Kind::Static) record.max_bytes = alignUp(pushed, 4);
}

}  // namespace sfc::lower
