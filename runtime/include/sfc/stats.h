// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Counters of a proxy and the equations that hold between them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sfc/info.h"

namespace sfc {

struct Stats {
  // One value for each of the plan's counters, in their order, summed over the CPUs.
  std::vector<uint64_t> raw;
  // Sums over equal names in the order of the plan, then `flushed` and `live`.
  std::vector<std::pair<std::string, uint64_t>> by_name;

  /// The counter of this name; 0 if the proxy has none.
  uint64_t operator[](std::string_view name) const;
  bool operator==(const Stats&) const = default;
};

/// The counters before and after the entries were counted. Counters only grow, so whatever one was at a moment in
/// between, it was not less than before and not more than after.
struct Look {
  Stats before;
  Stats after;
  unsigned cpus = 1;

  /// Nothing moved meanwhile, so all of it is of one moment.
  bool atRest() const { return before == after; }
};

struct Term {
  std::string name;
  uint64_t value = 0;  // at the end of a look
  // What it was at one moment of the look, the same for all terms, lies between these; at rest both are the value.
  uint64_t least = 0;
  uint64_t most = 0;
};

/// One equation between counters: the terms on both sides are to have the same sum.
struct Equation {
  std::vector<Term> left;
  std::vector<Term> right;
  std::string skipped;      // why it does not apply to this proxy; empty: it does
  uint64_t unfinished = 0;  // packets that may have been counted on one side only: one for each CPU, none at rest

  uint64_t leftSum() const;
  uint64_t rightSum() const;
  /// The least and the most by which the left side can have been greater than the right.
  int64_t least() const;
  int64_t most() const;
  bool isExact() const { return leftSum() == rightSum(); }
  /// At rest, if both sides are the same; else if they can have been.
  bool balances() const { return !skipped.empty() || (least() <= 0 && most() >= 0); }
};

struct Audit {
  Stats stats;  // the counters that were looked at
  std::vector<Equation> equations;
  // Nothing moved while they were read, so the books are exact. Else they balance if what moved can be the difference.
  bool at_rest = true;

  bool balances() const;
};

/// The equations for counters of a proxy with this plan and store.
std::vector<Equation> audit(const plan::Plan& plan, Store store, const Look& look);

}  // namespace sfc
