// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/expressions.h"

#include <algorithm>

#include "compiler/sim/bytes.h"

namespace sfc::sim {

namespace {

class Evaluator {
public:
  explicit Evaluator(const Values& values) : values_(values) {}

  uint64_t operator()(const model::Expr& expr) const {
    return std::visit([this](const auto& node) { return one(node); }, expr.node);
  }

private:
  uint64_t one(const model::Constant& node) const { return static_cast<uint64_t>(node.value); }
  uint64_t one(const model::FieldRef& node) const { return values_.field(node); }
  uint64_t one(const model::OwnField& node) const { return values_.ownField(node.field); }
  uint64_t one(const model::VariableRef& node) const { return values_.variable(node.variable); }
  uint64_t one(const model::ParamRef& node) const { return values_.param(node.param); }
  uint64_t one(const model::Lookahead& node) const { return values_.lookahead(node.width_bits); }
  uint64_t one(const model::StackSize& node) const { return values_.size(node.instance); }

  uint64_t one(const model::Unary& node) const {
    const uint64_t operand = (*this)(*node.operand);
    switch (node.op) {
      case ast::UnaryOp::Not:
        return operand == 0;
      case ast::UnaryOp::Complement:
        return ~operand;
      case ast::UnaryOp::Negate:
        return 0 - operand;
    }
    return 0;
  }

  uint64_t one(const model::Binary& node) const {
    const uint64_t left = (*this)(*node.left);
    if (node.op == ast::BinaryOp::LogicalAnd && left == 0) return 0;
    if (node.op == ast::BinaryOp::LogicalOr && left != 0) return 1;
    return apply(node.op, left, (*this)(*node.right));
  }

  static uint64_t apply(ast::BinaryOp op, uint64_t l, uint64_t r) {
    const auto signed_l = static_cast<int64_t>(l), signed_r = static_cast<int64_t>(r);
    using Op = ast::BinaryOp;
    switch (op) {
      case Op::Mul:
        return l * r;
      case Op::Div:  // by a constant greater than 0, as all below that shift are by 0 to 63
        return l / r;
      case Op::Mod:
        return l % r;
      case Op::Add:
        return l + r;
      case Op::Sub:
        return l - r;
      case Op::Shl:
        return l << r;
      case Op::Shr:
        return l >> r;
      case Op::And:
        return l & r;
      case Op::Xor:
        return l ^ r;
      case Op::Or:
        return l | r;
      case Op::Lt:
        return signed_l < signed_r;
      case Op::Le:
        return signed_l <= signed_r;
      case Op::Gt:
        return signed_l > signed_r;
      case Op::Ge:
        return signed_l >= signed_r;
      case Op::Eq:
        return l == r;
      case Op::Ne:
        return l != r;
      case Op::LogicalAnd:
      case Op::LogicalOr:
        return r != 0;
    }
    return 0;
  }

  const Values& values_;
};

/// The fields of one header, and nothing else.
class OwnFields : public Values {
public:
  OwnFields(const model::Header& header, const uint8_t* base) : header_(header), base_(base) {}

  uint64_t field(const model::FieldRef&) const override { return 0; }
  uint64_t size(unsigned) const override { return 0; }
  uint64_t variable(unsigned) const override { return 0; }
  uint64_t param(unsigned) const override { return 0; }
  uint64_t ownField(unsigned field) const override {
    return loadBits(base_, header_.fields[field].offset_bits, header_.fields[field].width_bits);
  }

private:
  const model::Header& header_;
  const uint8_t* base_;
};

}  // namespace

uint64_t evaluate(const model::Expr& expr, const Values& values) {
  return Evaluator(values)(expr);
}

unsigned lookaheadBytes(const model::ExprPtr& expr) {
  unsigned bytes = 0;
  model::visit(expr, [&](const model::Expr& part) {
    if (const auto* ahead = std::get_if<model::Lookahead>(&part.node))
      bytes = std::max(bytes, (ahead->width_bits + 7) / 8);
  });
  return bytes;
}

uint64_t variableBits(const model::Header& header, const uint8_t* base) {
  return evaluate(*header.variable_bits, OwnFields(header, base));
}

}  // namespace sfc::sim
