// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The meanings of the names of a spec. Built in steps by analyse(); each step only adds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/model.h"
#include "compiler/sema/sema.h"
#include "lib/source/diagnostics.h"

namespace sfc::sema {

/// The declarations of all files by name.
struct Declarations {
  std::map<std::string, const ast::Const*> constants;
  std::map<std::string, const ast::Param*> params;
  std::map<std::string, const ast::Header*> headers;
  std::map<std::string, const ast::Parser*> parsers;
  std::map<std::string, const ast::Key*> keys;
  std::map<std::string, const ast::Telemetry*> telemetry;
  std::map<std::string, const ast::Action*> actions;
  std::vector<const ast::Proxy*> proxies;
};

/// The names that an expression may refer to.
struct Names {
  std::map<std::string, int64_t> constants;
  std::map<std::string, unsigned> params;
  std::map<std::string, unsigned> headers;
  std::map<std::string, unsigned> instances;
  std::map<std::string, unsigned> variables;
  std::map<std::string, unsigned> states;
  std::map<std::string, unsigned> telemetry;
  std::map<std::string, unsigned> tables;
  // The header whose length is being resolved: its fields are then names by themselves.
  const ir::Header* own_header = nullptr;
  bool lookahead_allowed = false;
  // In `on return` of a proxy and `on arrival` of a terminator: `arrived` and the like, and telemetry data.
  bool measured = false;
  // In `on arrival` of a terminator: there is no return.
  bool terminates = false;
  // In `on return` the stacks of the record have a size that edits change.
  bool on_return = false;
  // Packets can be looked up in tables.
  bool tables_allowed = false;
  // Entries of tables have headers that are pushed.
  bool pushes = false;
  // The number of `sampled`s so far; null where it is not allowed.
  unsigned* samples = nullptr;
};

/// The names of a map, for didYouMean.
template <typename Map>
std::vector<std::string> namesOf(const Map& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first);
  return names;
}

/// "did you mean 'x'?" or nothing.
std::string meant(const std::string& name, const std::vector<std::string>& candidates);

// declarations.cpp
Declarations collect(const std::vector<const ast::File*>& files, Diagnostics& diagnostics);
void resolveConstants(const Declarations& declarations, const Overrides& overrides, Names& names,
                      Diagnostics& diagnostics);
void resolveParams(const Declarations& declarations, Names& names, model::Model& model, Diagnostics& diagnostics);
void resolveHeaders(const Declarations& declarations, Names& names, model::Model& model, Diagnostics& diagnostics);

// limits.cpp
/// Refuses specs that exceed a limit.
void checkLimits(const std::vector<const ast::File*>& files, Diagnostics& diagnostics);

// actions.cpp
/// The statements of a proxy, with the names of actions replaced by their statements.
ast::Proxy withActions(const ast::Proxy& proxy, const Declarations& declarations, Diagnostics& diagnostics);

// expressions.cpp
/// Resolves an expression; null after an error.
ir::ExprPtr resolve(const ast::Expr& expr, const Names& names, const model::Model& model, Diagnostics& diagnostics);
/// The single header of a name, behind which telemetry goes.
std::optional<unsigned> singleHeader(const ast::Identifier& name, const Names& names, const model::Model& model,
                                     Diagnostics& diagnostics);
/// Resolves a reference to a field, such as `labels[0].ttl`.
std::optional<ir::FieldRef> resolveField(const ast::Expr& expr, const Names& names, const model::Model& model,
                                         Diagnostics& diagnostics);
/// The same, or bits of a field, such as `ipv6.dst[95:80]`.
std::optional<ir::FieldRef> resolveBits(const ast::Expr& expr, const Names& names, const model::Model& model,
                                        Diagnostics& diagnostics);
/// The variable that a name stands for on the left side of an assignment.
std::optional<unsigned> variableNamed(const ast::Expr& expr, const ast::Name& name, const Names& names,
                                      Diagnostics& diagnostics);
/// The value of an expression of constants.
std::optional<int64_t> constantValue(const ast::Expr& expr, const Names& names, Diagnostics& diagnostics);

// declarations.cpp
/// Reports a width that no number of an expression has. False after an error.
bool checkValueWidth(unsigned width, const ast::Identifier& name, Diagnostics& diagnostics);

// bits.cpp
inline constexpr unsigned MaxNumberBits = 64;
/// The bits of a number that is not calculated; nothing for other expressions.
std::optional<unsigned> widthOf(const ir::Expr& expr, const model::Model& model);
/// The most that an expression can be, as far as a shift needs to know.
uint64_t mostOf(const ir::ExprPtr& expr, const model::Model& model);
/// Bits of a field.
std::optional<ir::FieldRef> bitsOf(Range range, ir::FieldRef whole, int64_t high, int64_t low,
                                   const model::Model& model, Diagnostics& diagnostics);
/// Are two fields equal that are too wide to be numbers? Compares slice by slice; null after an error.
ir::ExprPtr equalFields(Range range, ir::FieldRef left, ir::FieldRef right, const model::Model& model,
                        Diagnostics& diagnostics);

// parsers.cpp
void resolveParser(const Declarations& declarations, const ast::Identifier& parser, Names& names, model::Model& model,
                   Diagnostics& diagnostics);
std::optional<ir::Target> resolveTarget(const ast::Target& target, const Names& names, Diagnostics& diagnostics);
void declareVariable(const ast::Variable& declared, Range where, Names& names, model::Model& model,
                     Diagnostics& diagnostics);

// statements.cpp
std::vector<ir::ParserStatement> resolveParserStatements(const std::vector<ast::Statement>& body, Names& names,
                                                         model::Model& model, Diagnostics& diagnostics);

// edits.cpp
std::vector<ir::Edit> resolveEdits(const std::vector<ast::Statement>& body, Names& names, model::Model& model,
                                   Diagnostics& diagnostics);

// graph.cpp
/// Checks the states by themselves: unreachable ones, loops, and expressions that are too much for the verifier.
void checkGraph(const model::Model& model, Diagnostics& diagnostics);

// telemetry.cpp
/// The telemetry that statements name, with names for it; other telemetry may be for other proxies.
void resolveTelemetry(const Declarations& declarations, const std::vector<ast::Statement>& statements, Names& names,
                      model::Model& model, Diagnostics& diagnostics);
/// The measurement of this name.
std::optional<ir::Measure> measureNamed(const std::string& name);

// tables.cpp
/// The tables, and the defaults for the headers that a classifier pushes. Tables of a proxy that nothing looks up once
/// constants have been folded are the last; the number of the others.
size_t resolveTables(const ast::Proxy& proxy, Names& names, model::Model& model, Diagnostics& diagnostics);

// proxy.cpp
void resolveProxy(const Declarations& declarations, const ast::Proxy& proxy, Names& names, model::Model& model,
                  Diagnostics& diagnostics);

}  // namespace sfc::sema
