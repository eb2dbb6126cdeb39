// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which packets are sampled, as far as that can be decided when they arrive. No clock is read for the others.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"

namespace sfc::lower {

/// Fills Program::decided and Program::timed. What is decided is what the condition of an `if` of `on return` that is
/// not inside another begins with, if it has a `sampled` and else only tables, parameters and constants.
void planSampling(const model::Model& model, ir::Program& program);

}  // namespace sfc::lower
