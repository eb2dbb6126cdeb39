// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What values expressions can have: never less than they do have. Random conditions are worked out for random packets,
// and what holds of one packet must be possible, alone and together.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "compiler/ir/print.h"
#include "compiler/lower/values.h"

namespace sfc {
namespace {

using ir::BinaryOp;
using ir::Expr;
using ir::ExprPtr;
using lower::Assumptions;
using lower::Known;

ExprPtr make(decltype(Expr::node) node) {
  return std::make_shared<Expr>(Expr{{}, std::move(node)});
}

/// One header with fields of these widths.
constexpr unsigned Widths[] = {1, 3, 8, 16, 63};

ir::Declarations oneHeader() {
  ir::Declarations model;
  ir::Header header;
  header.name = "h_t";
  for (const unsigned width : Widths) header.fields.push_back({fmt::format("f{}", width), 0, width, false, {}});
  model.headers.push_back(header);
  ir::Instance instance;
  instance.name = "h";
  model.instances.push_back(instance);
  return model;
}

using Packet = std::vector<uint64_t>;  // the fields

int64_t valueOf(const Expr& expr, const Packet& packet) {
  if (const auto* node = std::get_if<ir::Constant>(&expr.node)) return node->value;
  if (const auto* node = std::get_if<ir::FieldRef>(&expr.node)) return static_cast<int64_t>(packet[node->field]);
  if (const auto* node = std::get_if<ir::Unary>(&expr.node))
    return ir::apply(node->op, valueOf(*node->operand, packet));
  const auto& node = std::get<ir::Binary>(expr.node);
  return ir::apply(node.op, valueOf(*node.left, packet), valueOf(*node.right, packet));
}

class Maker {
public:
  explicit Maker(unsigned seed) : random_(seed) {}

  unsigned below(unsigned most) { return static_cast<unsigned>(random_() % most); }

  /// Small numbers, and those at the borders of widths.
  int64_t number() {
    const int64_t border = int64_t{1} << below(63);
    const int64_t numbers[] = {below(4), below(300), border - 1, border, border + 1, -1};
    return numbers[below(6)];
  }

  Packet packet() {
    Packet fields;
    for (const unsigned width : Widths)
      fields.push_back(static_cast<uint64_t>(number()) & ((uint64_t{1} << width) - 1));
    return fields;
  }

  ExprPtr expr(unsigned depth) {
    if (depth == 0 || below(5) == 0)
      return below(3) ? make(ir::FieldRef{0, 0, below(std::size(Widths))}) : make(ir::Constant{number()});
    if (below(6) == 0) return make(ir::Unary{static_cast<ir::UnaryOp>(below(3)), expr(depth - 1)});
    const auto op = static_cast<BinaryOp>(below(static_cast<unsigned>(BinaryOp::LogicalOr) + 1));
    const bool divides = op == BinaryOp::Div || op == BinaryOp::Mod,
               shifts = op == BinaryOp::Shl || op == BinaryOp::Shr;
    ExprPtr right = divides  ? make(ir::Constant{1 + (number() & 0xFFFF)})
                    : shifts ? make(ir::Constant{below(64)})
                             : expr(depth - 1);
    return make(ir::Binary{op, expr(depth - 1), right});
  }

private:
  std::mt19937_64 random_;
};

TEST(Values, WhatAPacketHasIsPossible) {
  const ir::Declarations model = oneHeader();
  const Known known{true, {}};
  Maker maker(1);
  for (int round = 0; round < 20000; round++) {
    const Packet packet = maker.packet();
    Assumptions together(model, known);
    for (int i = 0; i < 3; i++) {
      const ExprPtr condition = maker.expr(1 + maker.below(4));
      const int64_t value = valueOf(*condition, packet);
      ASSERT_TRUE(Assumptions(model, known).valuesOf(condition).has(value)) << ir::print(*condition, model);
      ASSERT_TRUE(Assumptions(model, known).take(condition, value != 0)) << ir::print(*condition, model);
      ASSERT_TRUE(together.take(condition, value != 0)) << ir::print(*condition, model) << " as the " << i << "th";
    }
  }
}

TEST(Values, ManyConditionsThatCannotHoldAreFound) {
  const ir::Declarations model = oneHeader();
  const Known known{true, {}};
  Maker maker(2);
  int found = 0;
  for (int round = 0; round < 1000; round++)
    if (!Assumptions(model, known).take(maker.expr(2))) found++;
  EXPECT_GT(found, 50);
}

TEST(Values, ConstantsWithANameCanBeAnything) {
  const ir::Declarations model = oneHeader();
  const ExprPtr too_large = make(ir::Binary{BinaryOp::Gt, make(ir::FieldRef{0, 0, 2}), make(ir::Constant{300, true})});
  EXPECT_TRUE(Assumptions(model, Known{}).take(too_large));
  const Known now{true, {}};
  EXPECT_FALSE(Assumptions(model, now).take(too_large));
  const Known absent{true, {0}};
  const ExprPtr some = make(ir::FieldRef{0, 0, 2});
  EXPECT_TRUE(Assumptions(model, now).take(some));
  EXPECT_FALSE(Assumptions(model, absent).take(some));
}

}  // namespace
}  // namespace sfc
