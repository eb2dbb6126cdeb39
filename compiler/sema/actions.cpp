// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Actions are no scopes: their statements have the meaning that they would have in the place that names the action.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

constexpr size_t MaxStatements = 1024;  // actions that name each other twice become many

class Expander {
public:
  Expander(const Declarations& declarations, Diagnostics& diagnostics)
      : declarations_(declarations), diagnostics_(diagnostics) {}

  std::vector<ast::Statement> run(const std::vector<ast::Statement>& statements) {
    std::vector<ast::Statement> all;
    for (const ast::Statement& statement : statements) {
      if (++count_ > MaxStatements) return tooMany(statement);
      if (const auto* call = std::get_if<ast::Call>(&statement.node)) {
        for (ast::Statement& one : bodyOf(*call)) all.push_back(std::move(one));
        continue;
      }
      all.push_back(statement);
      if (auto* branch = std::get_if<ast::If>(&all.back().node)) {
        branch->then_branch = run(branch->then_branch);
        branch->else_branch = run(branch->else_branch);
      }
    }
    return all;
  }

private:
  std::vector<ast::Statement> tooMany(const ast::Statement& statement) {
    if (count_ == MaxStatements + 1)
      diagnostics_.error(statement.range, "E0104",
                         fmt::format("actions expand to more than {} statements", MaxStatements));
    return {};
  }

  std::vector<ast::Statement> bodyOf(const ast::Call& call) {
    const std::string& name = call.action.name;
    const auto found = declarations_.actions.find(name);
    if (found == declarations_.actions.end()) {
      diagnostics_.error(call.action.range, "E0233", fmt::format("unknown action '{}'", name),
                         meant(name, namesOf(declarations_.actions)));
      return {};
    }
    if (std::find(inside_.begin(), inside_.end(), name) != inside_.end()) {
      diagnostics_.error(call.action.range, "E0233", fmt::format("action '{}' calls itself", name));
      return {};
    }
    diagnostics_.blame(found->second->range, call.action.range);
    inside_.push_back(name);
    std::vector<ast::Statement> body = run(found->second->body);
    inside_.pop_back();
    return body;
  }

  const Declarations& declarations_;
  Diagnostics& diagnostics_;
  std::vector<std::string> inside_;  // actions whose statements these are
  size_t count_ = 0;
};

}  // namespace

ast::Proxy withActions(const ast::Proxy& proxy, const Declarations& declarations, Diagnostics& diagnostics) {
  ast::Proxy result = proxy;
  Expander expander(declarations, diagnostics);
  result.on_arrival = expander.run(proxy.on_arrival);
  result.on_return = expander.run(proxy.on_return);
  return result;
}

}  // namespace sfc::sema
