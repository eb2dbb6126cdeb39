// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks of the states by themselves: unreachable ones, endless loops, and expressions that are too much for the
// verifier. Their role in stripping is found when the model is lowered.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

// The verifier checks an expression once for every set of its headers that can be present. More than this comes near
// its limit of a million instructions.
constexpr unsigned MaxHeadersInExpression = 6;
// Likewise for the headers of keys: each adds one case to all open ones.
constexpr size_t MaxHeadersAsked = 48;

class GraphCheck {
public:
  GraphCheck(const model::Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {}

  void run() {
    warnUnreachable();
    warnOfLoops();
    checkExpressions();
  }

private:
  /// Only in the proxy's own file: a library may offer more than a proxy uses.
  bool isOwn(unsigned state) const { return model_.states[state].range.file == model_.proxy_range.file; }

  /// The states that come behind a state, itself only in a loop.
  std::set<unsigned> behind(unsigned from) const {
    std::set<unsigned> found;
    std::deque<unsigned> queue{from};
    while (!queue.empty()) {
      for (const ir::Case& c : model_.states[queue.front()].cases)
        if (c.target.kind == ir::Target::Kind::State && found.insert(c.target.state).second)
          queue.push_back(c.target.state);
      queue.pop_front();
    }
    return found;
  }

  void warnUnreachable() {
    reachable_ = behind(model_.start);
    reachable_.insert(model_.start);
    for (unsigned s = 0; s < model_.states.size(); s++)
      if (!reachable_.count(s) && isOwn(s))
        diagnostics_.warning(model_.states[s].range, "E0407",
                             fmt::format("state '{}' is unreachable", model_.states[s].name), "remove it");
  }

  bool leadsToAnEnd(unsigned state) const {
    const auto& cases = model_.states[state].cases;
    return std::any_of(cases.begin(), cases.end(),
                       [](const ir::Case& c) { return c.target.kind != ir::Target::Kind::State; });
  }

  void warnOfLoops() {
    for (const unsigned s : reachable_) {
      if (!isOwn(s)) continue;
      const std::set<unsigned> all = behind(s);
      if (all.count(s) && std::none_of(all.begin(), all.end(), [&](unsigned other) { return leadsToAnEnd(other); }))
        diagnostics_.warning(model_.states[s].range, "E0483",
                             fmt::format("no packet leaves the loop of state '{}'", model_.states[s].name),
                             "add a case that leads to `accept`, `pass`, `drop` or another state");
    }
  }

  void checkExpressions() {
    for (const ir::State& state : model_.states) {
      for (const ir::ParserStatement& statement : state.body)
        if (auto expr = ir::exprOf(statement)) refuseManyHeaders(expr);
      for (const ir::ExprPtr& key : state.keys) refuseManyHeaders(key);
    }
    for (const model::Require& require : model_.requires_) refuseManyHeaders(require.condition);
    refuseManyAsked();
  }

  /// The headers in keys, counted anew for every lookup in a table.
  void refuseManyAsked() {
    size_t headers = 0;
    for (const model::Require& require : model_.requires_) {
      for (unsigned table : ir::tablesOf(require.condition)) headers += headersOf(model_.tables[table]);
      if (headers <= MaxHeadersAsked) continue;
      diagnostics_.error(require.range, "E0709",
                         fmt::format("the table lookups up to here use more than {} headers", MaxHeadersAsked),
                         "use each table once, and fields of fewer headers in its key");
      return;
    }
  }

  static size_t headersOf(const ir::Table& table) {
    std::set<std::pair<unsigned, unsigned>> headers;
    for (const ir::TableField& field : table.fields) {
      headers.insert({field.field.instance, field.field.element});
    }
    return headers.size();
  }

  void refuseManyHeaders(const ir::ExprPtr& expr) {
    std::set<std::pair<unsigned, unsigned>> headers;
    ir::visit(expr, [&](const ir::Expr& part) {
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) headers.insert({ref->instance, ref->element});
    });
    if (headers.size() > MaxHeadersInExpression)
      diagnostics_.error(expr->range, "E0435",
                         fmt::format("this expression uses {} headers; at most {} are possible", headers.size(),
                                     MaxHeadersInExpression),
                         "split it, with variables for the intermediate values");
  }

  const model::Model& model_;
  Diagnostics& diagnostics_;
  std::set<unsigned> reachable_;
};

}  // namespace

void checkGraph(const model::Model& model, Diagnostics& diagnostics) {
  GraphCheck(model, diagnostics).run();
}

}  // namespace sfc::sema
