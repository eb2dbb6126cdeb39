// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The limits of a spec with all that it imports. Later stages compare things of a kind with each other, and clang takes
// long for long functions: the limits ensure that every spec is compiled in seconds.
#include <fmt/format.h>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

constexpr size_t MaxSmall = 4096;
constexpr size_t MaxOthers = 512;

class Counter {
public:
  explicit Counter(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void count(const ast::Const& node) { smallThing(node.range, "constants"); }
  void count(const ast::Param& node) { other(node.range, "parameters"); }
  void count(const ast::Header& node) {
    other(node.range, "header types");
    for (const ast::Field& field : node.fields) smallThing(field.range, "header fields");
  }
  void count(const ast::Parser& node) {
    other(node.range, "parsers");
    for (const ast::Instance& instance : node.instances) other(instance.range, "headers in parsers");
    for (const ast::Variable& variable : node.variables) other(variable.range, "variables in parsers");
    for (const ast::State& state : node.states) {
      other(state.range, "states");
      for (const ast::Statement& statement : state.body) smallThing(statement.range, "statements in states");
      for (const ast::Case& one : state.transition.cases) smallThing(one.range, "cases");
    }
  }
  void count(const ast::Key& node) {
    other(node.range, "keys");
    for (const ast::ExprPtr& item : node.items) other(item->range, "key items");
  }
  void count(const ast::Telemetry& node) {
    other(node.range, "kinds of telemetry");
    for (const ast::Measured& item : node.items) other(item.range, "items of telemetry");
    for (const ast::Collected& one : node.collected) other(one.range, "collections of hops");
  }
  void count(const ast::Action& node) { other(node.range, "actions"); }
  void count(const ast::Proxy& node) {
    other(node.range, "proxies");
    for (const ast::Strip& strip : node.strips) {
      other(strip.range, "strip clauses");
      for (const ast::Identifier& name : strip.names) other(name.range, "stripped headers and states");
      for (const ast::Identifier& name : strip.outer) other(name.range, "stripped headers and states");
      for (const ast::Assign& one : strip.defaults) other(one.target->range, "fields of pushed headers");
    }
    for (const ast::Require& require : node.requires_) other(require.range, "requirements");
    for (const ast::CacheOption& option : node.cache) other(option.range, "cache options");
    for (const ast::Table& table : node.tables) {
      other(table.range, "tables");
      for (const ast::TableField& field : table.fields) other(field.range, "table fields");
      for (const ast::TableValue& value : table.values) other(value.range, "table values");
    }
  }

private:
  void smallThing(Range range, const char* kind) { countOne(range, kind, MaxSmall); }
  void other(Range range, const char* kind) { countOne(range, kind, MaxOthers); }

  void countOne(Range range, const char* kind, size_t most) {
    if (++counts_[kind] == most + 1)
      diagnostics_.error(range, "E0902", fmt::format("the spec has more than {} {}", most, kind),
                         "remove unused declarations, also from imported files");
  }

  Diagnostics& diagnostics_;
  std::map<std::string, size_t> counts_;
};

}  // namespace

void checkLimits(const std::vector<const ast::File*>& files, Diagnostics& diagnostics) {
  Counter counter(diagnostics);
  for (const ast::File* file : files)
    for (const auto& declaration : file->declarations)
      std::visit([&](const auto& node) { counter.count(node); }, declaration);
}

}  // namespace sfc::sema
