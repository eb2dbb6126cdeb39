// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The keys of a classifier's tables. In sfc_packet.key the first word says which tables a packet can be in; the keys
// follow, one for each table, each from a whole word on.
#pragma once

#include "compiler/plan/program.h"

namespace sfc::plan {

/// Lays out the keys of all tables, and the words that hold them. Errors: a key is too large (E0709).
void layoutTables(Program& program, Diagnostics& diagnostics);

/// Where a table's key begins in sfc_packet.key, in words.
unsigned keyWordOf(const Program& program, size_t table);

}  // namespace sfc::plan
