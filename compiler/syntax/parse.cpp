// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From bytes to a syntax tree, in steps that each refuse what the next one could not stand:
//
//   bytes   must be UTF-8 and not too many
//   tokens  their number is bounded here, and nesting and statement length, as everything later is recursive
//   tree    by ANTLR: fast prediction first; only if that fails, exact prediction with our error messages
//   ast     tree_builder.cpp
//
// The language is ASCII outside of comments. ANTLR gets one ASCII character per byte, with a stand-in for all others,
// so that its positions are byte positions.
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "SfcLexer.h"
#include "SfcParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/syntax_errors.h"
#include "compiler/syntax/tree_builder.h"

namespace sfc {

namespace {

constexpr size_t MAX_FILE_BYTES = 1 << 20;
constexpr size_t MAX_TOKENS = 65'536;      // without comments: bounds the time of all that comes
constexpr size_t MAX_NESTING = 64;         // brackets of all kinds
constexpr size_t MAX_ITEM_TOKENS = 1'000;  // between `;`, `{` and `}`: bounds the depth of an expression
constexpr char STAND_IN = '\x1A';          // of UNKNOWN in the grammar
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

/// One ASCII character per byte of `text`, or nothing if it is not UTF-8.
std::optional<std::string> toLexerText(uint32_t source, std::string_view text, Diagnostics& diagnostics) {
  std::string ascii(text);
  for (size_t at = 0; at < text.size();) {
    size_t length = sequenceLength(text.substr(at));
    if (length == 0) {
      auto begin = static_cast<uint32_t>(at);
      diagnostics.error({source, begin, begin + 1}, "E0101", "the file is not UTF-8 from here on",
                        "convert it, for example with iconv -t UTF-8");
      return std::nullopt;
    }
    if (length > 1) std::fill_n(ascii.begin() + at, length, STAND_IN);
    at += length;
  }
  if (text.starts_with(BYTE_ORDER_MARK)) std::fill_n(ascii.begin(), BYTE_ORDER_MARK.size(), ' ');
  return ascii;
}

std::string describeCharacter(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 || first == 0x7F) return fmt::format("U+{:04X}", first);
  return fmt::format("'{}'", text.substr(0, sequenceLength(text)));
}

Range rangeOf(uint32_t source, const antlr4::Token* token) {
  return {source, static_cast<uint32_t>(token->getStartIndex()), static_cast<uint32_t>(token->getStopIndex() + 1)};
}

Token::Kind kindOf(size_t type, char first) {
  if (type == SfcLexer::LINE_COMMENT) return Token::Kind::LineComment;
  if (type == SfcLexer::BLOCK_COMMENT) return Token::Kind::BlockComment;
  if (type == SfcLexer::NUMBER) return Token::Kind::Number;
  bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
  return letter ? Token::Kind::Word : Token::Kind::Symbol;
}

/// Reports characters outside of the language, one error per run of them, and comments that do not end. False if
/// parsing makes no sense.
bool checkCharacters(uint32_t source, std::string_view text, antlr4::CommonTokenStream& tokens,
                     Diagnostics& diagnostics) {
  size_t run_end = SIZE_MAX;
  unsigned reported = 0;
  for (antlr4::Token* token : tokens.getTokens()) {
    Range range = rangeOf(source, token);
    if (token->getType() == SfcLexer::OPEN_COMMENT) {
      diagnostics.error(range, "E0103", "unterminated comment", "close it with '*/'");
      return false;
    }
    if (token->getType() != SfcLexer::UNKNOWN) continue;
    if (range.begin != run_end && reported++ < syntax::SyntaxErrors::MAX_REPORTED) {
      std::string shown = describeCharacter(text.substr(range.begin));
      diagnostics.error(range, "E0102", fmt::format("unexpected character {}", shown),
                        syntax::foreignCharacter(text[range.begin]));
    }
    run_end = range.end;
  }
  return true;
}

/// A text as tokens, with all that ANTLR needs to keep for them.
struct Lexed {
  explicit Lexed(const std::string& ascii) : input(ascii), lexer(&input), tokens(&lexer) {
    lexer.removeErrorListeners();
    tokens.fill();
  }

  antlr4::ANTLRInputStream input;
  SfcLexer lexer;
  antlr4::CommonTokenStream tokens;
};

/// Null if the text cannot be read as tokens.
std::unique_ptr<Lexed> lex(uint32_t source, const std::string& text, Diagnostics& diagnostics) {
  std::optional<std::string> ascii = toLexerText(source, text, diagnostics);
  if (!ascii) return nullptr;
  auto lexed = std::make_unique<Lexed>(*ascii);
  return checkCharacters(source, text, lexed->tokens, diagnostics) ? std::move(lexed) : nullptr;
}

/// Bounds the number of tokens, the nesting of brackets and the length of what stands between them. False if a bound is
/// exceeded.
bool checkTokens(uint32_t source, std::string_view source_text, antlr4::CommonTokenStream& tokens,
                 Diagnostics& diagnostics) {
  size_t count = 0;
  size_t nesting = 0;
  size_t run = 0;
  for (antlr4::Token* token : tokens.getTokens()) {
    if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL) continue;
    Range range = rangeOf(source, token);
    std::string_view text = source_text.substr(range.begin, range.end - range.begin);
    bool opens = text == "(" || text == "[" || text == "{";
    bool closes = text == ")" || text == "]" || text == "}";
    if (opens) ++nesting;
    if (closes && nesting > 0) --nesting;
    run = text == ";" || text == "{" || text == "}" ? 0 : run + 1;
    if (++count > MAX_TOKENS) {
      diagnostics.error(range, "E0104", fmt::format("more than {} tokens", MAX_TOKENS),
                        "move what several specs need into files that they import");
      return false;
    }
    if (nesting > MAX_NESTING) {
      diagnostics.error(range, "E0104", fmt::format("more than {} nested brackets", MAX_NESTING),
                        "give parts of the expression a name with 'const' or a variable");
      return false;
    }
    if (run > MAX_ITEM_TOKENS) {
      diagnostics.error(range, "E0104", fmt::format("more than {} tokens without ';', '{{' or '}}'", MAX_ITEM_TOKENS),
                        "is a ';' missing? If not, split it");
      return false;
    }
  }
  return true;
}

/// The parse tree, owned by `parser`; with errors reported if there are any.
SfcParser::FileContext* parseTokens(uint32_t source, antlr4::CommonTokenStream& tokens, SfcParser& parser,
                                    Diagnostics& diagnostics) {
  auto* interpreter = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  parser.removeErrorListeners();
  try {
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    return parser.file();
  } catch (const antlr4::ParseCancellationException&) {
    tokens.seek(0);
    parser.reset();
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::LL);
    parser.setErrorHandler(std::make_shared<syntax::SyntaxErrors>(source, diagnostics));
    return parser.file();
  }
}

}  // namespace

std::optional<std::vector<Token>> tokenize(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics) {
  const std::string& text = sources.text(source);
  std::unique_ptr<Lexed> lexed = lex(source, text, diagnostics);
  if (!lexed) return std::nullopt;
  std::vector<Token> all;
  for (antlr4::Token* token : lexed->tokens.getTokens()) {
    if (token->getType() == antlr4::Token::EOF) continue;
    Range range = rangeOf(source, token);
    all.push_back({kindOf(token->getType(), text[range.begin]), range});
  }
  return all;
}

std::optional<ast::File> parse(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics) {
  const std::string& text = sources.text(source);
  size_t errors_before = diagnostics.all().size();
  if (text.size() > MAX_FILE_BYTES) {
    diagnostics.error({source, 0, 0}, "E0117", fmt::format("the file is larger than {} bytes", MAX_FILE_BYTES));
    return std::nullopt;
  }
  std::unique_ptr<Lexed> lexed = lex(source, text, diagnostics);
  if (!lexed || !checkTokens(source, text, lexed->tokens, diagnostics)) return std::nullopt;

  SfcParser parser(&lexed->tokens);
  SfcParser::FileContext* tree = parseTokens(source, lexed->tokens, parser, diagnostics);
  if (diagnostics.all().size() > errors_before) return std::nullopt;
  ast::File file = syntax::TreeBuilder(source, text, diagnostics).build(tree);
  if (diagnostics.all().size() > errors_before) return std::nullopt;
  return file;
}

}  // namespace sfc
