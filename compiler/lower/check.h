// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What both hooks must see alike, checked on the walks.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Reports whatever lets egress see a packet otherwise than ingress behind its cuts (E043x, E05xx), what `on return`
/// names that is not in the record (E0228), and loops that the verifier could not follow (E0436).
void checkWalks(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
