// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Macros for the hand-written headers: sizes, the features that a program needs, the numbers of counters.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// The hook that the global functions are compiled with (compiler/bpf/base.h).
struct Helpers {
  const char* of_ingress = "SFC_AT_INGRESS";
  const char* of_egress = "SFC_AT_EGRESS";
};

void emitSizes(const ir::Program& program, const Helpers& helpers, c::Unit& unit);

/// Asserts that the C structs are laid out as the program and the plan say.
void emitLayoutAsserts(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
