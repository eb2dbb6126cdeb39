// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A walk over the parser graph as a C function: states are labels, transitions are gotos.
#pragma once

#include "compiler/ir/program.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// "#line" for a range, if it is somewhere.
void lineDirective(Range range, const SourceMap& sources, Writer& out);

/// Writes spec_parseIngress or spec_parseEgress, as compiler/bpf/ingress.h and egress.h call it.
void emitWalk(plan::Hook hook, const ir::Program& program, const SourceMap& sources, Writer& out);

}  // namespace sfc::emit_bpf
