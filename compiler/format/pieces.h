// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Tokens with what the layout has to know of each, and the spaces between them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/syntax/parse.h"

namespace sfc::canonical {

constexpr size_t NO_COLUMN = SIZE_MAX;

struct Piece {
  Token::Kind kind;
  std::string_view text;
  unsigned newlines;  // between it and the piece before it, in the source
  size_t column;      // of a line comment in its line of the source, unless the rest of that line is elsewhere now
  bool apart;         // written apart from the piece before it, in the source
  bool glued;         // no space before it in a line: decided here

  bool isComment() const { return kind == Token::Kind::LineComment || kind == Token::Kind::BlockComment; }
  bool isWord() const { return kind == Token::Kind::Word; }
  bool isSymbol() const { return kind == Token::Kind::Symbol; }
  bool is(std::string_view symbol_or_word) const { return text == symbol_or_word; }
};

/// The pieces of a text. A symbol that ends or separates something comes before the line comments before it:
/// `a  // why` with the `;` on the next line is `a;  // why`.
std::vector<Piece> piecesOf(std::string_view text, const std::vector<Token>& tokens);

/// Whether a space stands between two neighbours of one line.
bool isApart(const Piece& before, const Piece& after);

/// True for an operator, but for those of one operand.
bool isOperator(const Piece& piece);

/// Width in characters of text without line breaks.
size_t widthOf(std::string_view text);

}  // namespace sfc::canonical
