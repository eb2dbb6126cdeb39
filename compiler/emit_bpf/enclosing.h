// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Headers that stay before the stripped bytes and say something about them: lengths, checksums, and the field that is
// rewritten while they are gone.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Adds spec_updateEnclosing, which lets the retained bytes before the region say what is right without it, or with it
/// again; and spec_applyPending.
void emitEnclosing(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
