// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Elements of stacks, and the loops that fill them.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Reports elements that cannot be found or popped (E0442, E0443), and loops that are too much for the verifier
/// (E0436).
void checkStacks(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
