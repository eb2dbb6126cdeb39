// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sema/model.h"

namespace sfc::model {

StateKind kindOf(const State& state, const Model& model) {
  if (state.region) return StateKind::Stripped;
  for (const Statement& statement : state.body)
    if (const auto* extract = std::get_if<Extract>(&statement.node))
      return model.instances[extract->instance].stripped ? StateKind::Stripped : StateKind::Kept;
  return StateKind::Nothing;
}

unsigned regionOf(const State& state, const Model& model) {
  if (state.region) return *state.region;
  for (const Statement& statement : state.body)
    if (const auto* extract = std::get_if<Extract>(&statement.node)) return model.instances[extract->instance].region;
  return 0;
}

ExprPtr exprOf(const Statement& statement) {
  if (const auto* node = std::get_if<Verify>(&statement.node)) return node->condition;
  if (const auto* node = std::get_if<Limit>(&statement.node)) return node->bytes;
  if (const auto* node = std::get_if<Advance>(&statement.node)) return node->bytes;
  if (const auto* node = std::get_if<AssignVariable>(&statement.node)) return node->value;
  return nullptr;
}

void visit(const ExprPtr& expr, const std::function<void(const Expr&)>& one) {
  one(*expr);
  if (const auto* unary = std::get_if<Unary>(&expr->node)) visit(unary->operand, one);
  if (const auto* binary = std::get_if<Binary>(&expr->node)) {
    visit(binary->left, one);
    visit(binary->right, one);
  }
}

}  // namespace sfc::model
