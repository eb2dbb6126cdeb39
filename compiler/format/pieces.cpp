// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Spaces follow from the neighbours of a token, but for a few symbols of two meanings:
//
//   <  >   around a width (`bit<8>`, `digest<32>(payload)`), or comparisons; two `>` side by side are a shift
//   -      with one operand or with two
//   (      after a word: of a call (`labels.pop()`) or of a statement (`verify (x)`). Words that begin a statement of
//          the language are known here; where it cannot be told, it stays as it was written.
//
// New symbols are operators with a space on either side, which is right for most.
#include "compiler/format/pieces.h"

#include <algorithm>
#include <array>

namespace sfc::canonical {

namespace {

template <size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr std::array<std::string_view, 6> NEVER_AFTER_SPACE = {";", ",", ")", "]", ".", ":"};
constexpr std::array<std::string_view, 4> NEVER_BEFORE_SPACE = {"(", "[", ".", "@"};
constexpr std::array<std::string_view, 3> ITEM_ENDS = {";", "{", "}"};
constexpr std::array<std::string_view, 6> BEHIND_COMMENTS = {";", ",", ")", "]", ":", "{"};
constexpr std::array<std::string_view, 6> STATEMENTS = {"if", "limit", "require", "select", "transition", "verify"};

bool isWidthType(const Piece& piece) {
  return piece.is("bit") || piece.is("varbit");
}

/// The tokens of a text without its comments, and what each of those symbols means.
class Spacing {
public:
  explicit Spacing(std::vector<Piece>& pieces) {
    for (Piece& piece : pieces) {
      if (!piece.isComment()) code_.push_back(&piece);
    }
    angle_.resize(code_.size());
    prefix_.resize(code_.size());
  }

  void decide() {
    for (size_t i = 0; i < code_.size(); ++i) {
      if (at(i).is("<")) findAngles(i);
    }
    size_t begin = 0;  // of the item
    for (size_t i = 0; i < code_.size(); ++i) {
      prefix_[i] = isPrefix(begin, i);
      code_[i]->glued = i > begin ? isGlued(begin, i) : at(i).is(";") || isEmptyBlock(i);
      if (isOneOf(at(i).text, ITEM_ENDS)) begin = i + 1;
    }
  }

private:
  const Piece& at(size_t i) const { return *code_[i]; }
  bool isAt(size_t i, std::string_view text) const { return i < code_.size() && at(i).is(text); }
  bool isOperand(size_t i) const {
    return !at(i).isSymbol() || at(i).is(")") || at(i).is("]") || (at(i).is(">") && angle_[i]);
  }

  bool isEmptyBlock(size_t close) const { return close > 0 && at(close).is("}") && at(close - 1).is("{"); }

  /// `<` after a word, then one number, name or `bit<N>`, then `>`: of a type, or of a call.
  void findAngles(size_t open) {
    if (open == 0 || !at(open - 1).isWord()) return;
    size_t close = open + 2;
    if (isAt(open + 1, "bit") && isAt(open + 2, "<")) close = open + 5;
    if (!isAt(close, ">") || at(open + 1).isSymbol()) return;
    bool goes_on = isAt(close + 1, "(") || (close + 1 < code_.size() && at(close + 1).isWord());
    if (isWidthType(at(open - 1)) || goes_on) angle_[open] = angle_[close] = true;
  }

  bool isPrefix(size_t begin, size_t i) const {
    if (at(i).is("!") || at(i).is("~")) return true;
    if (!at(i).is("-")) return false;
    // A word that begins an item and is followed by `-` is none of its operands: `limit -4;`
    return i == begin || !isOperand(i - 1) || (i - 1 == begin && at(begin).isWord());
  }

  bool isGlued(size_t begin, size_t i) const {
    const Piece& piece = at(i);
    const Piece& before = at(i - 1);
    if (isOneOf(piece.text, NEVER_AFTER_SPACE) || isOneOf(before.text, NEVER_BEFORE_SPACE)) return true;
    if (prefix_[i - 1] || angle_[i] || (before.is("<") && angle_[i - 1])) return true;
    if (piece.is(">") && before.is(">")) return true;
    if (piece.is("[")) return isOperand(i - 1);
    if (piece.is("(")) return isCall(begin, i);
    return false;
  }

  /// Whether the `(` at `i` belongs to what is right before it.
  bool isCall(size_t begin, size_t i) const {
    const Piece& word = at(i - 1);
    if (word.isSymbol() && !angle_[i - 1]) return isOperand(i - 1) && !word.apart;
    if (angle_[i - 1]) return true;
    if (word.is("if") || (i - 1 == begin && isOneOf(word.text, STATEMENTS))) return false;
    if (i - 1 == begin) return !at(i).apart;
    if (at(i - 2).is(">") && angle_[i - 2]) return false;  // varbit<N> name (size)
    return at(i - 2).isSymbol() ? !isOperand(i - 2) || !at(i).apart : !at(i).apart;
  }

  std::vector<Piece*> code_;
  std::vector<bool> angle_;   // `<` and `>` that are brackets
  std::vector<bool> prefix_;  // operators of one operand
};

/// Moves what ends or separates something before the line comments before it.
void moveBeforeComments(std::vector<Piece>& pieces) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].isSymbol() || !isOneOf(pieces[i].text, BEHIND_COMMENTS)) continue;
    size_t first = i;
    bool found = false;
    while (first > 0 && pieces[first - 1].isComment()) {
      found = found || pieces[first - 1].kind == Token::Kind::LineComment;
      --first;
    }
    if (!found) continue;
    if (i + 1 < pieces.size() && pieces[i + 1].newlines == 0) {
      pieces[i + 1].newlines = 1;
      pieces[i + 1].column = NO_COLUMN;
    }
    pieces[i].newlines = 0;
    std::rotate(pieces.begin() + first, pieces.begin() + i, pieces.begin() + i + 1);
  }
}

}  // namespace

std::vector<Piece> piecesOf(std::string_view text, const std::vector<Token>& tokens) {
  std::vector<Piece> pieces;
  size_t end = 0;
  size_t line = 0;  // where the line begins
  for (const Token& token : tokens) {
    std::string_view popped = text.substr(end, token.range.begin - end);
    if (popped.find('\n') != std::string_view::npos) line = end + popped.rfind('\n') + 1;
    end = token.range.end;
    std::string_view own = text.substr(token.range.begin, end - token.range.begin);
    bool needs_column = token.kind == Token::Kind::LineComment;
    pieces.push_back({token.kind, own, static_cast<unsigned>(std::count(popped.begin(), popped.end(), '\n')),
                      needs_column ? widthOf(text.substr(line, token.range.begin - line)) : NO_COLUMN, !popped.empty(),
                      false});
    if (own.find('\n') != std::string_view::npos) line = token.range.begin + own.rfind('\n') + 1;
  }
  moveBeforeComments(pieces);
  Spacing(pieces).decide();
  return pieces;
}

bool isApart(const Piece& before, const Piece& after) {
  if (after.isComment()) return !before.is("(") && !before.is("[");
  if (before.isComment()) return !isOneOf(after.text, NEVER_AFTER_SPACE);
  return !after.glued;
}

bool isOperator(const Piece& piece) {
  static constexpr std::array<std::string_view, 5> others = {"(", "[", "@", "!", "~"};
  return piece.isSymbol() && !piece.glued && !isOneOf(piece.text, others) && !isOneOf(piece.text, ITEM_ENDS);
}

size_t widthOf(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xC0) != 0x80; }));
}

}  // namespace sfc::canonical
