// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The keys of tables. A classifier makes all of them before it looks a packet up: in sfc_packet.key the first word says
// which tables a packet can be in; the keys follow, one for each table, each from a whole word on. A requirement asks
// one table at a time: its key is made in sfc_packet.asked.
#pragma once

#include "compiler/plan/program.h"

namespace sfc::plan {

/// Lays out the keys of all tables, and the words that hold a classifier's. Errors: a key is too large (E0709).
void layoutTables(Program& program, Diagnostics& diagnostics);

/// Where a table's key begins in sfc_packet.key, in words.
unsigned keyWordOf(const Program& program, size_t table);

/// The words of the largest key that a requirement asks a table for.
unsigned askedWords(const Program& program);

}  // namespace sfc::plan
