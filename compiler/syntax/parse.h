// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Text to syntax tree.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/ast/ast.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc {

/// The tree of one file of `sources`. If the text has errors, they are in `diagnostics` (codes E01xx, several per run
/// where the text allows it) and there is no tree. Any bytes are safe to pass.
std::optional<ast::File> parse(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sfc
