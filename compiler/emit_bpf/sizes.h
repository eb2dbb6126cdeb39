// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the hand-written headers are told as macros: sizes, what a program needs of them, the numbers of counters.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// With which hook those functions are compiled that are not static (compiler/bpf/base.h).
struct Helpers {
  const char* of_ingress = "SFC_AT_INGRESS";
  const char* of_egress = "SFC_AT_EGRESS";
};

void emitSizes(const ir::Program& program, const Helpers& helpers, c::Unit& unit);

/// Asserts that the C structs are laid out as the program and the plan say.
void emitLayoutAsserts(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
