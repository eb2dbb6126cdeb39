// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parse graphs of both hooks, and the facts derived from them.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/counters.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Infers where headers are removed and deparsed. Fills both parse graphs, regions, in_record, enclosing, retained and
/// the sizes of a program. False after errors.
bool lowerParser(const model::Model& model, CounterTable& counters, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
