// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Works on tokens and not on the tree, for two reasons: comments are tokens but no nodes, and most of what is new in
// the language is laid out well without a word here. What there is to know of a text is this:
//
//   file  = block
//   block = { item }
//   item  = pieces, up to `;` or to `{` block `}`, after which `else` or `;` go on with it
//
// An item is one line, broken only where it would be too wide, so that how it was broken does not matter. A block has
// one item per line. Three words at the start of an item are known for a layout of their own:
//
//   cache   short, or if written so: the whole block in the item's line
//   key     items stay in one line if they were: which fields belong together is for a reader to see; so in a table
//   state   an empty line before and after
//
// Empty lines and comments are all that is retained of the old layout. A comment is behind the code of its line, or in
// lines of its own, or inside an item; the last kind breaks the item if it reaches to the end of the line.
//
// pieces.cpp has the spaces between the tokens of a line, page.cpp the comments behind the lines.
#include "compiler/format/format.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "compiler/format/page.h"
#include "compiler/format/pieces.h"
#include "compiler/syntax/parse.h"

namespace sfc {

namespace canonical {

namespace {

constexpr size_t INDENT = 4;
constexpr size_t CONTINUATION = 8;
constexpr size_t SHORT_BLOCK = 80;  // a block up to this width becomes one line, even if it was not

/// A comment as it is written in a line with this indent: without spaces at the ends of its lines, and the asterisks at
/// their beginnings below each other.
std::string cleanComment(std::string_view text, size_t indent) {
  std::string clean;
  while (true) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    size_t start = std::min(line.find_first_not_of(" \t"), line.size());
    if (!clean.empty() && line.substr(start).starts_with("*"))
      clean += std::string(indent + 1, ' ') + std::string(line.substr(start));
    else
      clean += line;
    if (end == std::string_view::npos) return clean;
    clean += '\n';
    text.remove_prefix(end + 1);
  }
}

/// A token in a line that is being filled.
struct Part {
  std::string text;
  bool apart;           // a space before it
  unsigned break_cost;  // of a new line after it; the lower, the better
};

constexpr unsigned NO_BREAK = UINT32_MAX;

/// The tokens of an item up to where it must be broken.
class Run {
public:
  void add(const Piece& piece, size_t indent) {
    const bool apart = last_ == nullptr || isApart(*last_, piece);
    if (!parts_.empty()) {
      // Never where there is no space: the two `>` of a shift stay together.
      // A comment that began a line of its own with the `}` would be behind code the next time. Behind a block it is
      // the condition that is broken.
      if (piece.is("else") && !last_->isComment() && !last_->is("}")) parts_.back().break_cost = 2 * depth_;
      if (!apart) parts_.back().break_cost = NO_BREAK;
    }
    if (piece.is("(") || piece.is("[")) ++depth_;
    if ((piece.is(")") || piece.is("]")) && depth_ > 0) --depth_;
    parts_.push_back(
        {piece.isComment() ? cleanComment(piece.text, indent) : std::string(piece.text), apart, cost(piece)});
    last_ = &piece;
  }

  /// The run as lines. What is in brackets stays together as long as anything else can be broken.
  std::vector<std::string> lines(size_t first_width, size_t next_width) {
    std::vector<std::string> lines;
    for (size_t begin = 0; begin < parts_.size();) {
      size_t end = endOfLine(begin, lines.empty() ? first_width : next_width);
      lines.push_back(join(begin, end));
      begin = end;
    }
    parts_.clear();
    last_ = nullptr;
    return lines;
  }

private:
  unsigned cost(const Piece& piece) const {
    if (piece.is(",") || piece.is("&&") || piece.is("||")) return 2 * depth_;
    return isOperator(piece) ? 2 * depth_ + 1 : NO_BREAK;
  }

  std::string join(size_t begin, size_t end) const {
    std::string text;
    for (size_t i = begin; i < end; ++i) {
      if (i > begin && parts_[i].apart) text += ' ';
      text += parts_[i].text;
    }
    return text;
  }

  size_t endOfLine(size_t begin, size_t width) const {
    size_t used = 0;
    size_t best = parts_.size();
    for (size_t i = begin; i < parts_.size(); ++i) {
      used += widthOf(parts_[i].text) + (i > begin && parts_[i].apart ? 1 : 0);
      if (used > width && best < parts_.size()) return best + 1;
      if (i + 1 == parts_.size() || parts_[i].break_cost == NO_BREAK) continue;
      if (best == parts_.size() || parts_[i].break_cost <= parts_[best].break_cost) best = i;
    }
    return parts_.size();
  }

  std::vector<Part> parts_;
  const Piece* last_ = nullptr;
  unsigned depth_ = 0;
};

enum class Block { File, Plain, Key };

class Layout {
public:
  explicit Layout(std::vector<Piece> pieces) : pieces_(std::move(pieces)), next_code_(pieces_.size() + 1) {
    next_code_.back() = pieces_.size();
    for (size_t i = pieces_.size(); i-- > 0;) next_code_[i] = isComment(i) ? next_code_[i + 1] : i;
  }

  std::vector<Line> lines() {
    block(0, Block::File);
    return std::move(lines_);
  }

private:
  // ---- looking ahead

  bool isAt(size_t i, std::string_view text) const { return i < pieces_.size() && pieces_[i].is(text); }
  bool isComment(size_t i) const { return i < pieces_.size() && pieces_[i].isComment(); }
  unsigned newlines(size_t i) const { return i < pieces_.size() ? pieces_[i].newlines : 0; }

  size_t skipComments(size_t i) const { return next_code_[i]; }

  /// The end of the comments that begin at `i` and are in one line, if nothing else comes after them there; else `i`.
  size_t endOfComments(size_t i) const {
    size_t end = i;
    while (isComment(end) && (end == i || pieces_[end].newlines == 0)) ++end;
    bool alone = end == pieces_.size() || isAt(end, "}") || pieces_[end].newlines > 0;
    return alone ? end : i;
  }

  struct Head {
    std::string_view word;   // the first, behind annotations
    bool has_block = false;  // braces come before the first `;`
  };

  Head headOf(size_t i) const {
    Head head;
    unsigned depth = 0;
    for (; i < pieces_.size() && !isAt(i, ";") && !isAt(i, "}"); ++i) {
      if (isAt(i, "{")) return {head.word, true};
      if (isAt(i, "(")) ++depth;
      if (isAt(i, ")") && depth > 0) --depth;
      bool annotation = i > 0 && pieces_[i - 1].is("@");
      if (head.word.empty() && depth == 0 && pieces_[i].isWord() && !annotation) head.word = pieces_[i].text;
    }
    return head;
  }

  /// Whether the form wants an empty line between two items.
  static bool needsBlank(Block kind, const Head& before, const Head& after) {
    if (kind != Block::File)
      return (before.word == "state" && before.has_block) || (after.word == "state" && after.has_block);
    return before.has_block || after.has_block || (before.word == "import") != (after.word == "import");
  }

  // ---- comments between items

  std::string commentText(size_t begin, size_t end, size_t indent) const {
    std::string text;
    for (size_t i = begin; i < end; ++i) {
      if (i > begin) text += ' ';
      text += cleanComment(pieces_[i].text, indent);
    }
    return text;
  }

  bool isBehindCode(size_t i) const { return newlines(i) == 0 && !lines_.empty(); }

  /// A comment below one that is behind code, and in its column: that one's second line.
  bool goesOn(size_t i) const {
    return newlines(i) == 1 && !lines_.empty() && !lines_.back().comment.empty() && pieces_[i].column != NO_COLUMN &&
           pieces_[i].column == comment_column_;
  }

  void addComments(size_t end, size_t indent, bool blank_before) {
    if (isBehindCode(at_)) {
      Line& line = lines_.back();
      line.comment = commentText(at_, end, line.indent);
      comment_column_ = pieces_[at_].column;
    } else if (goesOn(at_)) {
      lines_.push_back({lines_.back().indent, "", commentText(at_, end, indent), false});
    } else {
      lines_.push_back({indent, commentText(at_, end, indent), "", blank_before});
    }
    at_ = end;
  }

  // ---- items

  /// Up to the `}` that ends the block, or to the end of the file.
  void block(size_t indent, Block kind) {
    enum { Nothing, Comment, Item } last = Nothing;
    Head before;
    while (at_ < pieces_.size() && !isAt(at_, "}")) {
      const size_t end = endOfComments(at_);
      const Head head = headOf(skipComments(at_));
      const bool more = !head.word.empty() || head.has_block;
      bool blank = last != Nothing && (newlines(at_) > 1 || (last == Item && more && needsBlank(kind, before, head)));
      if (end > at_) {
        if (isBehindCode(at_)) {
          addComments(end, indent, false);
        } else {
          const bool continued = goesOn(at_);
          addComments(end, indent, blank);
          if (!continued) last = Comment;
        }
        continue;
      }
      const bool joins = kind == Block::Key && last == Item && newlines(at_) == 0;
      const size_t first = lines_.size();
      item(indent, blank);
      if (joins) joinLine(first, indent);
      before = head;
      last = Item;
    }
  }

  /// Puts the line at `i`, the last one, behind the one before, if both have nothing but items and it fits.
  void joinLine(size_t i, size_t indent) {
    if (i + 1 != lines_.size() || !lines_[i].comment.empty() || !lines_[i - 1].comment.empty()) return;
    const size_t width = lines_[i - 1].codeEnd() + 1 + widthOf(lines_[i].code);
    if (lines_[i - 1].indent != indent || width > LINE_WIDTH) return;
    lines_[i - 1].code.append(" ").append(lines_[i].code);
    lines_.pop_back();
  }

  /// An item that is being written: what is not in `lines_` yet.
  struct Open {
    size_t indent;
    bool blank_before;
    bool continued = false;  // part of it is in lines_
    Run run{};
  };

  void flush(Open& item) {
    const size_t next = item.indent + CONTINUATION;
    const size_t first = item.continued ? next : item.indent;
    for (std::string& line : item.run.lines(LINE_WIDTH - first, LINE_WIDTH - next)) {
      lines_.push_back({item.continued ? next : item.indent, std::move(line), "", item.blank_before});
      item.blank_before = false;
      item.continued = true;
    }
  }

  void item(size_t indent, bool blank_before) {
    Open item{indent, blank_before};
    const Head head = headOf(skipComments(at_));
    while (at_ < pieces_.size() && !isAt(at_, "}")) {
      const Piece& piece = pieces_[at_];
      if (piece.kind == Token::Kind::LineComment) {
        flush(item);
        addComments(at_ + 1, indent + CONTINUATION, false);
        item.continued = true;
        continue;
      }
      item.run.add(piece, indent);
      ++at_;
      if (piece.is(";")) break;
      if (piece.is("{") && !braces(item, head)) break;
    }
    flush(item);
  }

  /// What follows `{`, up to `}`. True if the item goes on after it.
  bool braces(Open& item, const Head& head) {
    if (const size_t close = endOfShortBlock(item, head); close > 0) {
      for (; at_ <= close; ++at_) item.run.add(pieces_[at_], item.indent);
    } else {
      flush(item);
      block(item.indent + INDENT, head.word == "key" || head.word == "table" ? Block::Key : Block::Plain);
      item.continued = false;
      if (at_ == pieces_.size()) return false;
      item.run.add(pieces_[at_++], item.indent);
    }
    const size_t next = skipComments(at_);
    if (isAt(next, ";")) return true;
    if (!isAt(next, "else")) return false;
    // Comments between `}` and `else` get lines of their own.
    for (size_t end = endOfComments(at_); end > at_; end = endOfComments(at_)) {
      flush(item);
      addComments(end, item.indent, false);
      item.continued = false;
    }
    return true;
  }

  /// Where the block that begins at `at_` ends, if it goes in one line with its item; else 0.
  size_t endOfShortBlock(const Open& item, const Head& head) const {
    if (isAt(at_, "}")) return at_;
    if (head.word != "cache") return 0;
    Run run = item.run;
    bool one_line = true;
    for (size_t i = at_; i < pieces_.size(); ++i) {
      if (pieces_[i].isComment() || isAt(i, "{")) return 0;
      one_line = one_line && newlines(i) == 0;
      run.add(pieces_[i], item.indent);
      if (!isAt(i, "}")) continue;
      const std::vector<std::string> lines = run.lines(SIZE_MAX, SIZE_MAX);
      const size_t width = item.indent + widthOf(lines.front());
      return width <= (one_line ? LINE_WIDTH : SHORT_BLOCK) ? i : 0;
    }
    return 0;
  }

  std::vector<Piece> pieces_;
  std::vector<size_t> next_code_;  // of each piece: itself or the first behind it that is no comment
  size_t at_ = 0;
  std::vector<Line> lines_;
  size_t comment_column_ = NO_COLUMN;  // in the source, of the last comment behind code
};

}  // namespace

}  // namespace canonical

std::optional<std::string> format(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics) {
  if (!parse(source, sources, diagnostics)) return std::nullopt;
  std::optional<std::vector<Token>> tokens = tokenize(source, sources, diagnostics);
  if (!tokens) return std::nullopt;
  canonical::Layout layout(canonical::piecesOf(sources.text(source), *tokens));
  return canonical::textOf(layout.lines());
}

}  // namespace sfc
