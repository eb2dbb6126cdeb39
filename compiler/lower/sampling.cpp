// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/sampling.h"

#include <functional>

namespace sfc::lower {

namespace {

using ir::ExprPtr;

constexpr size_t MaxBits = 16;  // sfc_record.flags

bool samples(const ir::Expr& part) {
  return std::holds_alternative<ir::Sampled>(part.node);
}

/// Is this independent of the packet on its return?
bool isKnownOnArrival(const ir::Expr& part) {
  return samples(part) || std::holds_alternative<ir::Constant>(part.node) ||
         std::holds_alternative<ir::ParamRef>(part.node) || std::holds_alternative<ir::TableHit>(part.node) ||
         std::holds_alternative<ir::Unary>(part.node) || std::holds_alternative<ir::Binary>(part.node);
}

/// The first operands of a condition that are known on arrival, and without which it is false; null if they do not
/// sample.
ExprPtr decidedOf(const ExprPtr& condition) {
  if (!has(condition, std::not_fn(isKnownOnArrival))) return has(condition, samples) ? condition : nullptr;
  const auto* both = std::get_if<ir::Binary>(&condition->node);
  return both && both->op == ir::BinaryOp::LogicalAnd ? decidedOf(both->left) : nullptr;
}

bool isMeasuredAtTime(const ir::Expr& part) {
  const auto* node = std::get_if<ir::Measurement>(&part.node);
  return node && node->measure != ir::Measure::IngressPort && node->measure != ir::Measure::EgressPort;
}

bool wantsTime(const ir::Telemetry& telemetry) {
  bool wants = false;
  for (const ir::TelemetryGroup& group : telemetry.groups)
    for (const ir::TelemetryField& field : group.fields) wants |= field.value && has(field.value, isMeasuredAtTime);
  return wants;
}

bool wantsTime(const std::vector<ir::Edit>& statements, const model::Model& model) {
  bool wants = false;
  ir::visitExpressions(statements, [&](const ir::Expr& part) { wants |= isMeasuredAtTime(part); });
  ir::visit(statements, [&](const ir::Edit& statement) {
    wants |= std::holds_alternative<ir::Report>(statement.node);
    if (const auto* node = std::get_if<ir::Insert>(&statement.node))
      wants |= wantsTime(model.telemetry[node->telemetry]);
    if (const auto* node = std::get_if<ir::Write>(&statement.node))
      wants |= wantsTime(model.telemetry[node->telemetry]);
  });
  return wants;
}

}  // namespace

void planSampling(const model::Model& model, ir::Program& program) {
  if (model.kind != plan::Kind::Proxy) return;
  uint64_t timed = 0;
  bool always_timed = false;
  for (const ir::Edit& statement : model.on_return) {
    const auto* node = std::get_if<ir::If>(&statement.node);
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

}  // namespace sfc::lower
