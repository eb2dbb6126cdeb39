// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Conditions that never hold, and those that always do.
#pragma once

#include "compiler/plan/program.h"

namespace sfc::plan {

/// Warns of them in the proxy's own file, and of requirements that no packet meets together. What constants with a name
/// decide is no mistake: `-D` switches a program by them.
void warnOfConditions(const Program& program, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sfc::plan
