// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The statements of parser states. A parser reads packets; statements that change them are refused here.
#include <fmt/format.h>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

class ParserStatements {
public:
  ParserStatements(Names& names, model::Model& model, Diagnostics& diagnostics)
      : names_(names), model_(model), diagnostics_(diagnostics) {}

  std::vector<ir::ParserStatement> all(const std::vector<ast::Statement>& body) {
    for (const ast::Statement& statement : body)
      std::visit([&](const auto& node) { one(statement.range, node); }, statement.node);
    return std::move(out_);
  }

private:
  void one(Range range, const ast::Extract& node) {
    auto it = names_.instances.find(node.instance.name);
    if (it == names_.instances.end()) {
      error(node.instance.range, "E0215", fmt::format("unknown header '{}'", node.instance.name),
            meant(node.instance.name, namesOf(names_.instances)));
      return;
    }
    const bool is_stack = model_.instances[it->second].is_stack;
    if (is_stack != node.next) {
      error(node.instance.range, "E0220",
            is_stack ? fmt::format("'{}' is a stack", node.instance.name)
                     : fmt::format("'{}' is a single header, not a stack", node.instance.name),
            is_stack ? fmt::format("write extract {}.next", node.instance.name)
                     : fmt::format("write extract {}", node.instance.name));
      return;
    }
    out_.push_back({range, ir::Extract{it->second}});
  }

  void one(Range range, const ast::Verify& node) {
    names_.lookahead_allowed = true;
    if (auto condition = resolve(*node.condition, names_, model_, diagnostics_))
      out_.push_back({range, ir::Verify{condition}});
    names_.lookahead_allowed = false;
  }

  void one(Range range, const ast::Limit& node) {
    if (auto bytes = resolve(*node.bytes, names_, model_, diagnostics_)) out_.push_back({range, ir::Limit{bytes}});
  }

  void one(Range range, const ast::Advance& node) {
    if (auto bytes = resolve(*node.bytes, names_, model_, diagnostics_)) out_.push_back({range, ir::Advance{bytes}});
  }

  void one(Range range, const ast::Assign& node) {
    auto value = resolve(*node.value, names_, model_, diagnostics_);
    const auto* name = std::get_if<ast::Name>(&node.target->node);
    if (!name) {
      error(node.target->range, "E0222", "a parser cannot change packets", "assign to header fields in `on return`");
      return;
    }
    auto variable = variableNamed(*node.target, *name, names_, diagnostics_);
    if (variable && value) out_.push_back({range, ir::AssignVariable{*variable, value}});
  }

  void one(Range range, const ast::Variable& node) {
    auto value = node.value ? resolve(*node.value, names_, model_, diagnostics_) : nullptr;
    declareVariable(node, range, names_, model_, diagnostics_);
    const unsigned variable = names_.variables[node.name.name];
    if (value) out_.push_back({range, ir::AssignVariable{variable, value}});
  }

  void one(Range range, const ast::Call& node) {
    error(range, "E0233", fmt::format("a parser state cannot call action '{}'", node.action.name),
          "call it in `on arrival` or `on return`");
  }

  void one(Range range, const ast::Pop&) {
    error(range, "E0222", "a parser cannot change packets", "use pop() in `on return`");
  }

  void one(Range range, const ast::If&) {
    error(range, "E0224", "a state branches by 'select', not by 'if'",
          "end the state with select (FIELD) { VALUE: STATE; default: STATE; }");
  }

  void one(Range range, const ast::Swap&) { onlyOnReturn(range, "swap()"); }
  void one(Range range, const ast::Drop&) { onlyOnReturn(range, "drop"); }
  void one(Range range, const ast::PushHeaders&) { onlyOnReturn(range, "push"); }
  void one(Range range, const ast::Insert&) { onlyOnReturn(range, "push"); }
  void one(Range range, const ast::Write&) { onlyOnReturn(range, "write"); }
  void one(Range range, const ast::Report&) { onlyOnReturn(range, "report"); }

  void onlyOnReturn(Range range, const char* what) {
    error(range, "E0222", fmt::format("a parser cannot change packets: '{}' is only allowed in `on return`", what));
  }

  void error(Range range, const char* code, std::string text, std::string hint = {}) {
    diagnostics_.error(range, code, std::move(text), std::move(hint));
  }

  Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
  std::vector<ir::ParserStatement> out_;
};

}  // namespace

std::vector<ir::ParserStatement> resolveParserStatements(const std::vector<ast::Statement>& body, Names& names,
                                                         model::Model& model, Diagnostics& diagnostics) {
  return ParserStatements(names, model, diagnostics).all(body);
}

}  // namespace sfc::sema
