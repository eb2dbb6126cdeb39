// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parse graphs of both hooks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "compiler/lower/anchors.h"
#include "compiler/lower/counters.h"

namespace sfc::lower {

/// Facts from the ingress graph for the egress graph.
struct Returns {
  std::map<std::pair<unsigned, unsigned>, uint64_t>
      values;                 // region, state behind it -> value of the next-header field
  std::set<unsigned> nested;  // stripped states that follow in the packet as the SF sees it
  bool reenters = false;      // the last region can go on behind a state that extracts nothing
};

ir::ParseGraph makeIngress(const model::Model& model, const Anchors& anchors, CounterTable& counters, Returns& returns,
                           Diagnostics& diagnostics);
ir::ParseGraph makeEgress(const model::Model& model, const Anchors& anchors, Returns& returns, CounterTable& counters,
                          Diagnostics& diagnostics);

}  // namespace sfc::lower
