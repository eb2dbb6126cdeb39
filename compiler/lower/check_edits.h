// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks that edits can be made of the headers that they name.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Reports headers in `on arrival` and `on return` that are not in the record (E0228), pushes made twice or in the
/// wrong place (E0811, E0818), and edits in place that would leave the packet wrong (E0437, E0438).
void checkEdits(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
