// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From bytes to tokens: the lexical rules of the language, written by hand. ANTLR's lexer builds its tables anew in
// each run, and specs are so short that this took a third of the time of `sfcc check`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/parse.h"
#include "lib/source/diagnostics.h"

namespace sfc::syntax {

/// The tokens of a text, in order. `symbols` are those of the language; of several that fit, the longest is taken.
/// Nothing after E0101 (not UTF-8) or E0103 (a comment does not end); for E0102 (unexpected character) there is a token
/// of kind Unknown. The language is ASCII outside of comments.
std::optional<std::vector<Token>> scan(uint32_t source, std::string_view text, const std::vector<std::string>& symbols,
                                       Diagnostics& diagnostics);

}  // namespace sfc::syntax
