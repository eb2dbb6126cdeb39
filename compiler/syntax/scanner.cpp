// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/syntax/scanner.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/syntax/syntax_errors.h"

namespace sfc::syntax {

namespace {

constexpr std::string_view BYTE_ORDER_MARK = "\xEF\xBB\xBF";

bool isContinuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

/// Length of the UTF-8 sequence at the start of `text`: 0 if it is none. Refuses overlong forms, surrogates and values
/// beyond U+10FFFF.
size_t sequenceLength(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  unsigned lead = byte(0);
  unsigned second = byte(1);
  if (lead < 0x80) return 1;
  size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  for (size_t i = 1; i < length; ++i) {
    if (!isContinuation(byte(i))) return 0;
  }
  bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

bool isSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// A character of a word, or of a number behind its first digit.
bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
}

bool isComment(std::string_view text) {
  return text.starts_with("//") || text.starts_with("/*");
}

std::string describeCharacter(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 || first == 0x7F) return fmt::format("U+{:04X}", first);
  return fmt::format("'{}'", text.substr(0, sequenceLength(text)));
}

class Scanner {
public:
  Scanner(uint32_t source, std::string_view text, const std::vector<std::string>& symbols, Diagnostics& diagnostics)
      : source_(source), text_(text), symbols_(symbols), diagnostics_(diagnostics) {}

  std::optional<std::vector<Token>> run() {
    if (!checkEncoding()) return std::nullopt;
    if (text_.starts_with(BYTE_ORDER_MARK)) at_ = BYTE_ORDER_MARK.size();
    while (at_ < text_.size()) {
      if (isSpace(text_[at_])) {
        if (text_[at_++] == '\n') beginLine(at_);
      } else if (!scanOne()) {
        return std::nullopt;
      }
    }
    return std::move(tokens_);
  }

private:
  bool checkEncoding() {
    for (size_t at = 0; at < text_.size();) {
      const size_t length = sequenceLength(text_.substr(at));
      if (length == 0) {
        const auto begin = static_cast<uint32_t>(at);
        diagnostics_.error({source_, begin, begin + 1}, "E0101", "the file is not UTF-8 from here on",
                           "convert it, for example with iconv -t UTF-8");
        return false;
      }
      at += length;
    }
    return true;
  }

  /// The token that begins here; false if nothing can follow it.
  bool scanOne() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) return take(Token::Kind::LineComment, std::min(rest.find('\n'), rest.size()));
    if (rest.starts_with("/*")) return takeBlockComment(rest);
    if (isWordCharacter(rest.front())) {
      const auto end = std::ranges::find_if_not(rest, isWordCharacter);
      return take(isDigit(rest.front()) ? Token::Kind::Number : Token::Kind::Word,
                  static_cast<size_t>(end - rest.begin()));
    }
    if (const size_t length = symbolLength(rest)) return take(Token::Kind::Symbol, length);
    return takeUnknown(rest);
  }

  bool take(Token::Kind kind, size_t length) {
    const auto begin = static_cast<uint32_t>(at_);
    tokens_.push_back({kind, {source_, begin, static_cast<uint32_t>(begin + length)}, line_, begin - line_begin_});
    for (const size_t end = at_ + length; at_ < end; at_++)
      if (text_[at_] == '\n') beginLine(at_ + 1);
    return true;
  }

  void beginLine(size_t at) {
    line_++;
    line_begin_ = static_cast<uint32_t>(at);
  }

  bool takeBlockComment(std::string_view rest) {
    const size_t end = rest.find("*/", 2);
    if (end != std::string_view::npos) return take(Token::Kind::BlockComment, end + 2);
    const auto begin = static_cast<uint32_t>(at_);
    diagnostics_.error({source_, begin, begin + 2}, "E0103", "unterminated comment", "close it with '*/'");
    return false;
  }

  size_t symbolLength(std::string_view rest) const {
    size_t longest = 0;
    for (const std::string& symbol : symbols_)
      if (symbol.size() > longest && rest.starts_with(symbol)) longest = symbol.size();
    return longest;
  }

  /// One token, and one error, for all that stand together.
  bool takeUnknown(std::string_view rest) {
    size_t length = 0;
    do length += sequenceLength(rest.substr(length));
    while (length < rest.size() && isUnknown(rest.substr(length)));
    take(Token::Kind::Unknown, length);
    if (reported_++ < SyntaxErrors::MAX_REPORTED)
      diagnostics_.error(tokens_.back().range, "E0102", fmt::format("unexpected character {}", describeCharacter(rest)),
                         foreignCharacter(rest.front()));
    return true;
  }

  bool isUnknown(std::string_view rest) const {
    return !isSpace(rest.front()) && !isWordCharacter(rest.front()) && !isComment(rest) && symbolLength(rest) == 0;
  }

  uint32_t source_;
  std::string_view text_;
  const std::vector<std::string>& symbols_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  uint32_t line_ = 1, line_begin_ = 0;
  unsigned reported_ = 0;
};

}  // namespace

std::optional<std::vector<Token>> scan(uint32_t source, std::string_view text, const std::vector<std::string>& symbols,
                                       Diagnostics& diagnostics) {
  return Scanner(source, text, symbols, diagnostics).run();
}

}  // namespace sfc::syntax
