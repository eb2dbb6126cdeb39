// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks that both hooks read a packet alike, its key included.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Reports reads by which egress would see a packet otherwise than ingress behind the regions (E0430 to E0432, E0441,
/// E05xx).
void checkReads(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
