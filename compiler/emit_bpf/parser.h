// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A parse graph as a C function: states are labels, transitions are gotos.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"
#include "lib/source/source.h"

namespace sfc::emit_bpf {

/// Adds spec_parseIngress or spec_parseEgress (compiler/bpf/spec.h).
void emitParser(plan::Hook hook, const ir::Program& program, const SourceMap& sources, c::Unit& unit);

}  // namespace sfc::emit_bpf
