// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Paths of the parser that no packet gets through, as they extract a header too often.
#pragma once

#include "compiler/ir/program.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Warns of them in the proxy's own file.
void warnOfDeadEnds(const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
