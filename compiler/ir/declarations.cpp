// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/declarations.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/bytes/bits.h"

namespace sfc::ir {

namespace {

/// The value of a number in the text, or of ~ or - before one.
std::optional<int64_t> constantOf(const ExprPtr& expr) {
  if (const auto* constant = std::get_if<Constant>(&expr->node)) return constant->value;
  const auto* unary = std::get_if<Unary>(&expr->node);
  const auto operand = unary ? constantOf(unary->operand) : std::nullopt;
  return operand ? std::optional(apply(unary->op, *operand)) : std::nullopt;
}

}  // namespace

ByteSpan spanOf(const Field& field) {
  const unsigned first = field.offset_bits / 8;
  return {first, (field.offset_bits + field.width_bits + 7) / 8 - first};
}

bool hasComputed(const Header& header) {
  return std::any_of(header.fields.begin(), header.fields.end(),
                     [](const Field& field) { return field.computed != Computed::No; });
}

bool isUnknown(const TelemetryField& field) {
  if (!field.value) return false;
  const auto constant = constantOf(field.value);
  const uint64_t ones = onesOf(field.width_bits);
  return constant && (static_cast<uint64_t>(*constant) & ones) == ones;
}

void visitExpressions(const Telemetry& telemetry, const std::function<void(const Expr&)>& one) {
  const auto look = [&](const ExprPtr& expr) {
    if (expr) visit(expr, one);
  };
  look(telemetry.by);
  look(telemetry.size);
  for (const TelemetryGroup& group : telemetry.groups)
    for (const TelemetryField& field : group.fields) look(field.value);
  for (const Collected& collected : telemetry.collected) {
    look(collected.at);
    look(collected.size);
  }
}

Field Declarations::partOf(const FieldRef& ref) const {
  Field part = fieldOf(ref);
  if (!ref.isSlice()) return part;
  part.name += fmt::format("[{}:{}]", ref.low + ref.bits - 1, ref.low);
  part.offset_bits += part.width_bits - ref.low - ref.bits;
  part.width_bits = ref.bits;
  return part;
}

bool isUpdated(const Field& field, const Declarations& declarations) {
  if (field.computed == Computed::No || field.computed == Computed::Length) return false;
  return !plan::pushesHeaders(declarations.kind) || field.computed == Computed::HeaderChecksum;
}

unsigned pushedElements(unsigned instance, const Declarations& declarations) {
  unsigned count = 1;
  for (const PushDefault& one : declarations.push_defaults)
    if (one.instance == instance && one.element) count = std::max(count, *one.element + 1);
  return count;
}

int64_t pushedValue(const PushDefault& one, int64_t elements) {
  return apply(BinaryOp::Add, std::get<Constant>(one.value->node).value,
               apply(BinaryOp::Mul, one.per_element, elements));
}

int64_t pushedValue(const PushDefault& one, const Declarations& declarations) {
  int64_t elements = 0;
  for (const unsigned instance : declarations.pushed)
    if (declarations.instances[instance].is_stack) elements = pushedElements(instance, declarations);
  return pushedValue(one, elements);
}

bool appliesTo(const PushDefault& one, unsigned instance, unsigned element, const Declarations& declarations) {
  if (one.instance != instance || one.element.value_or(element) != element) return false;
  return !one.last_only || element + 1 == pushedElements(instance, declarations);
}

}  // namespace sfc::ir
