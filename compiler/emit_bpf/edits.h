// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens to kept and stripped bytes besides being moved: the hidden field, and the edits of `on return`.
#pragma once

#include "compiler/plan/program.h"
#include "lib/source/source.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// Writes spec_save and spec_rewrite.
void emitHidden(const plan::Program& program, Writer& out);

/// Writes spec_restore and spec_restoreInPlace.
void emitRestore(const plan::Program& program, Writer& out);

/// Writes spec_onReturn.
void emitEdits(const plan::Program& program, const SourceMap& sources, Writer& out);

}  // namespace sfc::emit_bpf
