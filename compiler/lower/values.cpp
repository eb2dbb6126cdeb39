// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: a condition that no packet meets, or that every packet meets, is a mistake that no packet reveals:
// `ttl > 255` of a field of 8 bits, `flags & 0x80 == 1`, `hops > 5 && hops < 3`.
//
// The idea: each expression has an interval of values and a mask of bits that can be set, both over-approximations. To
// find whether a condition can hold, assume it: `&&` assumes both sides, one after the other; a comparison narrows the
// values of its sides; if those become empty, the condition cannot hold. A condition always holds if it cannot fail.
//
// Expressions with the same text have the same value, as fields do not change while conditions are checked. Only
// `sampled` does.
#include "compiler/lower/values.h"

#include <algorithm>
#include <bit>

#include "compiler/ir/print.h"
#include "lib/bytes/bits.h"

namespace sfc::lower {

namespace {

using ir::BinaryOp;
using ir::Expr;
using ir::ExprPtr;

/// All bits up to the highest of these.
uint64_t upTo(uint64_t bits) {
  return bits == 0 ? 0 : UINT64_MAX >> std::countl_zero(bits);
}

/// Narrows the bits by the interval, and the interval by the bits.
Values tidy(Values values) {
  if (values.least > values.most) return values;
  if (values.least >= 0) values.bits &= upTo(static_cast<uint64_t>(values.most));
  if (values.bits <= INT64_MAX) {
    values.least = std::max<int64_t>(values.least, 0);
    values.most = std::min(values.most, static_cast<int64_t>(values.bits));
  }
  return values;
}

Values interval(int64_t least, int64_t most) {
  return tidy({least, most, UINT64_MAX});
}

Values ofBits(uint64_t bits) {
  return tidy({INT64_MIN, INT64_MAX, bits});
}

Values ofWidth(unsigned width) {
  return width > 63 ? Values{} : ofBits(onesOf(width));
}

Values both(const Values& a, const Values& b) {
  return tidy({std::max(a.least, b.least), std::min(a.most, b.most), a.bits & b.bits});
}

Values either(const Values& a, const Values& b) {
  return {std::min(a.least, b.least), std::max(a.most, b.most), a.bits | b.bits};
}

/// No value at all, or none with these bits.
bool isEmpty(const Values& values) {
  return values.least > values.most || (values.least == values.most && !values.has(values.least));
}

bool isOne(const Values& values) {
  return values.least == values.most;
}

Values sum(const Values& a, const Values& b) {
  Values result;
  if (__builtin_add_overflow(a.least, b.least, &result.least) || __builtin_add_overflow(a.most, b.most, &result.most))
    return {};
  return tidy(result);
}

Values difference(const Values& a, const Values& b) {
  Values result;
  if (__builtin_sub_overflow(a.least, b.most, &result.least) || __builtin_sub_overflow(a.most, b.least, &result.most))
    return {};
  return tidy(result);
}

Values product(const Values& a, const Values& b) {
  Values result;
  if (a.least < 0 || b.least < 0 || __builtin_mul_overflow(a.least, b.least, &result.least) ||
      __builtin_mul_overflow(a.most, b.most, &result.most))
    return {};
  // Factors of two stay.
  result.bits = UINT64_MAX << std::min(63, std::countr_zero(a.bits) + std::countr_zero(b.bits));
  return tidy(result);
}

/// Division and shift to the right are unsigned.
Values quotient(const Values& a, uint64_t by) {
  if (by == 1) return a;
  if (a.least < 0) return interval(0, static_cast<int64_t>(UINT64_MAX / by));
  return interval(static_cast<int64_t>(static_cast<uint64_t>(a.least) / by),
                  static_cast<int64_t>(static_cast<uint64_t>(a.most) / by));
}

Values shiftedUp(const Values& a, unsigned by) {
  if (a.least < 0 || a.most > (INT64_MAX >> by)) return ofBits(a.bits << by);
  return tidy({a.least << by, a.most << by, a.bits << by});
}

Values shiftedDown(const Values& a, unsigned by) {
  Values result = quotient(a, uint64_t{1} << by);
  result.bits &= a.bits >> by;
  return tidy(result);
}

Values arithmetic(BinaryOp op, const Values& l, const Values& r) {
  // By an unknown constant.
  if ((op == BinaryOp::Div || op == BinaryOp::Shl || op == BinaryOp::Shr) && !isOne(r)) return {};
  if ((op == BinaryOp::Div || op == BinaryOp::Mod) && r.least <= 0) return {};
  switch (op) {
    case BinaryOp::Mul:
      return product(l, r);
    case BinaryOp::Div:
      return quotient(l, static_cast<uint64_t>(r.least));
    case BinaryOp::Mod:
      return interval(0, r.most - 1);
    case BinaryOp::Add:
      return sum(l, r);
    case BinaryOp::Sub:
      return difference(l, r);
    case BinaryOp::Shl:
      return shiftedUp(l, static_cast<unsigned>(r.least));
    case BinaryOp::Shr:
      return shiftedDown(l, static_cast<unsigned>(r.least));
    case BinaryOp::And:
      return ofBits(l.bits & r.bits);
    case BinaryOp::Xor:
    case BinaryOp::Or:
      return ofBits(l.bits | r.bits);
    default:
      return interval(0, 1);  // comparisons, && and ||
  }
}

/// Removes a value that is the least or the most of several.
void exclude(Values& values, int64_t value) {
  if (isOne(values)) return;
  if (values.least == value) values.least++;
  if (values.most == value) values.most--;
}

BinaryOp opposite(BinaryOp op) {
  switch (op) {
    case BinaryOp::Lt:
      return BinaryOp::Ge;
    case BinaryOp::Le:
      return BinaryOp::Gt;
    case BinaryOp::Gt:
      return BinaryOp::Le;
    case BinaryOp::Ge:
      return BinaryOp::Lt;
    case BinaryOp::Eq:
      return BinaryOp::Ne;
    default:
      return BinaryOp::Eq;
  }
}

}  // namespace

bool compares(BinaryOp op) {
  return op == BinaryOp::Lt || op == BinaryOp::Le || op == BinaryOp::Gt || op == BinaryOp::Ge || op == BinaryOp::Eq ||
         op == BinaryOp::Ne;
}

/// The text of an expression, if every expression with that text has the same value; else nothing.
std::string Assumptions::textOf(const ExprPtr& expr) const {
  bool same = true;
  ir::visit(expr, [&](const Expr& part) {
    const auto* constant = std::get_if<ir::Constant>(&part.node);
    if (std::holds_alternative<ir::Sampled>(part.node)) same = false;
    if (constant && constant->has_name && !known_.named_constants) same = false;
  });
  return same ? ir::print(*expr, model_) : "";
}

bool Assumptions::take(const ExprPtr& condition, bool holds) {
  if (const auto* constant = std::get_if<ir::Constant>(&condition->node))
    return constant->has_name || (constant->value != 0) == holds;
  if (const auto* unary = std::get_if<ir::Unary>(&condition->node); unary && unary->op == ir::UnaryOp::Not)
    return take(unary->operand, !holds);
  if (const auto* binary = std::get_if<ir::Binary>(&condition->node)) {
    if (binary->op == BinaryOp::LogicalAnd || binary->op == BinaryOp::LogicalOr) {
      if (holds != (binary->op == BinaryOp::LogicalAnd)) return takeEither(*binary, holds);
      return take(binary->left, holds) && take(binary->right, holds);
    }
    if (compares(binary->op))
      return takeComparison(holds ? binary->op : opposite(binary->op), binary->left, binary->right);
  }
  const auto zero = std::make_shared<Expr>(Expr{condition->range, ir::Constant{}});
  return takeComparison(holds ? BinaryOp::Ne : BinaryOp::Eq, condition, zero);
}

/// At least one side is so. If both can be, only facts that follow from either are learnt.
bool Assumptions::takeEither(const ir::Binary& node, bool holds) {
  Assumptions left = *this, right = *this;
  const bool left_can = left.take(node.left, holds), right_can = right.take(node.right, holds);
  if (left_can != right_can) {
    learnt_ = std::move(left_can ? left.learnt_ : right.learnt_);
    unequal_ = std::move(left_can ? left.unequal_ : right.unequal_);
  } else if (left_can) {
    for (const auto& [text, values] : left.learnt_)
      if (const auto other = right.learnt_.find(text); other != right.learnt_.end())
        learnt_[text] = either(values, other->second);
  }
  return left_can || right_can;
}

bool Assumptions::takeComparison(BinaryOp op, const ExprPtr& left, const ExprPtr& right) {
  if (op == BinaryOp::Gt || op == BinaryOp::Ge)
    return takeComparison(op == BinaryOp::Gt ? BinaryOp::Lt : BinaryOp::Le, right, left);
  const std::string left_text = textOf(left), right_text = textOf(right);
  const bool have_texts = !left_text.empty() && !right_text.empty();
  if (have_texts && left_text == right_text) return op == BinaryOp::Le || op == BinaryOp::Eq;
  const auto texts = std::minmax(left_text, right_text);
  if (op == BinaryOp::Eq && unequal_.count(texts)) return false;
  if (op == BinaryOp::Ne && have_texts) unequal_.insert(texts);
  Values l = valuesOf(left), r = valuesOf(right);
  if (op == BinaryOp::Eq) {
    l = r = both(l, r);
  } else if (op == BinaryOp::Ne) {
    if (isOne(l) && isOne(r) && l.least == r.least) return false;
    if (isOne(r)) exclude(l, r.least);
    if (isOne(l)) exclude(r, l.least);
  } else {
    const int64_t apart = op == BinaryOp::Lt ? 1 : 0;
    if (l.least > r.most || (apart && l.least == r.most)) return false;
    l.most = std::min(l.most, r.most - apart);
    r.least = std::max(r.least, l.least + apart);
  }
  l = tidy(l);
  r = tidy(r);
  if (isEmpty(l) || isEmpty(r)) return false;
  if (!left_text.empty()) learnt_[left_text] = l;
  if (!right_text.empty()) learnt_[right_text] = r;
  return true;
}

Values Assumptions::valuesOf(const ExprPtr& expr) const {
  const Values values = byNode(*expr);
  if (learnt_.empty()) return values;
  const auto learnt = learnt_.find(textOf(expr));
  return learnt == learnt_.end() ? values : both(values, learnt->second);
}

Values Assumptions::byNode(const Expr& expr) const {
  if (const auto* node = std::get_if<ir::Constant>(&expr.node))
    return node->has_name && !known_.named_constants
               ? Values{}
               : Values{node->value, node->value, static_cast<uint64_t>(node->value)};
  if (const auto* node = std::get_if<ir::FieldRef>(&expr.node)) {
    if (known_.absent.count(node->instance)) return interval(0, 0);
    return ofWidth(model_.partOf(*node).width_bits);
  }
  if (const auto* node = std::get_if<ir::VariableRef>(&expr.node))
    return ofWidth(model_.variables[node->variable].width_bits);
  if (const auto* node = std::get_if<ir::ParamRef>(&expr.node)) return ofWidth(model_.params[node->param].width_bits);
  if (const auto* node = std::get_if<ir::Lookahead>(&expr.node)) return ofWidth(node->width_bits);
  if (const auto* node = std::get_if<ir::StackSize>(&expr.node))
    return interval(0, known_.absent.count(node->instance) ? 0 : model_.instances[node->instance].count);
  if (const auto* node = std::get_if<ir::TableValueRef>(&expr.node))
    return ofWidth(model_.tables[node->table].values[node->value].width_bits);
  if (std::holds_alternative<ir::TableHit>(expr.node) || std::holds_alternative<ir::Sampled>(expr.node))
    return interval(0, 1);
  if (std::holds_alternative<ir::MulMod>(expr.node)) return ofWidth(ir::MulMod::MaxModulusBits);
  if (const auto* node = std::get_if<ir::Unary>(&expr.node)) {
    const Values operand = valuesOf(node->operand);
    if (node->op == ir::UnaryOp::Not) return interval(0, 1);
    if (node->op == ir::UnaryOp::Complement) return interval(~operand.most, ~operand.least);
    return operand.least == INT64_MIN ? Values{} : interval(-operand.most, -operand.least);
  }
  if (const auto* node = std::get_if<ir::Binary>(&expr.node))
    return arithmetic(node->op, valuesOf(node->left), valuesOf(node->right));
  return {};  // times, numbers of packets, sizes of telemetry
}

}  // namespace sfc::lower
