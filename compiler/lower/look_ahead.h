// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// States that select by look-ahead: the bits behind the stripped headers decide, whether these are present or not.
#pragma once

#include "compiler/ir/parser.h"

namespace sfc::lower {

/// Does a state select by look-ahead alone?
bool looksAheadOnly(const ir::State& state);

/// Do two states look at the same bits?
bool lookAlike(const ir::State& one, const ir::State& other);

/// Of two states that look alike: do all bits that take case `c` of state `from` lead from `anchor` to the same state?
bool leadsAlike(const ir::State& from, const ir::Case& c, const ir::State& anchor);

}  // namespace sfc::lower
