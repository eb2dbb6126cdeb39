// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Headers that stay before the stripped bytes and say something about them: lengths, checksums, and the field that is
// rewritten while they are gone.
#pragma once

#include "compiler/ir/program.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// Writes spec_cover, which lets the kept bytes before the region say what is right without it, or with it again; and
/// spec_settle.
void emitCover(const ir::Program& program, Writer& out);

}  // namespace sfc::emit_bpf
