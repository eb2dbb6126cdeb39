// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of the header record. struct sfc_record (compiler/bpf/state.h) has it in C; the emitted programs assert
// that both agree.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills Program::record, and the offsets of regions and stripped headers in it. Measurements, decisions and pushes
/// must be known.
void layoutRecord(ir::Program& program);

}  // namespace sfc::lower
