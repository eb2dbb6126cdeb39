// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Enclosing headers before the stripped bytes: their lengths, checksums, and the next-header field.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Adds spec_updateEnclosing, which updates the retained bytes before the region for a frame without it, or with it
/// again; and spec_applyPending.
void emitEnclosing(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
