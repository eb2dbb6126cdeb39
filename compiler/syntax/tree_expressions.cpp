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

ast::BinaryOp binaryOp(std::string_view text) {
  using Op = ast::BinaryOp;
  static const std::map<std::string_view, Op> ops = {
      {"*", Op::Mul}, {"/", Op::Div}, {"%", Op::Mod}, {"+", Op::Add},  {"-", Op::Sub},         {"<<", Op::Shl},
      {"<", Op::Lt},  {"<=", Op::Le}, {">", Op::Gt},  {">=", Op::Ge},  {"==", Op::Eq},         {"!=", Op::Ne},
      {"&", Op::And}, {"^", Op::Xor}, {"|", Op::Or},  {">>", Op::Shr}, {"&&", Op::LogicalAnd}, {"||", Op::LogicalOr}};
  return ops.at(text);
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
  if (SfcParser::PrimaryContext* inner = context->primary()) return primary(inner);
  if (context->infix != nullptr) return binary(context);
  ast::ExprPtr operand = expression(context->expression(0));
  if (context->prefix == nullptr) return suffix(std::move(operand), context->member(), context->index());
  return make(rangeOf(context), ast::Unary{unaryOp(context->prefix->getText()), std::move(operand)});
}

ast::ExprPtr TreeBuilder::binary(SfcParser::ExpressionContext* context) {
  Range op = rangeOf(context->infix);
  if (context->second != nullptr) op = join(op, rangeOf(context->second));
  if (context->second != nullptr && textOf(op) != ">>") {
    diagnostics_.error(op, "E0113", "the two '>' of a shift must stand together", "write '>>'");
    return nullptr;
  }
  ast::ExprPtr left = expression(context->expression(0));
  ast::ExprPtr right = expression(context->expression(1));
  return make(rangeOf(context), ast::Binary{binaryOp(textOf(op)), std::move(left), std::move(right)});
}

ast::ExprPtr TreeBuilder::primary(SfcParser::PrimaryContext* context) {
  Range range = rangeOf(context);
  if (SfcParser::ExpressionContext* inner = context->expression()) {
    ast::ExprPtr expr = expression(inner);
    if (expr != nullptr) expr->range = range;  // with the parentheses
    return expr;
  }
  if (SfcParser::SampledContext* sampled = context->sampled())
    return make(range, ast::Sampled{expression(sampled->expression())});
  if (context->bitType() != nullptr) return make(range, ast::Lookahead{width(context->bitType())});
  if (context->NUMBER() != nullptr && context->identifier() != nullptr) return digest(context);
  if (context->NUMBER() != nullptr) return make(range, ast::Number{number(context->NUMBER()->getSymbol())});
  if (context->identifier() != nullptr) return make(range, ast::Name{std::string(textOf(range))});
  return make(range, ast::Boolean{textOf(range) == "true"});
}

ast::ExprPtr TreeBuilder::digest(SfcParser::PrimaryContext* context) {
  ast::Identifier what = identifier(context->identifier());
  if (what.name != "payload") {
    diagnostics_.error(what.range, "E0114", fmt::format("cannot make a digest of '{}'", what.name),
                       "write 'payload': the bytes behind the last extracted header");
  }
  ast::Digest digest{width(context->NUMBER()->getSymbol()), std::nullopt};
  if (context->unless() != nullptr) digest.unless = identifier(context->unless()->identifier());
  return make(rangeOf(context), std::move(digest));
}

ast::ExprPtr TreeBuilder::suffix(ast::ExprPtr base, SfcParser::MemberContext* member, SfcParser::IndexContext* index) {
  if (base == nullptr) return nullptr;
  Range range = join(base->range, member != nullptr ? rangeOf(member) : rangeOf(index));
  if (member != nullptr) return make(range, ast::Member{std::move(base), identifier(member->identifier())});
  return make(range, ast::Index{std::move(base), expression(index->expression())});
}

ast::ExprPtr TreeBuilder::wholePlace(SfcParser::PlaceContext* context) {
  return place(context, context->children.size() - 1);
}

/// The first `suffixes` of the members and indexes of a place.
ast::ExprPtr TreeBuilder::place(SfcParser::PlaceContext* context, size_t suffixes) {
  ast::Identifier root = identifier(context->identifier());
  ast::ExprPtr expr = make(root.range, ast::Name{root.name});
  for (size_t i = 1; i <= suffixes; ++i) {  // child 0 is the root
    antlr4::tree::ParseTree* child = context->children[i];
    expr = suffix(std::move(expr), dynamic_cast<SfcParser::MemberContext*>(child),
                  dynamic_cast<SfcParser::IndexContext*>(child));
  }
  return expr;
}

}  // namespace sfc::syntax
