// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens to kept and stripped bytes besides being moved: hidden fields, the edits of `on return`, and the lengths
// and checksums that follow from the rest of the packet.
#pragma once

#include "compiler/plan/program.h"
#include "lib/source/source.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// Writes spec_save, spec_rewrite, spec_restore and spec_restoreInPlace.
void emitHidden(const plan::Program& program, Writer& out);

/// Writes spec_onReturn.
void emitEdits(const plan::Program& program, const SourceMap& sources, Writer& out);

/// Writes spec_wantsSum and spec_derive.
void emitDerived(const plan::Program& program, Writer& out);

}  // namespace sfc::emit_bpf
