// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/requirements.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/ir/print.h"
#include "compiler/lower/queries.h"

namespace sfc::lower {

namespace {

/// Does the expression name nothing but what ingress has read before the end of the last region, parameters and
/// constants?
bool isKnownEarly(const ir::ExprPtr& expr, const model::Model& model, const ir::ParseGraph& ingress) {
  std::set<unsigned> early, set_early;
  for (const ir::Node& node : ingress.nodes)
    for (const ir::Step& step : node.steps) {
      if (!node.before_decap) continue;
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) early.insert(extract->instance);
      if (const auto* assign = std::get_if<ir::AssignStep>(&step.node)) set_early.insert(assign->variable);
    }
  bool known = true;
  ir::visit(expr, [&](const ir::Expr& part) {
    if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) known = known && early.count(ref->instance);
    if (const auto* size = std::get_if<ir::StackSize>(&part.node)) known = known && early.count(size->instance);
    if (const auto* ref = std::get_if<ir::VariableRef>(&part.node)) known = known && set_early.count(ref->variable);
    if (const auto table = ir::tableOf(part))
      for (const ir::TableField& field : model.tables[*table].fields)
        known = known && early.count(field.field.instance);
  });
  return known;
}

/// A key that is made when the whole packet has been read has nothing of the headers removed before.
void checkKeys(const model::Require& require, const ir::Program& program, Diagnostics& diagnostics) {
  std::set<unsigned> there;
  for (const ir::Node& node : program.ingress.nodes)
    for (const ir::Step& step : node.steps)
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && node.seen_by_sf)
        there.insert(extract->instance);
  ir::visit(require.condition, [&](const ir::Expr& part) {
    const auto number = ir::tableOf(part);
    if (!number) return;
    const ir::Table& table = program.tables[*number];
    for (const ir::TableField& field : table.fields) {
      if (there.count(field.field.instance)) continue;
      diagnostics.error(part.range, "E0711",
                        fmt::format("'{}' is not available when a packet is looked up in '{}'",
                                    ir::print(field.field, program), table.name),
                        "use either headers up to the last stripped one or headers that the SF sees, in the table and "
                        "its requirement");
    }
  });
}

/// Tables in edits alone are looked up where all others are.
void rememberTables(const model::Model& model, ir::Program& program, Diagnostics& diagnostics) {
  program.remembered = rememberedTables(model);
  program.remembered_values = rememberedValues(model);
  std::set<unsigned> looked_up(program.remembered.begin(), program.remembered.end());
  for (const ir::TableValueRef& value : program.remembered_values) looked_up.insert(value.table);
  for (const unsigned table : looked_up) {
    const bool asked = std::any_of(model.requires_.begin(), model.requires_.end(), [&](const model::Require& require) {
      const auto tables = ir::tablesOf(require.condition);
      return std::count(tables.begin(), tables.end(), table) > 0;
    });
    if (asked) continue;
    const Range range = model.tables[table].range;
    const model::Require require{range, std::make_shared<ir::Expr>(ir::Expr{range, ir::TableHit{table}}), {}};
    const bool early = isKnownEarly(require.condition, model, program.ingress);
    if (!early) checkKeys(require, program, diagnostics);
    (early ? program.early_checks : program.late_checks).push_back({range, require.condition, 0, 0, true});
  }
}

}  // namespace

void lowerRequirements(const model::Model& model, CounterTable& counters, ir::Program& program,
                       Diagnostics& diagnostics) {
  for (const model::Require& require : model.requires_) {
    ir::Check check{require.range, require.condition, counters.fixed().rx_ignored, counters.fixed().tx_ignored};
    const bool edits = program.kind == plan::Kind::Edits;
    if (require.otherwise.kind != ir::Target::Kind::Pass) {
      const std::string& reason = require.otherwise.reason;
      check.failed = counters.drop(plan::Hook::Ingress, reason.empty() ? "malformed" : reason, require.range);
      if (edits)
        check.failed_on_return =
            counters.drop(plan::Hook::Egress, reason.empty() ? "malformed" : reason, require.range);
    }
    const bool early = !edits && isKnownEarly(require.condition, model, program.ingress);
    if (!early) checkKeys(require, program, diagnostics);
    (early ? program.early_checks : program.late_checks).push_back(check);
  }
  const auto says_what_is_ours = [&](const ir::Check& check) { return check.failed == counters.fixed().rx_ignored; };
  for (std::vector<ir::Check>* checks : {&program.early_checks, &program.late_checks})
    std::stable_partition(checks->begin(), checks->end(), says_what_is_ours);
  rememberTables(model, program, diagnostics);
  if (plan::pushesHeaders(program.kind)) return;
  for (const ir::Table& table : program.tables) program.table_misses.push_back(counters.miss(table.name));
}

}  // namespace sfc::lower
