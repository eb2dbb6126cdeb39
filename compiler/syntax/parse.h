// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Text to syntax tree.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/ast/ast.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc {

/// The tree of one file of `sources`. If the text has errors, they are in `diagnostics` (codes E01xx, several per run
/// where the text allows it) and there is no tree. Any bytes are safe to pass.
std::optional<ast::File> parse(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics);

/// A piece of the text, comments included. Words of the language are words like all others.
struct Token {
  /// Unknown: a run of characters that the language does not have.
  enum class Kind { Word, Number, Symbol, LineComment, BlockComment, Unknown };
  Kind kind;
  Range range;
  uint32_t line;    // where it begins, from 1
  uint32_t column;  // and the bytes before it on that line
};

/// The tokens of one file of `sources`, in order, for those who care how a text is written and not only for what it
/// says. Nothing if they cannot be read; whether it means anything is for parse() to say.
std::optional<std::vector<Token>> tokenize(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sfc
