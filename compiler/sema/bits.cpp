// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The bits that numbers have, and the bits of fields.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"
#include "lib/bytes/bits.h"

namespace sfc::sema {

std::optional<unsigned> widthOf(const ir::Expr& expr, const model::Model& model) {
  if (const auto* ref = std::get_if<ir::FieldRef>(&expr.node)) return model.partOf(*ref).width_bits;
  if (const auto* ref = std::get_if<ir::VariableRef>(&expr.node)) return model.variables[ref->variable].width_bits;
  if (const auto* ref = std::get_if<ir::ParamRef>(&expr.node)) return model.params[ref->param].width_bits;
  if (const auto* ref = std::get_if<ir::TableValueRef>(&expr.node))
    return model.tables[ref->table].values[ref->value].width_bits;
  if (const auto* ahead = std::get_if<ir::Lookahead>(&expr.node)) return ahead->width_bits;
  return std::nullopt;
}

uint64_t mostOf(const ir::ExprPtr& expr, const model::Model& model) {
  if (const auto* constant = std::get_if<ir::Constant>(&expr->node)) return static_cast<uint64_t>(constant->value);
  if (const auto width = widthOf(*expr, model)) return onesOf(*width);
  if (const auto* size = std::get_if<ir::StackSize>(&expr->node)) return model.instances[size->instance].count;
  const auto* binary = std::get_if<ir::Binary>(&expr->node);
  if (!binary) return UINT64_MAX;
  if (binary->op == ir::BinaryOp::And) return std::min(mostOf(binary->left, model), mostOf(binary->right, model));
  const auto* divisor = std::get_if<ir::Constant>(&binary->right->node);
  return binary->op == ir::BinaryOp::Mod && divisor ? static_cast<uint64_t>(divisor->value) - 1 : UINT64_MAX;
}

std::optional<ir::FieldRef> bitsOf(Range range, ir::FieldRef whole, int64_t high, int64_t low,
                                   const model::Model& model, Diagnostics& diagnostics) {
  const ir::Field& field = model.fieldOf(whole);
  if (low < 0 || high < low || high >= field.width_bits || high - low >= MaxNumberBits) {
    diagnostics.error(range, "E0320", fmt::format("'{}' has no bits [{}:{}]", field.name, high, low),
                      fmt::format("write [HIGH:LOW] for at most {} of its bits, which are {} to 0", MaxNumberBits,
                                  field.width_bits - 1));
    return std::nullopt;
  }
  whole.low = static_cast<unsigned>(low);
  whole.bits = static_cast<unsigned>(high - low + 1);
  return whole;
}

ir::ExprPtr equalFields(Range range, ir::FieldRef left, ir::FieldRef right, const model::Model& model,
                        Diagnostics& diagnostics) {
  const ir::Field &one = model.fieldOf(left), &other = model.fieldOf(right);
  if (one.width_bits != other.width_bits) {
    diagnostics.error(
        range, "E0317",
        fmt::format("'{}' has {} bits and '{}' has {}", one.name, one.width_bits, other.name, other.width_bits),
        "both must have the same width");
    return nullptr;
  }
  const auto make = [&](auto node) { return std::make_shared<ir::Expr>(ir::Expr{range, std::move(node)}); };
  ir::ExprPtr all;
  for (unsigned end = one.width_bits; end > 0; end = left.low) {
    left.bits = right.bits = std::min(end, MaxNumberBits);
    left.low = right.low = end - left.bits;
    ir::ExprPtr same = make(ir::Binary{ir::BinaryOp::Eq, make(left), make(right)});
    all = all ? make(ir::Binary{ir::BinaryOp::LogicalAnd, all, same}) : same;
  }
  return all;
}

}  // namespace sfc::sema
