// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The counters of a proxy: the fixed ones, and one for every place in the spec where a packet can be dropped.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/program.h"

namespace sfc::plan {

class CounterTable {
public:
  CounterTable(const model::Model& model, const SourceMap& sources);

  /// The exit of packets that hook drops for `reason` at a place of the spec; the same place gives the same exit.
  Exit drop(Hook hook, const std::string& reason, Range range, bool after_claim = false);
  /// The exit of a packet that cannot be read at egress: it never came through ingress, so the policy for misses holds.
  Exit unreadable(const std::string& reason, Range range);
  /// Counts what a requirement did not find in a table. It is no exit: the packet goes the way that the requirement
  /// says.
  Exit miss(const std::string& table) { return add("miss_" + table); }

  const FixedCounters& fixed() const { return fixed_; }
  std::vector<Counter> take() { return std::move(counters_); }

private:
  Exit add(const std::string& name);

  const model::Model& model_;
  const SourceMap& sources_;
  std::vector<Counter> counters_;
  FixedCounters fixed_{};
};

}  // namespace sfc::plan
