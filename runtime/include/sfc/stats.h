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

struct Term {
  std::string name;
  uint64_t value = 0;
};

/// One equation between counters: the terms on both sides are to have the same sum.
struct Equation {
  std::vector<Term> left;
  std::vector<Term> right;
  std::string skipped;  // why it does not apply to this proxy; empty: it does

  uint64_t leftSum() const;
  uint64_t rightSum() const;
  bool balances() const { return !skipped.empty() || leftSum() == rightSum(); }
};

struct Audit {
  Stats stats;  // the counters that were looked at
  std::vector<Equation> equations;
  // Two reads in a row agreed. If not, packets are on the way and the books need not balance.
  bool at_rest = true;

  bool balances() const;
};

/// The equations for counters of a proxy with this plan and store.
std::vector<Equation> audit(const plan::Plan& plan, Store store, const Stats& stats);

}  // namespace sfc
