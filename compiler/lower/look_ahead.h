// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// States that select by bits which stay unread, so that what follows the stripped headers decides, whether they are
// there or not.
#pragma once

#include "compiler/ir/parser.h"

namespace sfc::lower {

/// Does a state select by look-ahead alone?
bool looksAheadOnly(const ir::State& state);

/// Do two states look at the same bits?
bool lookAlike(const ir::State& one, const ir::State& other);

/// Wherever the bits lead from state `from` by its case `c`, do the same bits lead from `anchor` to the same state? Of
/// two states that look alike.
bool leadsAlike(const ir::State& from, const ir::Case& c, const ir::State& anchor);

}  // namespace sfc::lower
