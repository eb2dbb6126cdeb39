// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The key of a packet, as ir::Key lays it out.
#pragma once

#include "compiler/sim/record.h"

namespace sfc::sim {

/// Makes the key of a packet whose parser stopped at `cursor`. `packet` ends where its headers say that it does;
/// `elements` has the places of all headers that are there, per instance; `variables` the parser's variables.
Key makeKey(const ir::Program& program, BytesView packet, size_t cursor,
            const std::vector<std::vector<size_t>>& elements, const std::vector<uint64_t>& variables);

/// The key of the other direction.
Key swappedKey(const ir::Key& layout, Key key);

}  // namespace sfc::sim
