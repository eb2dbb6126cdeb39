// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The canonical form of a text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc {

/// One file of `sources` as it should be written: the same tokens and the same comments in the same order, laid out
/// anew. What is in this form already stays as it is. A text with syntax errors has no such form; they are in
/// `diagnostics`, as those of parse().
std::optional<std::string> format(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sfc
