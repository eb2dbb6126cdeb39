// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/queries.h"

#include <algorithm>
#include <set>

namespace sfc::lower {

StateKind kindOf(const ir::State& state, const model::Model& model) {
  if (state.region) return StateKind::Stripped;
  for (const ir::ParserStatement& statement : state.body)
    if (const auto* extract = std::get_if<ir::Extract>(&statement.node))
      return model.instances[extract->instance].stripped ? StateKind::Stripped : StateKind::Retained;
  return StateKind::Nothing;
}

unsigned regionOf(const ir::State& state, const model::Model& model) {
  if (state.region) return *state.region;
  for (const ir::ParserStatement& statement : state.body)
    if (const auto* extract = std::get_if<ir::Extract>(&statement.node))
      return model.instances[extract->instance].region;
  return 0;
}

std::vector<unsigned> pushedHeaders(const model::Model& model) {
  std::vector<unsigned> found;
  ir::visit(model.on_return, [&](const ir::Edit& statement) {
    const auto* node = std::get_if<ir::PushHeaders>(&statement.node);
    for (size_t i = 0; node && i < node->instances.size(); i++)
      if (!std::count(found.begin(), found.end(), node->instances[i])) found.push_back(node->instances[i]);
  });
  return found;
}

std::vector<unsigned> pushedRoom(const model::Model& model) {
  std::vector<unsigned> found;
  ir::visit(model.on_return, [&](const ir::Edit& statement) {
    const auto* node = std::get_if<ir::PushRoom>(&statement.node);
    if (node && !std::count(found.begin(), found.end(), node->telemetry)) found.push_back(node->telemetry);
  });
  return found;
}

bool startsHeaders(const model::Model& model) {
  return !model.moves.empty() && !pushedHeaders(model).empty();
}

std::vector<unsigned> reported(const model::Model& model) {
  std::set<unsigned> found;
  for (const std::vector<ir::Edit>* statements : {&model.on_arrival, &model.on_return})
    ir::visit(*statements, [&](const ir::Edit& statement) {
      if (const auto* node = std::get_if<ir::Report>(&statement.node)) found.insert(node->telemetry);
    });
  return {found.begin(), found.end()};
}

void visitReturn(const model::Model& model, const std::function<void(const ir::Expr&)>& one) {
  ir::visitExpressions(model.on_return, one);
  const auto look = [&](const ir::ExprPtr& expr) {
    if (expr) ir::visit(expr, one);
  };
  for (const ir::Telemetry& telemetry : model.telemetry) {
    look(telemetry.by);
    look(telemetry.size);
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (const ir::TelemetryField& field : group.fields) look(field.value);
  }
}

bool measures(const model::Model& model, ir::Measure measure) {
  // The head of a report has these (struct sfc_report).
  const bool in_head =
      measure == ir::Measure::Arrived || measure == ir::Measure::Now || measure == ir::Measure::IngressPort;
  bool found = in_head && !reported(model).empty();
  // International Atomic Time is the monotonic clock plus an offset.
  if (measure == ir::Measure::Arrived) found = found || measures(model, ir::Measure::ArrivedTai);
  // Residence times are counted for all packets.
  if (measure == ir::Measure::Now)
    found =
        found || measures(model, ir::Measure::Arrived) || measures(model, ir::Measure::NowTai) || countsFlight(model);
  const auto look = [&](const ir::Expr& part) {
    const auto* node = std::get_if<ir::Measurement>(&part.node);
    found = found || (node && node->measure == measure);
  };
  for (const std::vector<ir::Edit>* statements : {&model.on_arrival, &model.on_return})
    ir::visitExpressions(*statements, look);
  for (const ir::Telemetry& telemetry : model.telemetry)
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (const ir::TelemetryField& field : group.fields)
        if (field.value) ir::visit(field.value, look);
  return found;
}

bool countsFlight(const model::Model& model) {
  return measures(model, ir::Measure::InFlight) || measures(model, ir::Measure::VnfDrops);
}

namespace {

/// Calls `one` with the parts of all expressions of edits that read what a lookup on arrival has found.
void visitRemembering(const model::Model& model, const std::function<void(const ir::Expr&)>& one) {
  if (plan::restoresHeaders(model.kind)) ir::visitExpressions(model.on_return, one);
  if (model.kind == plan::Kind::Terminator) ir::visitExpressions(model.on_arrival, one);
}

}  // namespace

std::vector<unsigned> rememberedTables(const model::Model& model) {
  std::set<unsigned> tables;
  visitRemembering(model, [&](const ir::Expr& part) {
    if (const auto* hit = std::get_if<ir::TableHit>(&part.node)) tables.insert(hit->table);
  });
  return {tables.begin(), tables.end()};
}

std::vector<ir::TableValueRef> rememberedValues(const model::Model& model) {
  std::set<ir::TableValueRef> values;
  visitRemembering(model, [&](const ir::Expr& part) {
    if (const auto* value = std::get_if<ir::TableValueRef>(&part.node)) values.insert(*value);
  });
  return {values.begin(), values.end()};
}

}  // namespace sfc::lower
