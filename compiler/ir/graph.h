// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Graphs: what can be reached from where, and what holds on all or some paths to a node.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "compiler/ir/declarations.h"

namespace sfc::ir {

/// A relation: row to column.
using Relation = std::vector<std::vector<bool>>;

/// Makes a relation transitive.
void closeTransitively(Relation& relation);

/// For every pair of states: can the second be reached from the first by one or more transitions?
Relation reachability(const Declarations& declarations);

/// All nodes that can be reached from `from`, these included. `next(node, visit)` calls `visit` with each successor.
template <typename Number, typename Next>
std::set<Number> reachedFrom(std::set<Number> from, const Next& next) {
  std::vector<Number> open(from.begin(), from.end());
  while (!open.empty()) {
    const Number node = open.back();
    open.pop_back();
    next(node, [&](Number to) {
      if (from.insert(to).second) open.push_back(to);
    });
  }
  return from;
}

/// Repeats `round` until it says that it has changed nothing.
template <typename Round>
void untilStable(const Round& round) {
  while (round()) {
  }
}

}  // namespace sfc::ir
