// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The next-header fields before the regions.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Adds spec_save, spec_rewrite, spec_exchange, spec_deparse and spec_deparseInPlace; for a classifier the last two
/// alone.
void emitNextHeader(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
