// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/expressions.h"

#include "compiler/sim/bytes.h"

namespace sfc::sim {

namespace {

class Evaluator {
public:
  explicit Evaluator(const Values& values) : values_(values) {}

  uint64_t operator()(const model::Expr& expr) const {
    if (const auto known = values_.known(expr)) return *known;
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
  uint64_t one(const model::Measurement& node) const { return values_.measured(node.measure); }
  uint64_t one(const model::TelemetryRef& node) const { return values_.telemetry(node); }
  uint64_t one(const model::TableHit& node) const { return values_.hit(node.table); }

  uint64_t one(const model::Sampled& node) const { return values_.sampled(node.number, (*this)(*node.every)); }

  uint64_t one(const model::Unary& node) const {
    return static_cast<uint64_t>(model::apply(node.op, static_cast<int64_t>((*this)(*node.operand))));
  }

  uint64_t one(const model::Binary& node) const {
    const auto left = static_cast<int64_t>((*this)(*node.left));
    if (node.op == ast::BinaryOp::LogicalAnd && left == 0) return 0;
    if (node.op == ast::BinaryOp::LogicalOr && left != 0) return 1;
    return static_cast<uint64_t>(model::apply(node.op, left, static_cast<int64_t>((*this)(*node.right))));
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
    return getBits(base_, header_.fields[field].offset_bits, header_.fields[field].width_bits);
  }

private:
  const model::Header& header_;
  const uint8_t* base_;
};

}  // namespace

uint64_t evaluate(const model::Expr& expr, const Values& values) {
  return Evaluator(values)(expr);
}

uint64_t variableBits(const model::Header& header, const uint8_t* base) {
  return evaluate(*header.variable_bits, OwnFields(header, base));
}

}  // namespace sfc::sim
