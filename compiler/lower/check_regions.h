// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks that regions begin and end as they should on every path through the parser.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Reports paths past an anchor and empty regions (E0439, E0440), and places that egress would
/// mistake for the place of a region (E0445).
void checkRegions(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
