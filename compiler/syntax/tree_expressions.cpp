// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Expressions of the parse tree to expressions of the syntax tree. Recursion is as deep as the expression, which the
// token check in parse.cpp has bounded.
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/syntax/tree_builder.h"

namespace sfc::syntax {

namespace {

template <typename Node>
ast::ExprPtr make(Range range, Node node) {
  return std::make_unique<ast::Expr>(ast::Expr{range, std::move(node)});
}

ast::UnaryOp unaryOp(std::string_view text) {
  if (text == "!") return ast::UnaryOp::Not;
  return text == "~" ? ast::UnaryOp::Complement : ast::UnaryOp::Negate;
}

struct Infix {
  ast::BinaryOp op;
  unsigned strength;  // of two beside an operand, the one with more of it has it
};

/// As it is written, but for the space that may stand between the two `>` of a shift.
Infix infixOf(const std::string& text) {
  using Op = ast::BinaryOp;
  static const std::map<std::string_view, Infix> all = {
      {"*", {Op::Mul, 9}},         {"/", {Op::Div, 9}},       {"%", {Op::Mod, 9}},  {"+", {Op::Add, 8}},
      {"-", {Op::Sub, 8}},         {"<<", {Op::Shl, 7}},      {">>", {Op::Shr, 7}}, {"&", {Op::And, 6}},
      {"^", {Op::Xor, 5}},         {"|", {Op::Or, 4}},        {"<", {Op::Lt, 3}},   {"<=", {Op::Le, 3}},
      {">", {Op::Gt, 3}},          {">=", {Op::Ge, 3}},       {"==", {Op::Eq, 2}},  {"!=", {Op::Ne, 2}},
      {"&&", {Op::LogicalAnd, 1}}, {"||", {Op::LogicalOr, 0}}};
  return all.at(text);
}

}  // namespace

ast::ExprPtr TreeBuilder::optionalExpression(SfcParser::ExpressionContext* context) {
  return context == nullptr ? nullptr : expression(context);
}

std::vector<ast::ExprPtr> TreeBuilder::expressions(const std::vector<SfcParser::ExpressionContext*>& contexts) {
  std::vector<ast::ExprPtr> list;
  list.reserve(contexts.size());
  for (SfcParser::ExpressionContext* context : contexts) list.push_back(expression(context));
  return list;
}

ast::ExprPtr TreeBuilder::expression(SfcParser::ExpressionContext* context) {
  size_t at = 0;
  return infixes(context, at, 0);
}

/// From operand `at` on, as far as operators are at least so strong; `at` is the last operand of it then.
ast::ExprPtr TreeBuilder::infixes(SfcParser::ExpressionContext* context, size_t& at, unsigned least) {
  const std::vector<SfcParser::InfixContext*> operators = context->infix();
  const Range first = rangeOf(context->operand(at));
  ast::ExprPtr left = operand(context->operand(at));
  while (at < operators.size()) {
    const Range where = rangeOf(operators[at]);
    const Infix infix = infixOf(operators[at]->getText());
    if (infix.strength < least) break;
    if (infix.op == ast::BinaryOp::Shr && textOf(where) != ">>")
      diagnostics_.error(where, "E0113", "the two '>' of a shift must stand together", "write '>>'");
    at++;
    ast::ExprPtr right = infixes(context, at, infix.strength + 1);
    left = make(join(first, rangeOf(context->operand(at))), ast::Binary{infix.op, std::move(left), std::move(right)});
  }
  return left;
}

ast::ExprPtr TreeBuilder::operand(SfcParser::OperandContext* context) {
  if (context->prefix != nullptr)
    return make(rangeOf(context), ast::Unary{unaryOp(context->prefix->getText()), operand(context->operand())});
  ast::ExprPtr expr = primary(context->primary());
  for (size_t i = 1; i < context->children.size(); ++i)  // child 0 is the primary
    expr = suffix(std::move(expr), context->children[i]);
  return expr;
}

ast::ExprPtr TreeBuilder::primary(SfcParser::PrimaryContext* context) {
  Range range = rangeOf(context);
  if (SfcParser::ExpressionContext* inner = context->expression()) {
    ast::ExprPtr expr = expression(inner);
    if (expr != nullptr) expr->range = range;  // with the parentheses
    return expr;
  }
  if (context->measurement() != nullptr) return measurement(context->measurement());
  if (context->NUMBER() != nullptr) return make(range, ast::Number{number(context->NUMBER()->getSymbol())});
  if (context->plainIdentifier() != nullptr) return make(range, ast::Name{std::string(textOf(range))});
  return make(range, ast::Boolean{textOf(range) == "true"});
}

ast::ExprPtr TreeBuilder::measurement(SfcParser::MeasurementContext* context) {
  const Range range = rangeOf(context);
  if (context->bitType() != nullptr) return make(range, ast::Lookahead{width(context->bitType())});
  if (context->NUMBER() != nullptr) return digest(context);
  const std::vector<ast::ExprPtr> arguments = expressions(context->expression());
  if (arguments.size() == 1) return make(range, ast::Sampled{arguments[0]});
  if (arguments.size() == 2) return make(range, ast::Swapped{arguments[0], arguments[1]});
  if (arguments.size() == 3) return make(range, ast::MulMod{arguments[0], arguments[1], arguments[2]});
  return make(range, ast::Name{std::string(textOf(range))});
}

ast::ExprPtr TreeBuilder::digest(SfcParser::MeasurementContext* context) {
  ast::Identifier what = identifier(context->identifier());
  if (what.name != "payload") {
    diagnostics_.error(what.range, "E0114", fmt::format("cannot make a digest of '{}'", what.name),
                       "write 'payload': the bytes behind the last extracted header");
  }
  ast::Digest digest{width(context->NUMBER()->getSymbol()), std::nullopt};
  if (context->unless() != nullptr) digest.unless = identifier(context->unless()->identifier());
  return make(rangeOf(context), std::move(digest));
}

/// `child` is a member or an index.
ast::ExprPtr TreeBuilder::suffix(ast::ExprPtr base, antlr4::tree::ParseTree* child) {
  if (base == nullptr) return nullptr;
  if (auto* member = dynamic_cast<SfcParser::MemberContext*>(child)) {
    const Range range = join(base->range, rangeOf(member));
    return make(range, ast::Member{std::move(base), identifier(member->identifier())});
  }
  auto* index = dynamic_cast<SfcParser::IndexContext*>(child);
  const Range range = join(base->range, rangeOf(index));
  const std::vector<ast::ExprPtr> bounds = expressions(index->expression());
  if (bounds.size() == 2) return make(range, ast::Slice{std::move(base), bounds[0], bounds[1]});
  return make(range, ast::Index{std::move(base), bounds[0]});
}

ast::ExprPtr TreeBuilder::wholePlace(SfcParser::PlaceContext* context) {
  return place(context, context->children.size() - 1);
}

/// The first `suffixes` of the members and indexes of a place.
ast::ExprPtr TreeBuilder::place(SfcParser::PlaceContext* context, size_t suffixes) {
  ast::Identifier root = identifier(context->identifier());
  ast::ExprPtr expr = make(root.range, ast::Name{root.name});
  for (size_t i = 1; i <= suffixes; ++i) expr = suffix(std::move(expr), context->children[i]);  // child 0 is the root
  return expr;
}

}  // namespace sfc::syntax
