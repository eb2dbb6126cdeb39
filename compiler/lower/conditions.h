// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Conditions that never or always hold.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Warns of them in the proxy's own file, and of requirements that no packet meets together. Conditions on named
/// constants alone are no mistake: `-D` configures a program by them.
void warnOfConditions(const model::Model& model, const ir::Program& program, const SourceMap& sources,
                      Diagnostics& diagnostics);

}  // namespace sfc::lower
