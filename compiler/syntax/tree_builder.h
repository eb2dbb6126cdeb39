// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Parse tree to syntax tree.
#pragma once

#include <string_view>

#include "SfcParser.h"
#include "compiler/ast/ast.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc::syntax {

/// Builds the tree of one file from a parse tree without syntax errors. Reports what the grammar lets through and a
/// tree cannot hold; then the tree is of no use. Expressions are in tree_expressions.cpp, all else in tree_builder.cpp.
class TreeBuilder {
public:
  TreeBuilder(uint32_t source, std::string_view text, Diagnostics& diagnostics)
      : source_(source), text_(text), diagnostics_(diagnostics) {}

  ast::File build(SfcParser::FileContext* tree);

private:
  // The whole of a rule or token, in the source.
  Range rangeOf(antlr4::ParserRuleContext* context) const;
  Range rangeOf(antlr4::Token* token) const;
  std::string_view textOf(Range range) const { return text_.substr(range.begin, range.end - range.begin); }

  ast::Identifier identifier(antlr4::ParserRuleContext* context) const;
  std::vector<ast::Identifier> identifiers(const std::vector<SfcParser::IdentifierContext*>& contexts) const;
  ast::Identifier newState(SfcParser::IdentifierContext* context);

  uint64_t number(antlr4::Token* token);
  unsigned width(antlr4::Token* token);
  unsigned width(SfcParser::BitTypeContext* context);

  void declaration(SfcParser::DeclarationContext* context, ast::File& file);
  void import(SfcParser::ImportDeclarationContext* context, ast::File& file);
  ast::Const constant(SfcParser::ConstDeclarationContext* context);
  ast::Param param(SfcParser::ParamDeclarationContext* context);
  ast::Header header(SfcParser::HeaderDeclarationContext* context);
  ast::Field field(SfcParser::FieldContext* context);
  ast::Annotation annotation(SfcParser::AnnotationContext* context);
  ast::Parser parser(SfcParser::ParserDeclarationContext* context);
  ast::Instance instance(SfcParser::InstanceContext* context);
  ast::Variable variable(SfcParser::VariableContext* context);
  ast::State state(SfcParser::StateContext* context);
  ast::Transition transition(SfcParser::TransitionContext* context);
  ast::Case selectCase(SfcParser::SelectCaseContext* context, size_t keys);
  ast::Pattern pattern(SfcParser::PatternContext* context);
  ast::Target target(SfcParser::TargetContext* context);
  ast::Key key(SfcParser::KeyDeclarationContext* context);
  ast::Telemetry telemetry(SfcParser::TelemetryDeclarationContext* context);
  ast::Measured measured(SfcParser::MeasuredContext* context);
  ast::Collected collected(SfcParser::CollectedContext* context);
  ast::Proxy proxy(SfcParser::ProxyDeclarationContext* context);
  void proxyItem(SfcParser::ProxyItemContext* context, ast::Proxy& proxy);
  ast::Require require(SfcParser::RequireContext* context);
  ast::CacheOption cacheOption(SfcParser::CacheOptionContext* context);
  ast::Strip push(SfcParser::PushContext* context);
  ast::Table table(SfcParser::TableContext* context);

  ast::Statement statement(SfcParser::StatementContext* context);
  std::vector<ast::Statement> statements(SfcParser::BlockContext* context);
  ast::Extract extract(SfcParser::ExtractContext* context);
  ast::Statement placeStatement(SfcParser::PlaceStatementContext* context);
  ast::Statement operation(SfcParser::PlaceStatementContext* context);
  ast::Statement conditional(SfcParser::ConditionalContext* context);

  ast::ExprPtr expression(SfcParser::ExpressionContext* context);
  ast::ExprPtr optionalExpression(SfcParser::ExpressionContext* context);
  std::vector<ast::ExprPtr> expressions(const std::vector<SfcParser::ExpressionContext*>& contexts);
  ast::ExprPtr infixes(SfcParser::ExpressionContext* context, size_t& at, unsigned least);
  ast::ExprPtr operand(SfcParser::OperandContext* context);
  ast::ExprPtr measurement(SfcParser::MeasurementContext* context);
  ast::ExprPtr primary(SfcParser::PrimaryContext* context);
  ast::ExprPtr digest(SfcParser::MeasurementContext* context);
  ast::ExprPtr suffix(ast::ExprPtr base, antlr4::tree::ParseTree* child);
  ast::ExprPtr wholePlace(SfcParser::PlaceContext* context);
  ast::ExprPtr place(SfcParser::PlaceContext* context, size_t suffixes);

  uint32_t source_;
  std::string_view text_;
  Diagnostics& diagnostics_;
};

}  // namespace sfc::syntax
