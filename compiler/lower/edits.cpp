// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/edits.h"
#include "compiler/lower/queries.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::lower {

namespace {

/// With up to so many pops, the verifier can track their number.
constexpr unsigned MaxKnownPops = 8;

/// With pops, and computed fields over several regions, the verifier checks the code of each region once for each place
/// where bytes can be missing.
void checkPops(const ir::Program& program, Diagnostics& diagnostics) {
  constexpr size_t most_regions = 3;
  if (!program.computed || program.regions.size() <= most_regions) return;
  const ir::Edit* pop = nullptr;
  ir::visit(program.on_return, [&](const ir::Edit& edit) {
    if (!pop && std::holds_alternative<ir::Pop>(edit.node)) pop = &edit;
  });
  if (!pop) return;
  diagnostics.error(
      pop->range, "E0447",
      fmt::format(
          "too complex for the kernel's verifier: pop() with computed fields in the stripped headers and {} regions",
          program.regions.size()),
      fmt::format("strip at most {} regions, or do not pop", most_regions));
}

void giveExits(std::vector<ir::Edit>& edits, plan::Hook hook, CounterTable& counters) {
  ir::visit(edits, [&](ir::Edit& edit) {
    if (auto* drop = std::get_if<ir::Drop>(&edit.node))
      drop->exit = counters.drop(hook, drop->reason, edit.range, hook == plan::Hook::Egress);
  });
}

/// Replaces the expressions that were decided on arrival by bits of the record.
void readArrivalBits(ir::Program& program) {
  const auto bit = [&](const ir::ExprPtr& part) -> ir::ExprPtr {
    std::optional<unsigned> known;
    if (const auto* hit = std::get_if<ir::TableHit>(&part->node)) known = program.bitOfTable(hit->table);
    for (size_t i = 0; i < program.decided.size(); i++)
      if (program.decided[i] == part) known = program.bitOfDecision(i);
    return known ? std::make_shared<const ir::Expr>(ir::Expr{part->range, ir::ArrivalBit{*known}}) : nullptr;
  };
  for (std::vector<ir::Edit>* edits : {&program.on_arrival, &program.on_return})
    ir::visit(*edits, [&](ir::Edit& edit) {
      ir::changeExpressions(edit, [&](ir::ExprPtr& expr) { expr = ir::replaced(expr, bit); });
    });
}

/// The most bytes that edits push and write.
void measurePushes(const model::Model& model, ir::Program& program) {
  ir::visit(program.on_return, [&](const ir::Edit& edit) {
    if (const auto* insert = std::get_if<ir::Insert>(&edit.node))
      program.insert_region = program.instances[insert->instance].region;
    if (!std::holds_alternative<ir::Insert>(edit.node) && !std::holds_alternative<ir::Write>(edit.node)) return;
    program.max_telemetry = std::max(program.max_telemetry, program.telemetry[*ir::telemetryOf(edit)].max_bytes);
  });
  for (const unsigned instance : pushedHeaders(model)) program.pushed_bytes += program.headerOf(instance).size;
  for (const unsigned room : pushedRoom(model)) program.pushed_bytes += program.telemetry[room].max_bytes;
}

}  // namespace

void lowerEdits(const model::Model& model, CounterTable& counters, ir::Program& program, Diagnostics& diagnostics) {
  program.on_arrival = model.on_arrival;
  program.on_return = model.on_return;
  checkPops(program, diagnostics);
  giveExits(program.on_arrival, plan::Hook::Ingress, counters);
  giveExits(program.on_return, plan::Hook::Egress, counters);
  readArrivalBits(program);
  measurePushes(model, program);
  // To the verifier, computed fields in several regions are a case of their own for each number of popped elements.
  const unsigned known_pops = program.computed && program.regions.size() > 1 ? 0 : MaxKnownPops;
  program.launders_pops = ir::popsIn(program.on_return) > known_pops;
}

}  // namespace sfc::lower
