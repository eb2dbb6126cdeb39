// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The edits of both hooks: each `drop` gets its counter, and what is decided when a packet arrives becomes a bit that
// the record has.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/counters.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Fills Program::on_arrival and on_return, and what is known of them. Program::remembered and decided must be known.
/// Errors: pops that the verifier could not follow (E0447).
void lowerEdits(const model::Model& model, CounterTable& counters, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
