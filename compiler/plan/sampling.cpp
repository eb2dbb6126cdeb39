// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/plan/sampling.h"

#include <functional>

namespace sfc::plan {

namespace {

using model::ExprPtr;

constexpr size_t MaxBits = 16;  // sfc_record.hits

bool has(const ExprPtr& expr, const std::function<bool(const model::Expr&)>& is) {
  bool found = false;
  model::visit(expr, [&](const model::Expr& part) { found = found || is(part); });
  return found;
}

bool samples(const model::Expr& part) {
  return std::holds_alternative<model::Sampled>(part.node);
}

/// Does this not depend on the packet as it returns?
bool isKnownOnArrival(const model::Expr& part) {
  return samples(part) || std::holds_alternative<model::Constant>(part.node) ||
         std::holds_alternative<model::ParamRef>(part.node) || std::holds_alternative<model::TableHit>(part.node) ||
         std::holds_alternative<model::Unary>(part.node) || std::holds_alternative<model::Binary>(part.node);
}

/// What a condition begins with that is known on arrival, and without which it is not true; null if nothing there
/// samples.
ExprPtr decidedOf(const ExprPtr& condition) {
  if (!has(condition, std::not_fn(isKnownOnArrival))) return has(condition, samples) ? condition : nullptr;
  const auto* both = std::get_if<model::Binary>(&condition->node);
  return both && both->op == ast::BinaryOp::LogicalAnd ? decidedOf(both->left) : nullptr;
}

bool isMeasuredAtTime(const model::Expr& part) {
  const auto* node = std::get_if<model::Measurement>(&part.node);
  return node && node->measure != model::Measure::IngressPort && node->measure != model::Measure::EgressPort;
}

bool wantsTime(const model::Telemetry& telemetry) {
  bool wants = false;
  for (const model::TelemetryGroup& group : telemetry.groups)
    for (const model::TelemetryField& field : group.fields) wants |= field.value && has(field.value, isMeasuredAtTime);
  return wants;
}

bool wantsTime(const std::vector<model::Statement>& statements, const model::Model& model) {
  bool wants = false;
  model::visitExpressions(statements, [&](const model::Expr& part) { wants |= isMeasuredAtTime(part); });
  model::visit(statements, [&](const model::Statement& statement) {
    wants |= std::holds_alternative<model::Report>(statement.node);
    if (const auto* node = std::get_if<model::Insert>(&statement.node))
      wants |= wantsTime(model.telemetry[node->telemetry]);
    if (const auto* node = std::get_if<model::Write>(&statement.node))
      wants |= wantsTime(model.telemetry[node->telemetry]);
  });
  return wants;
}

}  // namespace

void planSampling(Program& program) {
  const model::Model& model = program.model;
  if (model.kind != Kind::Proxy) return;
  uint64_t timed = 0;
  bool always_timed = false;
  for (const model::Statement& statement : model.on_return) {
    const auto* node = std::get_if<model::If>(&statement.node);
    const ExprPtr decided = node ? decidedOf(node->condition) : nullptr;
    const size_t bit = program.remembered.size() + program.decided.size();
    if (!decided || bit == MaxBits) {
      always_timed |= wantsTime({statement}, model);
      continue;
    }
    program.decided.push_back(decided);
    if (has(node->condition, isMeasuredAtTime) || wantsTime(node->else_branch, model)) always_timed = true;
    if (wantsTime(node->then_branch, model)) timed |= uint64_t{1} << bit;
  }
  program.timed = always_timed ? 0 : timed;
}

}  // namespace sfc::plan
