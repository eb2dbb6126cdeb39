// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Messages and recovery. ANTLR says which tokens it could have used. Of those we name the few that a reader wants to
// hear of: "an expression" and "a name" instead of everything that can begin one, no operators when something else
// would do, and inside a block the kinds of items that it holds.
//
// Recovery works by brackets and semicolons, not by ANTLR's follow sets: as most words of the language are also names,
// those sets contain nearly everything. An error inside an item skips to the end of that item. A declaration that
// begins in the first column always ends the skipping, which limits what a lost brace can do.
#include "compiler/syntax/syntax_errors.h"

#include <algorithm>

#include <fmt/format.h>

#include "SfcParser.h"

namespace sfc::syntax {

namespace {

using antlr4::Parser;
using antlr4::Token;
using antlr4::misc::IntervalSet;

constexpr const char* TARGETS = "a state, 'accept', 'pass', 'reject' or 'drop'";
constexpr size_t LONGEST_QUOTE = 40;
constexpr unsigned MAX_RULES_AT_ONE_TOKEN = 500;  // more than can be nested: a loop does not move on

enum class Level { Part, Item, Block };  // of an item, an item, what holds items

Level levelOf(size_t rule) {
  switch (rule) {
    case SfcParser::RuleExpression:
    case SfcParser::RuleInfix:
    case SfcParser::RuleOperand:
    case SfcParser::RulePrimary:
    case SfcParser::RuleMeasurement:
    case SfcParser::RuleIdentifier:
    case SfcParser::RulePlainIdentifier:
    case SfcParser::RuleName:
    case SfcParser::RulePlainName:
    case SfcParser::RuleMeasuringWord:
    case SfcParser::RulePlace:
    case SfcParser::RuleMember:
    case SfcParser::RuleIndex:
    case SfcParser::RulePopMany:
    case SfcParser::RuleBitType:
    case SfcParser::RuleVarbitType:
    case SfcParser::RuleAnnotation:
    case SfcParser::RulePattern:
    case SfcParser::RuleCaseLabel:
    case SfcParser::RuleTarget:
      return Level::Part;
    case SfcParser::RuleFile:
    case SfcParser::RuleHeaderDeclaration:
    case SfcParser::RuleParserDeclaration:
    case SfcParser::RuleState:
    case SfcParser::RuleBlock:
    case SfcParser::RuleKeyDeclaration:
    case SfcParser::RuleProxyDeclaration:
    case SfcParser::RuleCache:
      return Level::Block;
    default:
      return Level::Item;
  }
}

/// What must follow a word that begins a statement or an item, for when it was seen before anything was consumed.
std::string expectedAfter(const std::string& word) {
  if (word == "extract") return "the name of an instance";
  if (word == "verify" || word == "select") return "'('";
  if (word == "limit" || word == "advance" || word == "require") return "an expression";
  if (word == "on") return "'arrival' or 'return'";
  if (word == "transition") return TARGETS;
  if (word == "use") return "the name of a parser";
  if (word == "state") return "a name";
  return {};
}

const IntervalSet& firstOf(Parser* parser, size_t rule) {
  const antlr4::atn::ATN& atn = parser->getATN();
  return atn.nextTokens(atn.ruleToStartState[rule]);
}

bool containsAll(const IntervalSet& set, const IntervalSet& part) {
  return part.subtract(set).isEmpty();
}

bool isWord(const std::string& literal) {
  return literal.size() > 2 &&
         std::all_of(literal.begin() + 1, literal.end() - 1, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The words of the language that are in `set`, without the quotes.
std::vector<std::string> wordsIn(Parser* parser, const IntervalSet& set) {
  std::vector<std::string> words;
  for (ssize_t type : set.toList()) {
    std::string literal = type > 0 ? parser->getVocabulary().getLiteralName(type) : "";
    if (isWord(literal)) words.push_back(literal.substr(1, literal.size() - 2));
  }
  return words;
}

std::string joinWithOr(const std::vector<std::string>& choices) {
  std::string out;
  for (size_t i = 0; i < choices.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  }
  return out;
}

/// What can begin an item of a block, as the grammar has it, `before` and `behind` others.
std::string beginningsOf(Parser* parser, size_t rule, const char* before, const char* behind) {
  std::vector<std::string> choices;
  if (before != nullptr) choices.emplace_back(before);
  for (const std::string& word : wordsIn(parser, firstOf(parser, rule)))
    choices.push_back(word == "on" ? "'on arrival', 'on return'" : "'" + word + "'");
  if (behind != nullptr) choices.emplace_back(behind);
  return joinWithOr(choices);
}

/// What a block may hold, in words; empty for rules that are no blocks.
std::string itemsOf(Parser* parser, size_t rule) {
  switch (rule) {
    case SfcParser::RuleFile:
      return "a declaration (" + beginningsOf(parser, SfcParser::RuleDeclaration, "'import'", nullptr) + ")";
    case SfcParser::RuleHeaderDeclaration:
      return "a field or '}'";
    case SfcParser::RuleParserDeclaration:
      return "'use', an instance, a variable, a state or '}'";
    case SfcParser::RuleState:
      return "a statement, 'select', 'transition' or '}'";
    case SfcParser::RuleTransition:
      return "a case or '}'";
    case SfcParser::RuleBlock:
      return "a statement or '}'";
    case SfcParser::RuleKeyDeclaration:
      return "a field or '}'";
    case SfcParser::RuleTelemetryDeclaration:
      return "'by', 'size', an item or '}'";
    case SfcParser::RuleProxyDeclaration:
      return beginningsOf(parser, SfcParser::RuleProxyItem, nullptr, "'}'");
    case SfcParser::RulePush:
      return "a field with a value or '}'";
    case SfcParser::RuleTable:
      return "a field with its match, an option or '}'";
    case SfcParser::RuleCache:
      return "an option or '}'";
    default:
      return {};
  }
}

bool isOperator(const std::string& literal) {
  static const std::vector<std::string> operators = {"*", "/",  "%",  "+",  "-",  "<<", "&",   "^",  "|", "<", "<=",
                                                     ">", ">=", "==", "!=", "&&", "||", "&&&", "..", ".", "["};
  return std::ranges::find(operators, literal.substr(1, literal.size() - 2)) != operators.end();
}

std::string describeExpected(Parser* parser, IntervalSet expected) {
  size_t rule = parser->getContext()->getRuleIndex();
  if (rule == SfcParser::RuleTarget) return TARGETS;
  if (rule == SfcParser::RulePlace || rule == SfcParser::RulePlaceStatement) {
    if (expected.size() > 1) return "'='";
  }
  std::vector<std::string> choices;
  for (auto [first, words] :
       {std::pair(SfcParser::RuleExpression, "an expression"), std::pair(SfcParser::RuleIdentifier, "a name"),
        std::pair(SfcParser::RuleName, "a name")}) {
    if (!containsAll(expected, firstOf(parser, first))) continue;
    choices.emplace_back(words);
    expected = expected.subtract(firstOf(parser, first));
  }
  std::vector<std::string> operators;
  for (ssize_t type : expected.toList()) {
    std::string literal = type > 0 ? parser->getVocabulary().getLiteralName(type) : "";
    if (static_cast<size_t>(type) == Token::EOF) {
      choices.emplace_back("the end of the file");
    } else if (literal.empty()) {
      choices.emplace_back(type == SfcParser::NUMBER ? "a number" : "a name");
    } else {
      (isOperator(literal) ? operators : choices).push_back(literal);
    }
  }
  return joinWithOr(choices.empty() ? operators : choices);
}

std::string describeToken(Token* token) {
  if (token->getType() == Token::EOF) return "the end of the file";
  std::string text = token->getText();
  if (text.size() > LONGEST_QUOTE) text = text.substr(0, LONGEST_QUOTE) + "...";
  return "'" + text + "'";
}

/// The visible token before `token`; null at the start of the file.
Token* previousOf(Parser* parser, Token* token) {
  for (size_t i = token->getTokenIndex(); i-- > 0;) {
    Token* candidate = parser->getTokenStream()->get(i);
    if (candidate->getChannel() == Token::DEFAULT_CHANNEL) return candidate;
  }
  return nullptr;
}

/// A word of the language that was perhaps meant by the token found or by the one that begins the item.
std::string suggestWord(Parser* parser, Token* found, const IntervalSet& expected) {
  if (found->getType() == SfcParser::IDENTIFIER) {
    std::string meant = didYouMean(found->getText(), wordsIn(parser, expected));
    if (!meant.empty()) return meant;
  }
  size_t rule = parser->getContext()->getRuleIndex();
  bool may_start = rule == SfcParser::RulePlace || rule == SfcParser::RulePlaceStatement ||
                   rule == SfcParser::RuleInstance || rule == SfcParser::RuleParserItem;
  Token* start = parser->getContext()->start;
  if (!may_start || start->getType() != SfcParser::IDENTIFIER) return {};
  IntervalSet all = firstOf(parser, SfcParser::RuleStateItem);
  all.addAll(firstOf(parser, SfcParser::RuleParserItem));
  return didYouMean(start->getText(), wordsIn(parser, all));
}

Range rangeOf(uint32_t source, Token* token) {
  return {source, static_cast<uint32_t>(token->getStartIndex()), static_cast<uint32_t>(token->getStopIndex() + 1)};
}

bool isStructure(const std::string& text) {
  return text == ";" || text == "{" || text == "}";
}

std::string textOf(Parser* parser, ssize_t ahead) {
  return parser->getTokenStream()->LT(ahead)->getText();
}

/// True where nothing may be skipped: the end, and declarations that begin in the first column.
bool isBarrier(Parser* parser) {
  Token* next = parser->getCurrentToken();
  if (next->getType() == Token::EOF) return true;
  if (next->getCharPositionInLine() != 0) return false;
  return firstOf(parser, SfcParser::RuleDeclaration).contains(next->getType()) || next->getText() == "import";
}

/// Stops before what may end or follow a part of an item.
void skipPart(Parser* parser) {
  while (!isBarrier(parser) && !isStructure(textOf(parser, 1))) parser->consume();
}

/// Skips to after the `;` or the balanced braces that end an item, or to before the `}` that ends the items.
void skipItem(Parser* parser) {
  unsigned depth = 0;
  while (!isBarrier(parser)) {
    std::string text = textOf(parser, 1);
    if (text == "}" && depth == 0) return;
    parser->consume();
    if (text == "{") ++depth;
    if (text == "}" && --depth == 0) return;
    if (text == ";" && depth == 0) return;
  }
}

/// Skips to after the `}` that ends the block we are in or before.
void skipBlock(Parser* parser) {
  while (!isBarrier(parser)) {
    bool ends = textOf(parser, 1) == "}";
    if (ends) {
      parser->consume();
    } else {
      skipItem(parser);
    }
    if (ends || textOf(parser, -1) == "}") return;
  }
}

}  // namespace

void SyntaxErrors::report(Range range, const char* code, const std::string& text, const std::string& hint) {
  if (reported_++ < MAX_REPORTED) diagnostics_.error(range, code, text, hint);
}

/// Is the error in an item with a character that the language does not know, which has been reported?
bool isBesideUnknown(Parser* parser, Token* found) {
  antlr4::TokenStream* stream = parser->getTokenStream();
  for (size_t i = found->getTokenIndex(); i > 0 && !isStructure(stream->get(i - 1)->getText()); --i)
    if (stream->get(i - 1)->getType() == SfcParser::UNKNOWN) return true;
  for (size_t i = found->getTokenIndex(); i < stream->size() && !isStructure(stream->get(i)->getText()); ++i)
    if (stream->get(i)->getType() == SfcParser::UNKNOWN) return true;
  return false;
}

/// Where the parser is, as far as it matters to phrases of other languages.
Where whereIs(Parser* parser) {
  for (auto* context = dynamic_cast<antlr4::ParserRuleContext*>(parser->getContext()); context != nullptr;
       context = dynamic_cast<antlr4::ParserRuleContext*>(context->parent)) {
    if (context->getRuleIndex() == SfcParser::RuleBlock) return Where::Block;
    if (context->getRuleIndex() == SfcParser::RuleState) return Where::State;
  }
  return Where::Elsewhere;
}

void SyntaxErrors::listTokens(Parser* parser) {
  antlr4::TokenStream* stream = parser->getTokenStream();
  for (size_t i = 0; i < stream->size(); ++i) {
    Token* token = stream->get(i);
    if (token->getChannel() != Token::DEFAULT_CHANNEL) continue;
    tokens_.push_back(token);
    words_.push_back(token->getType() == Token::EOF ? "" : token->getText());
  }
}

std::optional<Foreign> SyntaxErrors::foreignAt(Parser* parser, Token* found) {
  if (tokens_.empty()) listTokens(parser);
  const auto at = std::ranges::find(tokens_, found) - tokens_.begin();
  return findForeign(words_, static_cast<size_t>(at), whereIs(parser));
}

/// True if all has been said of the item.
bool SyntaxErrors::reportForeign(Parser* parser, Token* found) {
  if (isBesideUnknown(parser, found)) return true;
  const std::optional<Foreign> foreign = foreignAt(parser, found);
  if (!foreign) return false;
  if (foreign->first != phrase_)
    report(join(rangeOf(source_, tokens_[foreign->first]), rangeOf(source_, tokens_[foreign->last])), "E0118",
           foreign->text, foreign->hint);
  phrase_ = foreign->first;
  skip_to_ = tokens_[foreign->end]->getTokenIndex();
  return true;
}

/// Goes on behind an item that has been reported as a whole; false if there is none, or nothing left of it.
bool SyntaxErrors::skipForeign(Parser* parser) {
  if (!skip_to_) return false;
  bool moved = false;
  for (; parser->getCurrentToken()->getTokenIndex() <= *skip_to_; moved = true) {
    if (parser->getCurrentToken()->getType() == Token::EOF) break;
    parser->consume();
  }
  skip_to_.reset();
  return moved;
}

void SyntaxErrors::report(Token* previous, Token* found, const std::string& expected, const std::string& hint) {
  Range range = rangeOf(source_, found);
  std::string after;
  if (previous != nullptr) {
    after = " after " + describeToken(previous);
    uint32_t end = rangeOf(source_, previous).end;
    if (previous->getLine() < found->getLine()) range = {source_, end, end};  // something is missing there
  }
  std::string text = expected.empty() ? fmt::format("unexpected {}{}", describeToken(found), after)
                                      : fmt::format("expected {}{}, found {}", expected, after, describeToken(found));
  report(range, "E0105", text, hint);
}

void SyntaxErrors::reportExpected(Parser* parser, Token* found, const IntervalSet& expected) {
  if (reportForeign(parser, found)) return;
  std::string word = suggestWord(parser, found, expected);
  std::string hint = word.empty() ? "" : fmt::format("did you mean '{}'?", word);
  const std::string items = itemsOf(parser, parser->getContext()->getRuleIndex());
  if (items.empty() || expected.size() < 3) {
    return report(previousOf(parser, found), found, describeExpected(parser, expected), hint);
  }
  // Between the items of a block the token before belongs to a whole item: it says nothing, and nor does its place,
  // unless there is nothing else to show.
  bool at_end = found->getType() == Token::EOF && previousOf(parser, found) != nullptr;
  Range range = rangeOf(source_, at_end ? previousOf(parser, found) : found);
  if (at_end) range.begin = range.end;
  report(range, "E0105", fmt::format("expected {}, found {}", items, describeToken(found)), hint);
}

void SyntaxErrors::reportNoViableAlternative(Parser* parser, const antlr4::NoViableAltException& error) {
  Token* found = error.getOffendingToken();
  Token* start = error.getStartToken();
  if (found == start) return reportExpected(parser, found, getExpectedTokens(parser));
  if (reportForeign(parser, found)) return;
  Token* previous = previousOf(parser, found);
  std::string expected = previous == start ? expectedAfter(start->getText()) : "";
  if (isOperator(fmt::format("'{}'", previous->getText()))) expected = "an expression";
  std::string word = expected.empty() ? suggestWord(parser, found, IntervalSet()) : "";
  report(previous, found, expected, word.empty() ? "" : fmt::format("did you mean '{}'?", word));
}

void SyntaxErrors::reportInputMismatch(Parser* parser, const antlr4::InputMismatchException& error) {
  reportExpected(parser, error.getOffendingToken(), error.getExpectedTokens());
}

void SyntaxErrors::reportUnwantedToken(Parser* parser) {
  if (inErrorRecoveryMode(parser)) return;
  beginErrorCondition(parser);
  reportExpected(parser, parser->getCurrentToken(), getExpectedTokens(parser));
}

void SyntaxErrors::reportMissingToken(Parser* parser) {
  reportUnwantedToken(parser);
}

/// Deletes a token if the next one fits. Not one that gives the text its structure, and not to go on with another line:
/// nearly every word fits where a name is wanted.
Token* SyntaxErrors::singleTokenDeletion(Parser* parser) {
  Token* next = parser->getTokenStream()->LT(2);
  bool same_line = next->getLine() == parser->getCurrentToken()->getLine();
  if (isStructure(textOf(parser, 1)) || !same_line || foreignAt(parser, parser->getCurrentToken())) return nullptr;
  return DefaultErrorStrategy::singleTokenDeletion(parser);
}

/// Goes on as if a token were there. Not in a phrase of another language.
bool SyntaxErrors::singleTokenInsertion(Parser* parser) {
  return !foreignAt(parser, parser->getCurrentToken()) && DefaultErrorStrategy::singleTokenInsertion(parser);
}

/// Called by each rule that gives up, from the innermost to the one that can go on.
void SyntaxErrors::recover(Parser* parser, std::exception_ptr) {
  if (skipForeign(parser)) {
    if (levelOf(parser->getContext()->getRuleIndex()) != Level::Part) endErrorCondition(parser);
    resumed_at_ = parser->getInputStream()->index();
    return;
  }
  bool again = parser->getInputStream()->index() == resumed_at_;
  given_up_ = again ? given_up_ + 1 : 0;
  if (given_up_ > MAX_RULES_AT_ONE_TOKEN) {
    parser->consume();
  } else if (again && !isBarrier(parser)) {
    return;  // the rule below has already skipped the item that this rule gives up
  }
  switch (levelOf(parser->getContext()->getRuleIndex())) {
    case Level::Part:
      return skipPart(parser);
    case Level::Item:
      skipItem(parser);
      if (!isBarrier(parser)) endErrorCondition(parser);  // between items: the next error is one of its own
      break;
    case Level::Block:
      skipBlock(parser);
      break;
  }
  resumed_at_ = parser->getInputStream()->index();
}

void SyntaxErrors::consumeUntil(Parser* parser, const IntervalSet& set) {
  bool at_file_level = parser->getContext()->getRuleIndex() == SfcParser::RuleFile;
  auto fits = [&] {
    return isBarrier(parser) || set.contains(parser->getTokenStream()->LA(1)) ||
           (!at_file_level && textOf(parser, 1) == "}");
  };
  bool go_on = true;
  while (skipForeign(parser)) {  // and what comes behind it, if that is foreign as well
    go_on = !fits();
    if (go_on && isStructure(textOf(parser, -1))) reportForeign(parser, parser->getCurrentToken());
  }
  while (go_on) {
    bool stray_brace = at_file_level && textOf(parser, 1) == "}";
    if (stray_brace) {
      parser->consume();
    } else {
      skipItem(parser);
    }
    go_on = !fits();
  }
}

}  // namespace sfc::syntax
