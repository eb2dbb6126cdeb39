// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Declarations and statements of the parse tree to those of the syntax tree; one function per rule of the grammar.
#include "compiler/syntax/tree_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "compiler/syntax/foreign.h"
#include "compiler/syntax/number.h"

namespace sfc::syntax {

namespace {

constexpr size_t MAX_BRANCHES = 64;  // of one if ... else if ... : each nests the next one in the tree

bool isTargetWord(std::string_view name) {
  return name == "accept" || name == "pass" || name == "reject" || name == "drop";
}

}  // namespace

// ---- places, names, numbers

Range TreeBuilder::rangeOf(antlr4::ParserRuleContext* context) const {
  return join(rangeOf(context->start), rangeOf(context->stop));
}

Range TreeBuilder::rangeOf(antlr4::Token* token) const {
  return {source_, static_cast<uint32_t>(token->getStartIndex()), static_cast<uint32_t>(token->getStopIndex() + 1)};
}

ast::Identifier TreeBuilder::identifier(antlr4::ParserRuleContext* context) const {
  Range range = rangeOf(context);
  return {range, std::string(textOf(range))};
}

std::vector<ast::Identifier> TreeBuilder::identifiers(
    const std::vector<SfcParser::IdentifierContext*>& contexts) const {
  std::vector<ast::Identifier> list;
  list.reserve(contexts.size());
  for (SfcParser::IdentifierContext* context : contexts) list.push_back(identifier(context));
  return list;
}

/// The name of a state that is declared here; no transition could go to one that is called like another target.
ast::Identifier TreeBuilder::newState(SfcParser::IdentifierContext* context) {
  ast::Identifier name = identifier(context);
  if (isTargetWord(name.name)) {
    diagnostics_.error(name.range, "E0112", fmt::format("a state cannot be called '{}'", name.name),
                       "'accept', 'pass', 'reject' and 'drop' are targets already");
  }
  return name;
}

uint64_t TreeBuilder::number(antlr4::Token* token) {
  Range range = rangeOf(token);
  NumberValue value = readNumber(textOf(range));
  if (value.error == NumberError::TooLarge) {
    diagnostics_.error(range, "E0107", "a number must fit in 64 bits");
  } else if (value.error == NumberError::Malformed) {
    diagnostics_.error(range, "E0106", fmt::format("'{}' is not a number", textOf(range)),
                       "write 10, 0x8847 or 0b101; '_' may separate digits");
  } else if (value.is_duration) {
    diagnostics_.error(range, "E0106", fmt::format("expected a number, found the duration '{}'", textOf(range)));
  }
  return value.value;
}

unsigned TreeBuilder::width(antlr4::Token* token) {
  size_t reported = diagnostics_.all().size();
  uint64_t value = number(token);
  bool fits = value >= 1 && value <= std::numeric_limits<unsigned>::max();
  if (!fits && diagnostics_.all().size() == reported) {
    diagnostics_.error(rangeOf(token), "E0108", fmt::format("invalid size {}", value));
  }
  return static_cast<unsigned>(value);
}

unsigned TreeBuilder::width(SfcParser::BitTypeContext* context) {
  return width(context->NUMBER()->getSymbol());
}

// ---- declarations

ast::File TreeBuilder::build(SfcParser::FileContext* tree) {
  ast::File file;
  file.source = source_;
  for (antlr4::tree::ParseTree* child : tree->children) {
    if (auto* context = dynamic_cast<SfcParser::ImportDeclarationContext*>(child)) import(context, file);
    if (auto* context = dynamic_cast<SfcParser::DeclarationContext*>(child)) declaration(context, file);
  }
  return file;
}

void TreeBuilder::declaration(SfcParser::DeclarationContext* context, ast::File& file) {
  auto& list = file.declarations;
  if (auto* inner = context->constDeclaration()) list.emplace_back(constant(inner));
  if (auto* inner = context->paramDeclaration()) list.emplace_back(param(inner));
  if (auto* inner = context->headerDeclaration()) list.emplace_back(header(inner));
  if (auto* inner = context->parserDeclaration()) list.emplace_back(parser(inner));
  if (auto* inner = context->keyDeclaration()) list.emplace_back(key(inner));
  if (auto* inner = context->telemetryDeclaration()) list.emplace_back(telemetry(inner));
  if (auto* inner = context->actionDeclaration())
    list.emplace_back(ast::Action{rangeOf(inner), identifier(inner->identifier()), statements(inner->block())});
  if (auto* inner = context->proxyDeclaration()) list.emplace_back(proxy(inner));
}

void TreeBuilder::import(SfcParser::ImportDeclarationContext* context, ast::File& file) {
  Range range = rangeOf(context);
  if (!file.declarations.empty()) {
    diagnostics_.error(range, "E0109", "an import after a declaration", "move it to the top of the file");
  }
  file.imports.push_back({range, identifiers(context->identifier())});
}

ast::Const TreeBuilder::constant(SfcParser::ConstDeclarationContext* context) {
  return {rangeOf(context), width(context->bitType()), identifier(context->identifier()),
          expression(context->expression())};
}

ast::Param TreeBuilder::param(SfcParser::ParamDeclarationContext* context) {
  return {rangeOf(context), width(context->bitType()), identifier(context->identifier()),
          expression(context->expression())};
}

ast::Header TreeBuilder::header(SfcParser::HeaderDeclarationContext* context) {
  ast::Header header{rangeOf(context), identifier(context->identifier()), {}, {}};
  for (SfcParser::AnnotationContext* inner : context->annotation()) header.annotations.push_back(annotation(inner));
  for (SfcParser::FieldContext* inner : context->field()) header.fields.push_back(field(inner));
  return header;
}

ast::Field TreeBuilder::field(SfcParser::FieldContext* context) {
  ast::Field field;
  field.range = rangeOf(context);
  for (SfcParser::AnnotationContext* inner : context->annotation()) field.annotations.push_back(annotation(inner));
  field.width =
      context->bitType() != nullptr ? width(context->bitType()) : width(context->varbitType()->NUMBER()->getSymbol());
  field.name = identifier(context->identifier());
  field.length = optionalExpression(context->expression());
  return field;
}

ast::Annotation TreeBuilder::annotation(SfcParser::AnnotationContext* context) {
  return {rangeOf(context), identifier(context->identifier()), expressions(context->expression())};
}

ast::Key TreeBuilder::key(SfcParser::KeyDeclarationContext* context) {
  ast::Key key;
  key.range = rangeOf(context);
  key.name = identifier(context->identifier(0));
  if (context->identifier().size() > 1) key.base = identifier(context->identifier(1));
  for (SfcParser::KeyItemContext* item : context->keyItem()) key.items.push_back(expression(item->expression()));
  return key;
}

ast::Telemetry TreeBuilder::telemetry(SfcParser::TelemetryDeclarationContext* context) {
  ast::Telemetry telemetry;
  telemetry.range = rangeOf(context);
  telemetry.name = identifier(context->identifier());
  const auto once = [&](const ast::ExprPtr& given, antlr4::ParserRuleContext* again, const char* word) {
    if (given)
      diagnostics_.error(rangeOf(again), "E0111", fmt::format("'{}' is given twice", word),
                         fmt::format("telemetry '{}' can have only one", telemetry.name.name));
  };
  for (SfcParser::TelemetryItemContext* item : context->telemetryItem()) {
    if (auto* inner = item->by()) {
      once(telemetry.by, inner, "by");
      telemetry.by = expression(inner->expression());
    }
    if (auto* inner = item->size()) {
      once(telemetry.size, inner, "size");
      telemetry.size = expression(inner->expression(0));
      telemetry.size_max = expression(inner->expression(1));
    }
    if (auto* inner = item->measured()) telemetry.items.push_back(measured(inner));
    if (auto* inner = item->collected()) telemetry.collected.push_back(collected(inner));
  }
  return telemetry;
}

ast::Measured TreeBuilder::measured(SfcParser::MeasuredContext* context) {
  ast::Measured item;
  item.range = rangeOf(context);
  if (SfcParser::GateContext* gate = context->gate()) {
    item.first = expression(gate->expression(0));
    if (gate->expression().size() > 1) item.last = expression(gate->expression(1));
  }
  item.width = width(context->bitType());
  item.name = identifier(context->identifier());
  item.value = expression(context->expression());
  return item;
}

ast::Collected TreeBuilder::collected(SfcParser::CollectedContext* context) {
  ast::Collected item;
  item.range = rangeOf(context);
  item.data = identifier(context->identifier(0));
  item.name = identifier(context->identifier(1));
  item.behind = identifier(context->identifier(2));
  const auto expressions = context->expression();
  if (expressions.size() > 1) item.at = expression(expressions.front());
  item.size = expression(expressions.back());
  return item;
}

// ---- parsers

ast::Parser TreeBuilder::parser(SfcParser::ParserDeclarationContext* context) {
  ast::Parser parser;
  parser.range = rangeOf(context);
  parser.name = identifier(context->identifier());
  for (SfcParser::ParserItemContext* item : context->parserItem()) {
    if (auto* inner = item->use()) parser.uses.push_back(identifier(inner->identifier()));
    if (auto* inner = item->instance()) parser.instances.push_back(instance(inner));
    if (auto* inner = item->variable()) parser.variables.push_back(variable(inner));
    if (auto* inner = item->state()) parser.states.push_back(state(inner));
  }
  return parser;
}

ast::Instance TreeBuilder::instance(SfcParser::InstanceContext* context) {
  return {rangeOf(context), identifier(context->identifier(0)), identifier(context->identifier(1)),
          optionalExpression(context->expression())};
}

ast::Variable TreeBuilder::variable(SfcParser::VariableContext* context) {
  return {rangeOf(context), width(context->bitType()), identifier(context->identifier()),
          optionalExpression(context->expression())};
}

ast::State TreeBuilder::state(SfcParser::StateContext* context) {
  ast::State state;
  state.range = rangeOf(context);
  state.overrides = context->start->getText() == "override";
  state.name = newState(context->identifier());
  bool ended = false;
  for (SfcParser::StateItemContext* item : context->stateItem()) {
    if (ended) {
      diagnostics_.error(rangeOf(item), "E0110",
                         fmt::format("state '{}' has statements behind its transition", state.name.name),
                         "'select' or 'transition' comes once, and last");
      return state;
    }
    ended = item->transition() != nullptr;
    if (ended) {
      state.transition = transition(item->transition());
    } else {
      state.body.push_back(statement(item->statement()));
    }
  }
  if (!ended) {
    diagnostics_.error(state.name.range, "E0110", fmt::format("state '{}' has no transition", state.name.name),
                       "end it with 'select (...) { ... }', 'transition STATE;' or 'transition accept;'");
  }
  return state;
}

ast::Transition TreeBuilder::transition(SfcParser::TransitionContext* context) {
  ast::Transition transition;
  transition.range = rangeOf(context);
  if (context->target() != nullptr) {
    transition.cases.push_back({rangeOf(context->target()), {}, target(context->target())});
    return transition;
  }
  transition.keys = expressions(context->expression());
  for (SfcParser::SelectCaseContext* inner : context->selectCase()) {
    transition.cases.push_back(selectCase(inner, transition.keys.size()));
  }
  return transition;
}

ast::Case TreeBuilder::selectCase(SfcParser::SelectCaseContext* context, size_t keys) {
  ast::Case result{rangeOf(context), {}, target(context->target())};
  SfcParser::CaseLabelContext* label = context->caseLabel();
  for (SfcParser::PatternContext* inner : label->pattern()) result.patterns.push_back(pattern(inner));
  bool is_default = label->pattern().empty();
  for (size_t i = 0; is_default && i < keys; ++i) {
    result.patterns.push_back({rangeOf(label), ast::Pattern::Kind::Any, nullptr, nullptr});
  }
  return result;
}

ast::Pattern TreeBuilder::pattern(SfcParser::PatternContext* context) {
  using Kind = ast::Pattern::Kind;
  ast::Pattern pattern;
  pattern.range = rangeOf(context);
  if (context->expression().empty()) return pattern;
  pattern.kind = Kind::Value;
  pattern.first = expression(context->expression(0));
  if (context->expression().size() == 1) return pattern;
  pattern.kind = context->children[1]->getText() == "&&&" ? Kind::Mask : Kind::Interval;
  pattern.second = expression(context->expression(1));
  return pattern;
}

ast::Target TreeBuilder::target(SfcParser::TargetContext* context) {
  using Kind = ast::Target::Kind;
  Range range = rangeOf(context);
  if (context->name() != nullptr) return {range, Kind::State, identifier(context->name())};
  std::string_view word = textOf(rangeOf(context->start));
  if (word == "accept") return {range, Kind::Accept, {}};
  if (word == "pass") return {range, Kind::Pass, {}};
  if (word == "reject") return {range, Kind::Reject, {}};
  if (context->identifier() == nullptr) return {range, Kind::Drop, {}};
  return {range, Kind::Drop, identifier(context->identifier())};
}

// ---- statements

ast::Statement TreeBuilder::statement(SfcParser::StatementContext* context) {
  Range range = rangeOf(context);
  if (auto* inner = context->extract()) return {range, extract(inner)};
  if (auto* inner = context->verify()) return {range, ast::Verify{expression(inner->expression())}};
  if (auto* inner = context->limit()) return {range, ast::Limit{expression(inner->expression())}};
  if (auto* inner = context->advance()) return {range, ast::Advance{expression(inner->expression())}};
  if (auto* inner = context->swap())
    return {range, ast::Swap{wholePlace(inner->place(0)), wholePlace(inner->place(1))}};
  if (auto* inner = context->leave())
    return {range, ast::Drop{inner->identifier() ? identifier(inner->identifier()) : ast::Identifier{}}};
  if (auto* inner = context->conditional()) return conditional(inner);
  if (auto* inner = context->variable()) return {range, variable(inner)};
  if (auto* inner = context->pushHeaders()) return {range, ast::PushHeaders{identifiers(inner->identifier())}};
  if (auto* inner = context->insert())
    return {range, ast::Insert{identifier(inner->identifier(0)), identifier(inner->identifier(1))}};
  if (auto* inner = context->write())
    return {range, ast::Write{identifier(inner->identifier(0)), identifier(inner->identifier(1)),
                              expression(inner->expression())}};
  if (auto* inner = context->report()) return {range, ast::Report{identifier(inner->identifier())}};
  return placeStatement(context->placeStatement());
}

std::vector<ast::Statement> TreeBuilder::statements(SfcParser::BlockContext* context) {
  std::vector<ast::Statement> list;
  for (SfcParser::StatementContext* inner : context->statement()) list.push_back(statement(inner));
  return list;
}

ast::Extract TreeBuilder::extract(SfcParser::ExtractContext* context) {
  ast::Extract extract{identifier(context->identifier(0)), context->identifier().size() > 1};
  if (!extract.next) return extract;
  ast::Identifier member = identifier(context->identifier(1));
  if (member.name != "next") {
    diagnostics_.error(member.range, "E0115", fmt::format("cannot extract '{}'", member.name),
                       fmt::format("the next element of a stack is '{}.next'", extract.instance.name));
  }
  return extract;
}

ast::Statement TreeBuilder::placeStatement(SfcParser::PlaceStatementContext* context) {
  if (auto* many = context->popMany())
    return {rangeOf(context), ast::Pop{wholePlace(context->place()), expression(many->expression())}};
  if (context->expression() == nullptr) return operation(context);
  ast::ExprPtr to = wholePlace(context->place());
  return {rangeOf(context), ast::Assign{std::move(to), expression(context->expression())}};
}

/// `labels.pop();`: all but the last suffix of the place is the stack, the last one says what is done. `name();`,
/// without one, is an action.
ast::Statement TreeBuilder::operation(SfcParser::PlaceStatementContext* context) {
  SfcParser::PlaceContext* called = context->place();
  if (called->children.size() == 1) {
    ast::Identifier action = identifier(called->identifier());
    if (auto hint = foreignCall(action.name))
      diagnostics_.error(action.range, "E0118", fmt::format("there is no '{}()'", action.name), *hint);
    return {rangeOf(context), ast::Call{action}};
  }
  auto* last = dynamic_cast<SfcParser::MemberContext*>(called->children.back());
  ast::Identifier name = last != nullptr ? identifier(last->identifier()) : identifier(called);
  auto* before = dynamic_cast<SfcParser::MemberContext*>(called->children[called->children.size() - 2]);
  const ast::Identifier header = identifier(before != nullptr ? before->identifier() : called->identifier());
  if (auto hint = foreignOperation(name.name, header.name); last != nullptr && hint) {
    diagnostics_.error(name.range, "E0118", fmt::format("there is no '{}()'", name.name), *hint);
  } else if (last == nullptr || name.name != "pop") {
    diagnostics_.error(name.range, "E0115", fmt::format("unknown operation '{}'", name.name),
                       "a stack has 'pop()' and 'pop(N)', which remove its first elements");
  }
  return {rangeOf(context), ast::Pop{place(called, called->children.size() - 2), nullptr}};
}

/// Builds from the last branch to the first: each becomes the else branch of the one before.
ast::Statement TreeBuilder::conditional(SfcParser::ConditionalContext* context) {
  const std::vector<SfcParser::BranchContext*> branches = context->branch();
  if (branches.size() > MAX_BRANCHES) {
    diagnostics_.error(rangeOf(branches[MAX_BRANCHES]), "E0104",
                       fmt::format("more than {} branches in one 'if'", MAX_BRANCHES));
    return {rangeOf(context), ast::If{}};
  }
  std::vector<ast::Statement> otherwise;
  if (context->block() != nullptr) otherwise = statements(context->block());
  for (size_t i = branches.size(); i-- > 0;) {
    Range range = join(rangeOf(branches[i]), rangeOf(context->stop));
    ast::If node{expression(branches[i]->expression()), statements(branches[i]->block()), std::move(otherwise)};
    otherwise.clear();
    otherwise.push_back({range, std::move(node)});
  }
  return std::move(otherwise.front());
}

// ---- proxies

ast::Proxy TreeBuilder::proxy(SfcParser::ProxyDeclarationContext* context) {
  ast::Proxy proxy;
  proxy.range = rangeOf(context);
  const std::string kind = context->start->getText();
  if (kind == "egress") proxy.word = ast::ProxyWord::Egress;
  if (kind == "classifier") proxy.word = ast::ProxyWord::Classifier;
  proxy.name = identifier(context->identifier());
  std::vector<std::string> seen;
  for (SfcParser::ProxyItemContext* item : context->proxyItem()) {
    std::string word = item->start->getText();
    if (item->onArrival() != nullptr) word = "on arrival";
    if (item->onReturn() != nullptr) word = "on return";
    bool once = word != "strip" && word != "require" && word != "table";
    if (once && std::ranges::find(seen, word) != seen.end()) {
      diagnostics_.error(rangeOf(item), "E0111", fmt::format("'{}' is given twice", word),
                         fmt::format("{} '{}' can have only one", kind, proxy.name.name));
      continue;
    }
    seen.push_back(word);
    proxyItem(item, proxy);
  }
  return proxy;
}

void TreeBuilder::proxyItem(SfcParser::ProxyItemContext* context, ast::Proxy& proxy) {
  if (auto* inner = context->parse()) proxy.parser = identifier(inner->identifier());
  if (auto* inner = context->strip())
    proxy.strips.push_back({rangeOf(inner), identifiers(inner->identifier()), false, {}});
  if (auto* inner = context->push()) proxy.strips.push_back(push(inner));
  if (auto* inner = context->require()) proxy.requires_.push_back(require(inner));
  if (auto* inner = context->onArrival()) proxy.on_arrival = statements(inner->block());
  if (auto* inner = context->onReturn()) proxy.on_return = statements(inner->block());
  if (auto* inner = context->useKey()) proxy.key = identifier(inner->identifier());
  if (auto* inner = context->cache()) {
    for (SfcParser::CacheOptionContext* option : inner->cacheOption()) proxy.cache.push_back(cacheOption(option));
  }
  if (auto* inner = context->table()) proxy.tables.push_back(table(inner));
}

ast::Strip TreeBuilder::push(SfcParser::PushContext* context) {
  ast::Strip push{rangeOf(context), identifiers(context->identifier()), true, {}, {}};
  if (auto* outer = context->pushedIn()) push.outer = identifiers(outer->identifier());
  for (SfcParser::PushDefaultContext* inner : context->pushDefault())
    push.defaults.push_back({wholePlace(inner->place()), expression(inner->expression())});
  return push;
}

ast::Table TreeBuilder::table(SfcParser::TableContext* context) {
  ast::Table table{rangeOf(context), identifier(context->identifier()), {}, {}, {}};
  for (SfcParser::TableItemContext* item : context->tableItem()) {
    if (auto* inner = item->tableField())
      table.fields.push_back({rangeOf(inner), wholePlace(inner->place()), identifier(inner->identifier())});
    if (auto* inner = item->cacheOption()) table.options.push_back(cacheOption(inner));
  }
  for (SfcParser::TableValueContext* inner : context->tableValue())
    table.values.push_back({rangeOf(inner), width(inner->bitType()), identifier(inner->identifier())});
  return table;
}

ast::Require TreeBuilder::require(SfcParser::RequireContext* context) {
  ast::Require require{rangeOf(context), expression(context->expression()), target(context->target())};
  bool leaves = require.otherwise.kind == ast::Target::Kind::Pass || require.otherwise.kind == ast::Target::Kind::Drop;
  if (!leaves) {
    diagnostics_.error(require.otherwise.range, "E0116", "a packet that fails a requirement is passed or dropped",
                       "write 'else pass', 'else drop' or 'else drop REASON'");
  }
  return require;
}

ast::CacheOption TreeBuilder::cacheOption(SfcParser::CacheOptionContext* context) {
  ast::CacheOption option;
  option.range = rangeOf(context);
  option.name = identifier(context->identifier(0));
  if (context->NUMBER() == nullptr) {
    option.word = identifier(context->identifier(1));
    return option;
  }
  antlr4::Token* token = context->NUMBER()->getSymbol();
  NumberValue value = readNumber(textOf(rangeOf(token)));
  option.is_duration = value.is_duration;
  option.number = value.is_duration && value.error == NumberError::None ? value.value : number(token);
  return option;
}

}  // namespace sfc::syntax
