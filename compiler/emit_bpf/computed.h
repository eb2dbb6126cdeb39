// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The computed fields among the stripped bytes.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Adds spec_wantsSum and, where checksums are finished, spec_finish.
void emitWantsSum(const ir::Program& program, c::Unit& unit);

/// Adds spec_updateComputed.
void emitComputed(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
