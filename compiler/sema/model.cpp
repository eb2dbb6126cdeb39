// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sema/model.h"

#include <algorithm>
#include <set>

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

int64_t apply(ast::BinaryOp op, int64_t left, int64_t right) {
  const auto l = static_cast<uint64_t>(left), r = static_cast<uint64_t>(right);
  using Op = ast::BinaryOp;
  switch (op) {
    case Op::Mul:
      return static_cast<int64_t>(l * r);
    case Op::Div:
      return static_cast<int64_t>(l / r);
    case Op::Mod:
      return static_cast<int64_t>(l % r);
    case Op::Add:
      return static_cast<int64_t>(l + r);
    case Op::Sub:
      return static_cast<int64_t>(l - r);
    case Op::Shl:
      return static_cast<int64_t>(l << (r & 63));
    case Op::Shr:
      return static_cast<int64_t>(l >> (r & 63));
    case Op::Lt:
      return left < right;
    case Op::Le:
      return left <= right;
    case Op::Gt:
      return left > right;
    case Op::Ge:
      return left >= right;
    case Op::Eq:
      return left == right;
    case Op::Ne:
      return left != right;
    case Op::And:
      return left & right;
    case Op::Xor:
      return left ^ right;
    case Op::Or:
      return left | right;
    case Op::LogicalAnd:
      return left && right;
    case Op::LogicalOr:
      return left || right;
  }
  return 0;
}

int64_t apply(ast::UnaryOp op, int64_t operand) {
  switch (op) {
    case ast::UnaryOp::Not:
      return !operand;
    case ast::UnaryOp::Complement:
      return ~operand;
    case ast::UnaryOp::Negate:
      return static_cast<int64_t>(0 - static_cast<uint64_t>(operand));
  }
  return 0;
}

std::vector<unsigned> tablesOf(const ExprPtr& expr) {
  std::vector<unsigned> tables;
  visit(expr, [&](const Expr& part) {
    const auto* hit = std::get_if<TableHit>(&part.node);
    if (hit && !std::count(tables.begin(), tables.end(), hit->table)) tables.push_back(hit->table);
  });
  return tables;
}

unsigned lookaheadBytes(const ExprPtr& expr) {
  unsigned bytes = 0;
  visit(expr, [&](const Expr& part) {
    if (const auto* ahead = std::get_if<Lookahead>(&part.node)) bytes = std::max(bytes, (ahead->width_bits + 7) / 8);
  });
  return bytes;
}

bool hasDerived(const Header& header) {
  return std::any_of(header.fields.begin(), header.fields.end(),
                     [](const Field& field) { return field.derived != Derived::No; });
}

void visit(const std::vector<Statement>& statements, const std::function<void(const Statement&)>& one) {
  for (const Statement& statement : statements) {
    one(statement);
    if (const auto* node = std::get_if<If>(&statement.node)) {
      visit(node->then_branch, one);
      visit(node->else_branch, one);
    }
  }
}

void visitExpressions(const std::vector<Statement>& edits, const std::function<void(const Expr&)>& one) {
  const auto look = [&](const ExprPtr& expr) {
    if (expr) visit(expr, one);
  };
  visit(edits, [&](const Statement& statement) {
    if (const auto* node = std::get_if<AssignVariable>(&statement.node)) look(node->value);
    if (const auto* node = std::get_if<AssignField>(&statement.node)) look(node->value);
    if (const auto* node = std::get_if<CopyField>(&statement.node)) look(node->index);
    if (const auto* node = std::get_if<Write>(&statement.node)) look(node->at);
    if (const auto* node = std::get_if<If>(&statement.node)) look(node->condition);
  });
}

std::vector<unsigned> pushedHeaders(const Model& model) {
  std::vector<unsigned> found;
  visit(model.on_return, [&](const Statement& statement) {
    const auto* node = std::get_if<PushHeaders>(&statement.node);
    for (size_t i = 0; node && i < node->instances.size(); i++)
      if (!std::count(found.begin(), found.end(), node->instances[i])) found.push_back(node->instances[i]);
  });
  return found;
}

std::vector<unsigned> pushedRoom(const Model& model) {
  std::vector<unsigned> found;
  visit(model.on_return, [&](const Statement& statement) {
    const auto* node = std::get_if<PushRoom>(&statement.node);
    if (node && !std::count(found.begin(), found.end(), node->telemetry)) found.push_back(node->telemetry);
  });
  return found;
}

bool startsHeaders(const Model& model) {
  return !model.moves.empty() && !pushedHeaders(model).empty();
}

std::vector<unsigned> reported(const Model& model) {
  std::set<unsigned> found;
  for (const std::vector<Statement>* statements : {&model.on_arrival, &model.on_return})
    visit(*statements, [&](const Statement& statement) {
      if (const auto* node = std::get_if<Report>(&statement.node)) found.insert(node->telemetry);
    });
  return {found.begin(), found.end()};
}

void visitReturn(const Model& model, const std::function<void(const Expr&)>& one) {
  visitExpressions(model.on_return, one);
  const auto look = [&](const ExprPtr& expr) {
    if (expr) visit(expr, one);
  };
  for (const Telemetry& telemetry : model.telemetry) {
    look(telemetry.by);
    look(telemetry.size);
    for (const TelemetryGroup& group : telemetry.groups)
      for (const TelemetryField& field : group.fields) look(field.value);
  }
}

bool measures(const Model& model, Measure measure) {
  // What the head of a report says (struct sfc_report).
  const bool in_head = measure == Measure::Arrived || measure == Measure::Now || measure == Measure::IngressPort;
  bool found = in_head && !reported(model).empty();
  // International Atomic Time is the monotonic clock and a distance.
  if (measure == Measure::Arrived) found = found || measures(model, Measure::ArrivedTai);
  // How long packets were with the function is counted for all.
  if (measure == Measure::Now)
    found = found || measures(model, Measure::Arrived) || measures(model, Measure::NowTai) || countsFlight(model);
  const auto look = [&](const Expr& part) {
    const auto* node = std::get_if<Measurement>(&part.node);
    found = found || (node && node->measure == measure);
  };
  for (const std::vector<Statement>* statements : {&model.on_arrival, &model.on_return})
    visitExpressions(*statements, look);
  for (const Telemetry& telemetry : model.telemetry)
    for (const TelemetryGroup& group : telemetry.groups)
      for (const TelemetryField& field : group.fields)
        if (field.value) visit(field.value, look);
  return found;
}

bool countsFlight(const Model& model) {
  return measures(model, Measure::InFlight) || measures(model, Measure::VnfDrops);
}

std::vector<unsigned> rememberedTables(const Model& model) {
  std::set<unsigned> tables;
  if (model.kind == plan::Kind::Proxy)
    visitExpressions(model.on_return, [&](const Expr& part) {
      if (const auto* hit = std::get_if<TableHit>(&part.node)) tables.insert(hit->table);
    });
  return {tables.begin(), tables.end()};
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
  if (const auto* sampled = std::get_if<Sampled>(&expr->node)) visit(sampled->every, one);
  if (const auto* unary = std::get_if<Unary>(&expr->node)) visit(unary->operand, one);
  if (const auto* binary = std::get_if<Binary>(&expr->node)) {
    visit(binary->left, one);
    visit(binary->right, one);
  }
}

bool covers(const Pattern& wide, const Pattern& narrow) {
  if (wide.any()) return true;
  if (narrow.any()) return false;
  if (narrow.interval)
    return wide.interval ? wide.value <= narrow.value && narrow.mask <= wide.mask
                         : narrow.value == narrow.mask && (narrow.value & wide.mask) == wide.value;
  if (wide.interval) return narrow.mask == UINT64_MAX && wide.value <= narrow.value && narrow.value <= wide.mask;
  return (narrow.mask & wide.mask) == wide.mask && (narrow.value & wide.mask) == wide.value;
}

bool covers(const Case& wide, const Case& narrow) {
  for (size_t i = 0; i < wide.patterns.size(); i++)
    if (!covers(wide.patterns[i], narrow.patterns[i])) return false;
  return true;
}

namespace {

bool excludes(const Pattern& one, const Pattern& other) {
  if (one.interval && other.interval) return one.mask < other.value || other.mask < one.value;
  if (other.interval) return one.mask == UINT64_MAX && (one.value < other.value || one.value > other.mask);
  if (one.interval) return excludes(other, one);
  return ((one.value ^ other.value) & one.mask & other.mask) != 0;
}

}  // namespace

bool excludes(const Case& one, const Case& other) {
  for (size_t i = 0; i < one.patterns.size(); i++)
    if (excludes(one.patterns[i], other.patterns[i])) return true;
  return false;
}

}  // namespace sfc::model
