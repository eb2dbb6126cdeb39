// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is not the proxy's passes, also where it cannot be read.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Finds for each drop of the parse graphs whether the packet is the proxy's there, and lets it pass or asks if it need
/// not be. Warns of what is dropped before it can be asked. The checks must be known.
void placeDoubts(const model::Model& model, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
