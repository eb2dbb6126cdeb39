// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/expr.h"

#include <algorithm>

#include "lib/variant/overloaded.h"

namespace sfc::ir {

int64_t apply(BinaryOp op, int64_t left, int64_t right) {
  const auto l = static_cast<uint64_t>(left), r = static_cast<uint64_t>(right);
  using Op = BinaryOp;
  switch (op) {
    case Op::Mul:
      return static_cast<int64_t>(l * r);
    case Op::Div:
      return r == 0 ? 0 : static_cast<int64_t>(l / r);
    case Op::Mod:
      return r == 0 ? left : static_cast<int64_t>(l % r);
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
    case Op::ULt:
      return l < r;
    case Op::ULe:
      return l <= r;
    case Op::UGt:
      return l > r;
    case Op::UGe:
      return l >= r;
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

int64_t apply(UnaryOp op, int64_t operand) {
  switch (op) {
    case UnaryOp::Not:
      return !operand;
    case UnaryOp::Complement:
      return ~operand;
    case UnaryOp::Negate:
      return static_cast<int64_t>(0 - static_cast<uint64_t>(operand));
  }
  return 0;
}

uint64_t mulMod(uint64_t left, uint64_t right, uint64_t modulus) {
  __extension__ using Wide = unsigned __int128;
  if (modulus == 0 || modulus >> MulMod::MaxModulusBits) return 0;
  return static_cast<uint64_t>(Wide{left} * right % modulus);
}

void visit(const ExprPtr& expr, const std::function<void(const Expr&)>& one) {
  one(*expr);
  std::visit(Overloaded{[&](const Sampled& node) { visit(node.every, one); },
                        [&](const MulMod& node) {
                          for (const ExprPtr* part : {&node.left, &node.right, &node.modulus}) visit(*part, one);
                        },
                        [&](const Unary& node) { visit(node.operand, one); },
                        [&](const Binary& node) {
                          visit(node.left, one);
                          visit(node.right, one);
                        },
                        [](const auto&) {}},
             expr->node);
}

bool has(const ExprPtr& expr, const std::function<bool(const Expr&)>& is) {
  bool found = false;
  visit(expr, [&](const Expr& part) { found = found || is(part); });
  return found;
}

ExprPtr replaced(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& other) {
  if (!expr) return nullptr;
  if (ExprPtr instead = other(expr)) return instead;
  const auto with = [&](auto node) { return std::make_shared<const Expr>(Expr{expr->range, std::move(node)}); };
  return std::visit(
      Overloaded{[&](const Sampled& node) { return with(Sampled{node.number, replaced(node.every, other)}); },
                 [&](const MulMod& node) {
                   return with(
                       MulMod{replaced(node.left, other), replaced(node.right, other), replaced(node.modulus, other)});
                 },
                 [&](const Unary& node) { return with(Unary{node.op, replaced(node.operand, other)}); },
                 [&](const Binary& node) {
                   return with(Binary{node.op, replaced(node.left, other), replaced(node.right, other)});
                 },
                 [&](const auto&) { return expr; }},
      expr->node);
}

std::optional<unsigned> tableOf(const Expr& expr) {
  if (const auto* hit = std::get_if<TableHit>(&expr.node)) return hit->table;
  if (const auto* value = std::get_if<TableValueRef>(&expr.node)) return value->table;
  return std::nullopt;
}

std::vector<unsigned> tablesOf(const ExprPtr& expr) {
  std::vector<unsigned> tables;
  visit(expr, [&](const Expr& part) {
    const auto table = tableOf(part);
    if (table && !std::count(tables.begin(), tables.end(), *table)) tables.push_back(*table);
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

}  // namespace sfc::ir
