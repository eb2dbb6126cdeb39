// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
//   types and ABI        compiler/bpf/base.h, lib/abi/sfc_abi.h
//   sizes and counters   macros
//   stores, checksums    compiler/bpf/*.h
//   spec_*               the parse graphs, the next-header fields, the edits
//   hooks                compiler/bpf/ingress.h, egress.h
#include "compiler/emit_bpf/emit.h"

#include <fmt/format.h>

#include "compiler/c/tree.h"
#include "compiler/emit_bpf/bpf_text.h"
#include "compiler/emit_bpf/computed.h"
#include "compiler/emit_bpf/edits.h"
#include "compiler/emit_bpf/enclosing.h"
#include "compiler/emit_bpf/next_header.h"
#include "compiler/emit_bpf/parser.h"
#include "compiler/emit_bpf/sizes.h"
#include "compiler/emit_bpf/tables.h"

namespace sfc::emit_bpf {

namespace {

void embed(const std::vector<BpfText>& files, c::Unit& unit) {
  for (const BpfText& file : files) unit.file(file.name, file.text);
}

void emitIngress(const ir::Program& program, const SourceMap& sources, c::Unit& unit) {
  if (program.kind != plan::Kind::Classifier) emitParser(plan::Hook::Ingress, program, sources, unit);
  if (program.kind == plan::Kind::Proxy) emitWantsSum(program, unit);
  if (program.kind == plan::Kind::Terminator) emitEdits(program, sources, unit);
}

void emitEgress(const ir::Program& program, const SourceMap& sources, c::Unit& unit) {
  emitParser(plan::Hook::Egress, program, sources, unit);
  if (program.kind == plan::Kind::Proxy) {
    emitEdits(program, sources, unit);
    emitComputed(program, unit);
  }
  if (program.kind == plan::Kind::Classifier) emitLookUp(program, unit);
}

/// Places the global functions in the object with less to compile: the lengths of the emitted texts are compared, if
/// they differ by more than the global functions.
Helpers placeHelpers(const c::Unit& ingress, const c::Unit& egress) {
  const size_t helpers_size = 8000, of_ingress = c::print(ingress).size(), of_egress = c::print(egress).size();
  if (of_ingress > of_egress + helpers_size) return {.of_ingress = "SFC_AT_EGRESS"};
  if (of_ingress < of_egress) return {.of_egress = "SFC_AT_INGRESS"};
  return {};
}

}  // namespace

std::string emit(const ir::Program& program, const SourceMap& sources) {
  const bool stays = program.kind == plan::Kind::Edits;
  c::Unit ingress, egress, unit;
  emitIngress(program, sources, ingress);
  emitEgress(program, sources, egress);
  unit.comment(fmt::format("Made by {} from {}.sfc. Edit that, not this.", program.plan.compiler, program.plan.name));
  embed(bpfTypes(), unit);
  emitSizes(program, placeHelpers(ingress, egress), unit);
  embed(bpfParts(!program.reported.empty()), unit);
  emitLayoutAsserts(program, unit);
  emitTableMaps(program, unit);
  if (!stays) emitNextHeader(program, unit);
  if (!stays) emitEnclosing(program, unit);
  unit.conditional("SFC_HOOKS & SFC_AT_INGRESS") = std::move(ingress);
  unit.conditional("SFC_HOOKS & SFC_AT_EGRESS") = std::move(egress);
  embed(bpfHooks(program.kind), unit);
  return c::print(unit);
}

std::vector<std::string> hooks() {
  return {"SFC_HOOKS=SFC_AT_INGRESS", "SFC_HOOKS=SFC_AT_EGRESS"};
}

}  // namespace sfc::emit_bpf
