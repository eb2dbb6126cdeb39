// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Sampling decisions that can be made when a packet arrives. No clock is read for packets that are not sampled.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"

namespace sfc::lower {

/// Fills Program::decided and Program::timed. Decided are the first operands of the condition of each outermost `if` of
/// `on return`, if they have a `sampled` and otherwise only tables, parameters and constants.
void planSampling(const model::Model& model, ir::Program& program);

}  // namespace sfc::lower
