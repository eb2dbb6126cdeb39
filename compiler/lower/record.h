// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of the record: what is remembered of a packet while its headers are gone. struct sfc_record
// (compiler/bpf/state.h) has it in C; the emitted programs assert that both agree.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills Program::record, and the offsets in it that regions and stripped headers have. What is measured, decided and
/// pushed must be known.
void layoutRecord(ir::Program& program);

}  // namespace sfc::lower
