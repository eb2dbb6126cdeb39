// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/parser.h"

#include "lib/variant/overloaded.h"

namespace sfc::ir {

namespace {

bool excludes(const Pattern& one, const Pattern& other) {
  if (one.interval && other.interval) return one.mask < other.value || other.mask < one.value;
  if (other.interval) return one.mask == UINT64_MAX && (one.value < other.value || one.value > other.mask);
  if (one.interval) return excludes(other, one);
  return ((one.value ^ other.value) & one.mask & other.mask) != 0;
}

}  // namespace

ExprPtr exprOf(const ParserStatement& statement) {
  return std::visit(
      Overloaded{[](const Extract&) { return ExprPtr(); }, [](const Verify& node) { return node.condition; },
                 [](const Limit& node) { return node.bytes; }, [](const Advance& node) { return node.bytes; },
                 [](const AssignVariable& node) { return node.value; }},
      statement.node);
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

bool excludes(const Case& one, const Case& other) {
  for (size_t i = 0; i < one.patterns.size(); i++)
    if (excludes(one.patterns[i], other.patterns[i])) return true;
  return false;
}

}  // namespace sfc::ir
