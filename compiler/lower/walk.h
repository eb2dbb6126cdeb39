// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The walks of both hooks over the parser graph, and what is inferred from it.
#pragma once

#include <optional>

#include "compiler/ir/program.h"
#include "compiler/lower/counters.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

struct Walks {
  ir::ParseGraph ingress, egress;
  std::vector<ir::Region> regions;
  std::vector<ir::InRecord> in_record;
  std::vector<unsigned> covering, kept;  // as in Program
  bool fixed_layout = false;  // every header lies at the same offset of the stripped bytes, a stack at their end
  unsigned min_prefix = 0, max_prefix = 0;
};

/// Infers where headers are cut out and put back. Nothing after errors.
std::optional<Walks> inferWalks(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics);

}  // namespace sfc::lower
