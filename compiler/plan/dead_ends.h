// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Ways of the parser on which no packet gets through, as it has been there before.
#pragma once

#include "compiler/plan/program.h"

namespace sfc::plan {

/// Warns of them in the proxy's own file: there a header is extracted once more than there is room for.
void warnOfDeadEnds(const Program& program, Diagnostics& diagnostics);

}  // namespace sfc::plan
