// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From bytes to a syntax tree, in steps that each refuse what the next one could not stand:
//
//   bytes   must be UTF-8 and not too many
//   tokens  scanner.cpp; their number is bounded here, and nesting and statement length, as everything later is
//   recursive tree    by ANTLR: fast prediction first; only if that fails, exact prediction with our error messages ast
//   tree_builder.cpp
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "SfcParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/syntax_errors.h"
#include "compiler/syntax/tree_builder.h"

namespace sfc {

namespace {

constexpr size_t MAX_FILE_BYTES = 1 << 20;
constexpr size_t MAX_TOKENS = 65'536;      // without comments: bounds the time of all that comes
constexpr size_t MAX_NESTING = 64;         // brackets of all kinds
constexpr size_t MAX_ITEM_TOKENS = 1'000;  // between `;`, `{` and `}`: bounds the depth of an expression

/// What the grammar says of tokens.
struct Vocabulary {
  std::unordered_map<std::string, size_t> types;  // of words and symbols
  std::vector<std::string> symbols;
};

Vocabulary readVocabulary() {
  const SfcParser parser(nullptr);
  const antlr4::dfa::Vocabulary& grammar = parser.getVocabulary();
  Vocabulary vocabulary;
  for (size_t type = 1; type <= grammar.getMaxTokenType(); type++) {
    const std::string quoted = grammar.getLiteralName(type);
    if (quoted.empty()) continue;
    const std::string literal = quoted.substr(1, quoted.size() - 2);
    vocabulary.types.emplace(literal, type);
    if (!std::isalpha(static_cast<unsigned char>(literal.front())) && literal != "_")
      vocabulary.symbols.push_back(literal);
  }
  return vocabulary;
}

const Vocabulary& vocabulary() {
  static const Vocabulary words = readVocabulary();
  return words;
}

size_t typeOf(Token::Kind kind, const std::string& text) {
  if (kind == Token::Kind::Number) return SfcParser::NUMBER;
  if (kind == Token::Kind::Unknown) return SfcParser::UNKNOWN;
  const auto known = vocabulary().types.find(text);
  return known == vocabulary().types.end() ? size_t{SfcParser::IDENTIFIER} : known->second;
}

bool isComment(const Token& token) {
  return token.kind == Token::Kind::LineComment || token.kind == Token::Kind::BlockComment;
}

/// Hands tokens to the parser, without comments. Unknown characters are out of its sight, but there: messages look for
/// them.
class Tokens final : public antlr4::TokenSource {
public:
  Tokens(const std::vector<Token>& tokens, std::string_view text) : tokens_(tokens), text_(text) {}

  std::unique_ptr<antlr4::Token> nextToken() override {
    while (at_ < tokens_.size() && isComment(tokens_[at_])) at_++;
    if (at_ == tokens_.size()) {
      line_ = 1 + static_cast<size_t>(std::ranges::count(text_, '\n'));
      return make(antlr4::Token::EOF, "<EOF>", text_.size(), text_.size(), 0);
    }
    const Token& token = tokens_[at_++];
    line_ = token.line;
    const std::string word(text_.substr(token.range.begin, token.range.end - token.range.begin));
    return make(typeOf(token.kind, word), word, token.range.begin, token.range.end, token.column);
  }

  size_t getLine() const override { return line_; }
  size_t getCharPositionInLine() override { return 0; }
  antlr4::CharStream* getInputStream() override { return nullptr; }
  std::string getSourceName() override { return {}; }
  antlr4::TokenFactory<antlr4::CommonToken>* getTokenFactory() override {
    return antlr4::CommonTokenFactory::DEFAULT.get();
  }

private:
  std::unique_ptr<antlr4::Token> make(size_t type, const std::string& word, size_t begin, size_t end, size_t column) {
    const size_t channel = type == SfcParser::UNKNOWN ? antlr4::Token::HIDDEN_CHANNEL : antlr4::Token::DEFAULT_CHANNEL;
    return getTokenFactory()->create({this, nullptr}, type, word, channel, begin, end - 1, line_, column);
  }

  const std::vector<Token>& tokens_;
  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
};

/// Bounds the number of tokens, the nesting of brackets and the length of what stands between them. False if a bound is
/// exceeded.
bool checkTokens(const std::vector<Token>& tokens, std::string_view source_text, Diagnostics& diagnostics) {
  size_t count = 0;
  size_t nesting = 0;
  size_t run = 0;
  for (const Token& token : tokens) {
    if (isComment(token) || token.kind == Token::Kind::Unknown) continue;
    const Range range = token.range;
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
  return syntax::scan(source, sources.text(source), vocabulary().symbols, diagnostics);
}

std::optional<ast::File> parse(uint32_t source, const SourceMap& sources, Diagnostics& diagnostics) {
  const std::string& text = sources.text(source);
  size_t errors_before = diagnostics.all().size();
  if (text.size() > MAX_FILE_BYTES) {
    diagnostics.error({source, 0, 0}, "E0117", fmt::format("the file is larger than {} bytes", MAX_FILE_BYTES));
    return std::nullopt;
  }
  const auto scanned = tokenize(source, sources, diagnostics);
  if (!scanned || !checkTokens(*scanned, text, diagnostics)) return std::nullopt;

  Tokens token_source(*scanned, text);
  antlr4::CommonTokenStream tokens(&token_source);
  tokens.fill();  // messages look ahead as far as they like
  SfcParser parser(&tokens);
  SfcParser::FileContext* tree = parseTokens(source, tokens, parser, diagnostics);
  if (diagnostics.all().size() > errors_before) return std::nullopt;
  ast::File file = syntax::TreeBuilder(source, text, diagnostics).build(tree);
  if (diagnostics.all().size() > errors_before) return std::nullopt;
  return file;
}

}  // namespace sfc
