// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Packets that are not the proxy's pass, even if they cannot be parsed.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Decides for each drop of the parse graphs whether the packet is the proxy's there; if it need not be, the packet
/// passes, or is checked first. Warns of packets that are dropped before they can be checked. The checks must be known.
void placeDoubts(const model::Model& model, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
