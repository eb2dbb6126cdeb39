// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The walks of both hooks over the parser graph, and what is inferred from it.
#pragma once

#include <optional>

#include "compiler/plan/counters.h"
#include "compiler/plan/program.h"

namespace sfc::plan {

struct Walks {
  Walk ingress, egress;
  std::optional<Hidden> hidden;
  std::vector<unsigned> stripped;  // instances in the order in which they lie in the packet
  unsigned min_prefix = 0, max_prefix = 0;
};

/// Infers where headers are cut out and put back. Nothing after errors.
std::optional<Walks> inferWalks(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics);

}  // namespace sfc::plan
