// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The counters of a proxy: the fixed ones, and one for every place in the spec that can drop a packet.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"

namespace sfc::lower {

class CounterTable {
public:
  CounterTable(const model::Model& model, const SourceMap& sources);

  /// The exit of packets that a hook drops for `reason` at a place of the spec; the same place gives the same exit.
  ir::Exit drop(plan::Hook hook, const std::string& reason, Range range, bool after_claim = false);
  /// The exit of a packet that egress cannot parse: it never came through ingress, so the policy for misses applies.
  ir::Exit unreadable(const std::string& reason, Range range);
  /// Counts the packets that a requirement did not find in a table. It is no exit: the requirement says where the
  /// packet goes.
  ir::Exit miss(const std::string& table) { return add("miss_" + table); }

  /// Adds the counters of an ingress hook at TC.
  void countTcIngress(ir::FixedCounters& fixed);

  const ir::FixedCounters& fixed() const { return fixed_; }
  std::vector<plan::Counter> take() { return std::move(counters_); }

private:
  ir::Exit add(const std::string& name);

  const model::Model& model_;
  const SourceMap& sources_;
  std::vector<plan::Counter> counters_;
  ir::FixedCounters fixed_{};
};

}  // namespace sfc::lower
