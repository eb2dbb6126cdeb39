// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Requirements and table lookups: where in a parse graph each is checked, and the exit of a packet that fails.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/counters.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Fills Program::early_checks, late_checks, remembered and table_misses. The parse graphs must be known.
void lowerRequirements(const model::Model& model, CounterTable& counters, ir::Program& program,
                       Diagnostics& diagnostics);

}  // namespace sfc::lower
