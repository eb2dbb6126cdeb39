// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/expressions.h"

#include "compiler/sim/bytes.h"

namespace sfc::sim {

namespace {

class Evaluator {
public:
  explicit Evaluator(const Values& values) : values_(values) {}

  uint64_t operator()(const ir::Expr& expr) const {
    return std::visit([this](const auto& node) { return one(node); }, expr.node);
  }

private:
  uint64_t one(const ir::Constant& node) const { return static_cast<uint64_t>(node.value); }
  uint64_t one(const ir::FieldRef& node) const { return values_.field(node); }
  uint64_t one(const ir::OwnField& node) const { return values_.ownField(node.field); }
  uint64_t one(const ir::VariableRef& node) const { return values_.variable(node.variable); }
  uint64_t one(const ir::ParamRef& node) const { return values_.param(node.param); }
  uint64_t one(const ir::Lookahead& node) const { return values_.lookahead(node.width_bits); }
  uint64_t one(const ir::StackSize& node) const { return values_.size(node.instance); }
  uint64_t one(const ir::Measurement& node) const { return values_.measured(node.measure); }
  uint64_t one(const ir::TelemetryRef& node) const { return values_.telemetry(node); }
  uint64_t one(const ir::TableHit& node) const { return values_.hit(node.table); }
  uint64_t one(const ir::TableValueRef& node) const { return values_.tableValue(node); }
  uint64_t one(const ir::ArrivalBit& node) const { return values_.arrivalBit(node.bit); }

  uint64_t one(const ir::Sampled& node) const { return values_.sampled(node.number, (*this)(*node.every)); }

  uint64_t one(const ir::MulMod& node) const {
    const uint64_t left = (*this)(*node.left), right = (*this)(*node.right);
    return ir::mulMod(left, right, (*this)(*node.modulus));
  }

  uint64_t one(const ir::Unary& node) const {
    return static_cast<uint64_t>(ir::apply(node.op, static_cast<int64_t>((*this)(*node.operand))));
  }

  uint64_t one(const ir::Binary& node) const {
    const auto left = static_cast<int64_t>((*this)(*node.left));
    if (node.op == ir::BinaryOp::LogicalAnd && left == 0) return 0;
    if (node.op == ir::BinaryOp::LogicalOr && left != 0) return 1;
    return static_cast<uint64_t>(ir::apply(node.op, left, static_cast<int64_t>((*this)(*node.right))));
  }

  const Values& values_;
};

/// The fields of one header, and nothing else.
class OwnFields : public Values {
public:
  OwnFields(const ir::Header& header, const uint8_t* base) : header_(header), base_(base) {}

  uint64_t field(const ir::FieldRef&) const override { return 0; }
  uint64_t size(unsigned) const override { return 0; }
  uint64_t variable(unsigned) const override { return 0; }
  uint64_t param(unsigned) const override { return 0; }
  uint64_t ownField(unsigned field) const override {
    return getBits(base_, header_.fields[field].offset_bits, header_.fields[field].width_bits);
  }

private:
  const ir::Header& header_;
  const uint8_t* base_;
};

}  // namespace

uint64_t evaluate(const ir::Expr& expr, const Values& values) {
  return Evaluator(values)(expr);
}

uint64_t variableBits(const ir::Header& header, const uint8_t* base) {
  return evaluate(*header.variable_bits, OwnFields(header, base));
}

}  // namespace sfc::sim
