// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Conditions that never hold, and those that always do.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Warns of them in the proxy's own file, and of requirements that no packet meets together. What constants with a name
/// decide is no mistake: `-D` switches a program by them.
void warnOfConditions(const model::Model& model, const ir::Program& program, const SourceMap& sources,
                      Diagnostics& diagnostics);

}  // namespace sfc::lower
