// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Declarations that are never used, by name alone: a declaration is used if its name occurs anywhere, imports included,
// for something of its kind. So there are no false warnings, and none for two declarations of one name and kind.
#include <fmt/format.h>

#include <set>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

using Set = std::set<std::string>;

/// The names that a spec uses.
class Uses {
public:
  explicit Uses(const std::vector<const ast::File*>& files) {
    for (const ast::File* file : files)
      for (const auto& declaration : file->declarations) std::visit([&](const auto& node) { in(node); }, declaration);
  }

  Set values;  // constants and variables that are read
  Set bases;   // names before a dot or an index, or extracted: headers, telemetry
  Set params, headers, parsers, keys, telemetry, actions;

private:
  // ---- expressions

  void in(const ast::ExprPtr& expr) {
    if (expr) std::visit([&](const auto& node) { in(node); }, expr->node);
  }
  void in(const ast::Number&) {}
  void in(const ast::Boolean&) {}
  void in(const ast::Lookahead&) {}
  void in(const ast::Name& node) { values.insert(node.name); }
  void in(const ast::Member& node) {
    const auto* base = std::get_if<ast::Name>(&node.base->node);
    if (base && base->name == "param") params.insert(node.member.name);
    inBase(node.base);
  }
  void in(const ast::Index& node) {
    inBase(node.base);
    in(node.index);
  }
  void in(const ast::Slice& node) {
    inBase(node.base);
    in(node.high);
    in(node.low);
  }
  void in(const ast::Digest& node) {
    if (node.unless) bases.insert(node.unless->name);
  }
  void in(const ast::Sampled& node) { in(node.every); }
  void in(const ast::MulMod& node) {
    in(node.left);
    in(node.right);
    in(node.modulus);
  }
  void in(const ast::Swapped& node) {
    in(node.first);
    in(node.second);
  }
  void in(const ast::Unary& node) { in(node.operand); }
  void in(const ast::Binary& node) {
    in(node.left);
    in(node.right);
  }

  void inBase(const ast::ExprPtr& expr) {
    if (const auto* name = std::get_if<ast::Name>(&expr->node))
      bases.insert(name->name);
    else
      in(expr);
  }

  // ---- statements

  void in(const std::vector<ast::Statement>& statements) {
    for (const ast::Statement& statement : statements) std::visit([&](const auto& node) { in(node); }, statement.node);
  }
  void in(const ast::Extract& node) { bases.insert(node.instance.name); }
  void in(const ast::Verify& node) { in(node.condition); }
  void in(const ast::Limit& node) { in(node.bytes); }
  void in(const ast::Advance& node) { in(node.bytes); }
  void in(const ast::Assign& node) {
    // Setting a variable does not read it.
    if (!std::holds_alternative<ast::Name>(node.target->node)) in(node.target);
    in(node.value);
  }
  void in(const ast::Variable& node) { in(node.value); }
  void in(const ast::Swap& node) {
    in(node.left);
    in(node.right);
  }
  void in(const ast::Drop&) {}
  void in(const ast::Pop& node) {
    inBase(node.stack);
    in(node.count);
  }
  void in(const ast::Call& node) { actions.insert(node.action.name); }
  void in(const ast::PushHeaders& node) {
    for (const ast::Identifier& header : node.headers) bases.insert(header.name);
  }
  void in(const ast::Insert& node) {
    telemetry.insert(node.data.name);
    bases.insert(node.behind.name);
  }
  void in(const ast::Write& node) {
    telemetry.insert(node.data.name);
    bases.insert(node.behind.name);
    in(node.at);
  }
  void in(const ast::Report& node) { telemetry.insert(node.data.name); }
  void in(const ast::If& node) {
    in(node.condition);
    in(node.then_branch);
    in(node.else_branch);
  }

  // ---- declarations

  void in(const ast::Const& node) { in(node.value); }
  void in(const ast::Param& node) { in(node.value); }
  void in(const ast::Header& node) {
    for (const ast::Field& field : node.fields) in(field.length);
  }
  void in(const ast::Parser& node) {
    for (const ast::Identifier& used : node.uses) parsers.insert(used.name);
    for (const ast::Instance& instance : node.instances) {
      headers.insert(instance.type.name);
      in(instance.count);
    }
    for (const ast::State& state : node.states) {
      in(state.body);
      for (const ast::ExprPtr& key : state.transition.keys) in(key);
      for (const ast::Case& one : state.transition.cases)
        for (const ast::Pattern& pattern : one.patterns) {
          in(pattern.first);
          in(pattern.second);
        }
    }
  }
  void in(const ast::Key& node) {
    if (node.base) keys.insert(node.base->name);
    for (const ast::ExprPtr& item : node.items) in(item);
  }
  void in(const ast::Telemetry& node) {
    in(node.by);
    in(node.size);
    in(node.size_max);
    for (const ast::Measured& item : node.items) {
      in(item.first);
      in(item.last);
      in(item.value);
    }
    for (const ast::Collected& one : node.collected) {
      telemetry.insert(one.data.name);
      bases.insert(one.behind.name);
      in(one.at);
      in(one.size);
    }
  }
  void in(const ast::Action& node) { in(node.body); }
  void in(const ast::Proxy& node) {
    parsers.insert(node.parser.name);
    for (const ast::Strip& strip : node.strips) {
      for (const ast::Identifier& name : strip.names) bases.insert(name.name);
      for (const ast::Identifier& name : strip.outer) bases.insert(name.name);
      for (const ast::Assign& one : strip.defaults) in(one);
    }
    for (const ast::Require& require : node.requires_) in(require.condition);
    in(node.on_arrival);
    in(node.on_return);
    if (node.key) keys.insert(node.key->name);
    for (const ast::Table& table : node.tables)
      for (const ast::TableField& field : table.fields) in(field.field);
  }
};

class UnusedCheck {
public:
  UnusedCheck(const Uses& uses, Diagnostics& diagnostics) : uses_(uses), diagnostics_(diagnostics) {}

  void in(const ast::Const& node) { check("constant", node.name, uses_.values); }
  void in(const ast::Param& node) { check("parameter", node.name, uses_.params); }
  void in(const ast::Header& node) { check("header type", node.name, uses_.headers); }
  void in(const ast::Key& node) { check("key", node.name, uses_.keys); }
  void in(const ast::Telemetry& node) {
    if (!uses_.bases.count(node.name.name)) check("telemetry", node.name, uses_.telemetry);
  }
  void in(const ast::Action& node) {
    check("action", node.name, uses_.actions);
    in(node.body);
  }
  void in(const ast::Parser& node) {
    check("parser", node.name, uses_.parsers);
    for (const ast::Instance& instance : node.instances) check("header", instance.name, uses_.bases);
    for (const ast::Variable& variable : node.variables) in(variable);
  }
  void in(const ast::Proxy& node) {
    in(node.on_arrival);
    in(node.on_return);
  }

private:
  void in(const std::vector<ast::Statement>& statements) {
    for (const ast::Statement& statement : statements) {
      if (const auto* variable = std::get_if<ast::Variable>(&statement.node)) in(*variable);
      if (const auto* branch = std::get_if<ast::If>(&statement.node)) {
        in(branch->then_branch);
        in(branch->else_branch);
      }
    }
  }
  void in(const ast::Variable& node) {
    if (!uses_.values.count(node.name.name)) say("variable", node.name, "never read");
  }

  void check(const char* what, const ast::Identifier& name, const Set& used) {
    if (!used.count(name.name)) say(what, name, "never used");
  }

  void say(const char* what, const ast::Identifier& name, const char* how) {
    diagnostics_.warning(name.range, "E0234", fmt::format("{} '{}' is {}", what, name.name, how),
                         "remove it, or use it");
  }

  const Uses& uses_;
  Diagnostics& diagnostics_;
};

}  // namespace

void warnOfUnused(const std::vector<const ast::File*>& files, uint32_t own, Diagnostics& diagnostics) {
  const Uses uses(files);
  UnusedCheck check(uses, diagnostics);
  for (const ast::File* file : files)
    if (file->source == own)
      for (const auto& declaration : file->declarations)
        std::visit([&](const auto& node) { check.in(node); }, declaration);
}

}  // namespace sfc::sema
