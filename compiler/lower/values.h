// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The possible values of an expression over all packets: from the widths of its operands, and from conditions that are
// assumed to hold.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "compiler/ir/declarations.h"

namespace sfc::lower {

/// Numbers from `least` to `most` that have no other bits set than `bits`.
struct Values {
  int64_t least = INT64_MIN;
  int64_t most = INT64_MAX;
  uint64_t bits = UINT64_MAX;

  bool has(int64_t value) const {
    return least <= value && value <= most && (static_cast<uint64_t>(value) & ~bits) == 0;
  }
};

/// Known facts besides widths.
struct Known {
  bool named_constants = false;  // they have their present values; else `-D` may give them others
  std::set<unsigned> absent;     // instances that no packet has
};

/// Conditions that are assumed to hold together. A "no" is certain, a "yes" is not.
class Assumptions {
public:
  Assumptions(const ir::Declarations& model, const Known& known) : model_(model), known_(known) {}

  /// Can the condition hold (or not hold) together with all assumed so far? It is assumed from here on.
  bool take(const ir::ExprPtr& condition, bool holds = true);

  Values valuesOf(const ir::ExprPtr& expr) const;

private:
  bool takeEither(const ir::Binary& node, bool holds);
  bool takeComparison(ir::BinaryOp op, const ir::ExprPtr& left, const ir::ExprPtr& right);
  std::string textOf(const ir::ExprPtr& expr) const;
  Values byNode(const ir::Expr& expr) const;

  const ir::Declarations& model_;
  const Known& known_;
  std::map<std::string, Values> learnt_;                   // by the text of the expression
  std::set<std::pair<std::string, std::string>> unequal_;  // pairs of texts, the smaller one first
};

/// Is this a comparison?
bool compares(ir::BinaryOp op);

}  // namespace sfc::lower
