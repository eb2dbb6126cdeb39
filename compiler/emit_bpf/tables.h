// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Tables: their maps, the keys of a packet, and the lookups of a classifier.
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Adds the maps.
void emitTableMaps(const ir::Program& program, c::Unit& unit);

/// Adds spec_lookUp, by which a classifier finds the headers to push.
void emitLookUp(const ir::Program& program, c::Unit& unit);

/// Emits code that stores a field in the key at the pointer `key`; the header is at the pointer `look`.
void emitTableField(const plan::TableField& place, const ir::Field& field, unsigned header_size, const c::Expr& key,
                    const c::Expr& look, c::Block& out);

}  // namespace sfc::emit_bpf
