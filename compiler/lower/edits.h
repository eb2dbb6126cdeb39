// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The edits of both hooks: each `drop` gets its counter, and conditions decided on arrival become bits of the record.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/counters.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Fills Program::on_arrival and on_return, and the members about them. Program::remembered and decided must be known.
/// Errors: pops that are too much for the verifier (E0447).
void lowerEdits(const model::Model& model, CounterTable& counters, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
