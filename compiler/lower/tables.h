// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The keys of tables. A classifier makes all of them before it looks a packet up: the first word of sfc_packet.key
// tells which tables the packet can be in; the keys follow, one for each table, each at a whole word. A requirement
// looks one table up at a time: its key is made in sfc_packet.asked.
#pragma once

#include "compiler/ir/program.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Lays out the keys of all tables, and the words that hold a classifier's. Errors: a key is too large (E0709).
void layoutTables(ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
