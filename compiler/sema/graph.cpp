// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What both hooks must see alike.
//
// The problem: ingress reads a packet with its headers, egress the same packet without them. Whatever decides the way
// through the parser, or goes into the key, must come out equal at both, or the packet does not find its headers again.
//
// The idea: only two things differ between the two packets. The stripped headers are gone, and with them all that was
// read from them; and the field whose select led to them says something else. So it is enough to follow these two, and
// the lengths that cover the headers, through the states.
//
//   before the region    states that lead to the stripped headers        must not depend on the rewritten field
//   the region           states that extract them, and what decides      seen by ingress alone
//                        what follows without extracting anything
//   behind the region    states from the first kept header on            must not depend on the region
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <set>

#include "compiler/sema/names.h"
#include "compiler/sema/print.h"

namespace sfc::sema {

namespace {

// What the programs can move out of the way; a per-CPU map value holds no more than 32 KiB.
constexpr unsigned MaxPrefixBytes = 24 * 1024;
// The verifier goes through a loop once for every number of headers that it can have extracted, and through an
// expression once for every set of its headers that can be there. More than this comes near its limit of a million
// steps.
constexpr unsigned MaxLoopCounts = 100;
constexpr unsigned MaxHeadersInExpression = 6;

using Kind = model::StateKind;

using StateSet = std::set<unsigned>;
using FieldSet = std::set<std::pair<unsigned, unsigned>>;  // instance, field

/// The expression of a parser statement; null for extract.
model::ExprPtr exprOf(const model::Statement& statement) {
  if (const auto* node = std::get_if<model::Verify>(&statement.node)) return node->condition;
  if (const auto* node = std::get_if<model::Limit>(&statement.node)) return node->bytes;
  if (const auto* node = std::get_if<model::AssignVariable>(&statement.node)) return node->value;
  return nullptr;
}

class GraphCheck {
public:
  GraphCheck(const model::Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {
    for (const model::State& state : model.states) kinds_.push_back(model::kindOf(state, model));
  }

  void run() {
    warnUnreachable();
    findParts();
    findRewritten();
    for (unsigned s : before_)
      if (!behind_.count(s)) checkBefore(s);
    for (unsigned s : region_) checkRegion(s);
    for (unsigned s : behind_)
      if (!region_.count(s)) checkBehind(s);
    checkKey();
    checkPrefix();
    checkLoops();
    checkExpressions();
  }

private:
  // ---- the parts of the graph

  /// All states that can be reached from `from`, these included, through states for which `enters` holds.
  StateSet reach(const StateSet& from, const std::function<bool(unsigned)>& enters) const {
    StateSet seen = from;
    std::deque<unsigned> queue(from.begin(), from.end());
    while (!queue.empty()) {
      for (unsigned next : successors(queue.front()))
        if (enters(next) && seen.insert(next).second) queue.push_back(next);
      queue.pop_front();
    }
    return seen;
  }

  StateSet successors(unsigned state) const {
    StateSet next;
    for (const model::Case& c : model_.states[state].cases)
      if (c.target.kind == ast::Target::Kind::State) next.insert(c.target.state);
    return next;
  }

  bool reachesStripped(unsigned state) const {
    for (unsigned other : reach({state}, [](unsigned) { return true; }))
      if (kinds_[other] == Kind::Stripped) return true;
    return false;
  }

  void findParts() {
    const StateSet reachable = reach({model_.start}, [](unsigned) { return true; });
    const auto kept = [this](unsigned s) { return kinds_[s] != Kind::Stripped; };
    if (kept(model_.start))
      for (unsigned s : reach({model_.start}, kept))
        if (reachesStripped(s)) before_.insert(s);
    StateSet stripped;
    for (unsigned s : reachable)
      if (kinds_[s] == Kind::Stripped) stripped.insert(s);
    region_ = reach(stripped, [this](unsigned s) { return kinds_[s] != Kind::Kept; });
    for (unsigned s : region_)
      for (unsigned next : successors(s))
        if (kinds_[next] == Kind::Kept) behind_.insert(next);
    behind_ = reach(behind_, [](unsigned) { return true; });
    for (unsigned s : region_)
      for (const model::Statement& statement : model_.states[s].body)
        if (const auto* assign = std::get_if<model::AssignVariable>(&statement.node)) tainted_.insert(assign->variable);
  }

  /// Does this state's select lead from kept headers to stripped ones?
  bool isEntry(unsigned state) const {
    if (!before_.count(state) || behind_.count(state)) return false;
    const StateSet next = successors(state);
    return std::any_of(next.begin(), next.end(), [this](unsigned s) { return kinds_[s] == Kind::Stripped; });
  }

  void findRewritten() {
    for (unsigned s : before_) {
      const model::State& state = model_.states[s];
      const auto* ref = state.keys.size() == 1 ? std::get_if<model::FieldRef>(&state.keys[0]->node) : nullptr;
      if (!isEntry(s) || !ref) continue;
      rewritten_.insert({ref->instance, ref->field});
      if (model_.instances[ref->instance].is_stack && ref->element != model::FieldRef::Last)
        diagnostics_.error(state.keys[0]->range, "E0434",
                           fmt::format("'{}' need not be the header before the stripped ones", print(*ref, model_)),
                           fmt::format("select on a field of {}.last", model_.instances[ref->instance].name));
    }
  }

  // ---- the rules

  /// Only in the proxy's own file: a library may offer more than a proxy uses.
  void warnUnreachable() {
    const StateSet reachable = reach({model_.start}, [](unsigned) { return true; });
    for (unsigned s = 0; s < model_.states.size(); s++)
      if (!reachable.count(s) && model_.states[s].range.file == model_.proxy_range.file)
        diagnostics_.warning(model_.states[s].range, "E0407",
                             fmt::format("nothing leads to state '{}'", model_.states[s].name), "remove it");
  }

  void checkBefore(unsigned number) {
    const model::State& state = model_.states[number];
    for (const model::Statement& statement : state.body) {
      if (std::holds_alternative<model::Limit>(statement.node))
        diagnostics_.error(statement.range, "E0430", "this length covers the stripped headers, and they will be gone",
                           "sfcc cannot rewrite lengths: a header with one must come behind the stripped ones");
      if (auto expr = exprOf(statement)) refuseRewritten(expr);
    }
    if (!isEntry(number))
      for (const model::ExprPtr& key : state.keys) refuseRewritten(key);
  }

  void checkRegion(unsigned number) {
    for (const model::Statement& statement : model_.states[number].body)
      if (std::holds_alternative<model::Limit>(statement.node))
        diagnostics_.error(statement.range, "E0430",
                           "this length comes from the stripped headers, and they will be gone",
                           "say `limit` in a state behind them");
  }

  void checkBehind(unsigned number) {
    const model::State& state = model_.states[number];
    for (const model::Statement& statement : state.body)
      if (auto expr = exprOf(statement)) {
        refuseRewritten(expr);
        refuseRegion(expr);
      }
    for (const model::ExprPtr& key : state.keys) {
      refuseRewritten(key);
      refuseRegion(key);
    }
  }

  void refuseRewritten(const model::ExprPtr& expr) {
    model::visit(expr, [this](const model::Expr& part) {
      const auto* ref = std::get_if<model::FieldRef>(&part.node);
      if (ref && rewritten_.count({ref->instance, ref->field}))
        diagnostics_.error(part.range, "E0431",
                           fmt::format("'{}' says something else while the headers are gone", print(*ref, model_)),
                           "only the select that leads to the stripped headers may look at it");
    });
  }

  void refuseRegion(const model::ExprPtr& expr) {
    model::visit(expr, [this](const model::Expr& part) {
      std::string what;
      if (const auto* ref = std::get_if<model::FieldRef>(&part.node); ref && model_.instances[ref->instance].stripped)
        what = print(*ref, model_);
      if (const auto* size = std::get_if<model::StackSize>(&part.node);
          size && model_.instances[size->instance].stripped)
        what = model_.instances[size->instance].name + ".size";
      if (const auto* ref = std::get_if<model::VariableRef>(&part.node); ref && tainted_.count(ref->variable))
        what = model_.variables[ref->variable].name;
      if (!what.empty())
        diagnostics_.error(part.range, "E0432",
                           fmt::format("'{}' is not known when the packet returns without its headers", what),
                           "what comes behind the stripped headers must be readable without them");
    });
  }

  void checkKey() {
    for (const model::KeyItem& item : model_.key) {
      if (const auto* field = std::get_if<model::KeyField>(&item);
          field && rewritten_.count({field->instance, field->field}))
        diagnostics_.error(field->range, "E0511", "this field says something else while the headers are gone",
                           "a key is made of what the packet brings back unchanged");
      if (const auto* variable = std::get_if<model::KeyVariable>(&item); variable && tainted_.count(variable->variable))
        diagnostics_.error(
            variable->range, "E0512",
            fmt::format("'{}' is set from the stripped headers, which are not there when the packet returns",
                        model_.variables[variable->variable].name),
            "a key is made of what the packet brings back unchanged");
    }
  }

  void checkPrefix() {
    std::set<unsigned> instances;
    for (unsigned s : before_)
      for (const model::Statement& statement : model_.states[s].body)
        if (const auto* extract = std::get_if<model::Extract>(&statement.node)) instances.insert(extract->instance);
    unsigned bytes = 0;
    for (unsigned instance : instances) {
      const model::Header& header = model_.headers[model_.instances[instance].header];
      bytes += (header.size + header.variable_max) * model_.instances[instance].count;
    }
    if (bytes > MaxPrefixBytes)
      diagnostics_.error(model_.strip_range, "E0433",
                         fmt::format("the headers before the stripped ones can take {} bytes; at most {} are possible",
                                     bytes, MaxPrefixBytes),
                         "make the stacks or the variable-length fields before them smaller");
  }

  /// The headers that can be extracted in one loop: every combination of their numbers is a case of its own.
  void checkLoops() {
    std::vector<StateSet> reached;
    for (unsigned s = 0; s < model_.states.size(); s++)
      reached.push_back(reach(successors(s), [](unsigned) { return true; }));
    StateSet done;
    for (unsigned s = 0; s < model_.states.size(); s++) {
      if (!reached[s].count(s) || done.count(s)) continue;
      std::set<unsigned> instances;
      for (unsigned t : reached[s]) {
        if (!reached[t].count(s)) continue;
        done.insert(t);
        for (const model::Statement& statement : model_.states[t].body)
          if (const auto* extract = std::get_if<model::Extract>(&statement.node)) instances.insert(extract->instance);
      }
      unsigned counts = 1;
      for (unsigned instance : instances) counts = std::min(counts * (model_.instances[instance].count + 1), 1u << 16);
      if (counts > MaxLoopCounts)
        diagnostics_.error(model_.states[s].range, "E0436",
                           "this loop can extract its headers in too many different numbers for the verifier",
                           "fill one stack per loop, or make the stacks smaller");
    }
  }

  void checkExpressions() {
    for (const model::State& state : model_.states) {
      for (const model::Statement& statement : state.body)
        if (auto expr = exprOf(statement)) refuseManyHeaders(expr);
      for (const model::ExprPtr& key : state.keys) refuseManyHeaders(key);
    }
    for (const model::Require& require : model_.requires_) refuseManyHeaders(require.condition);
  }

  void refuseManyHeaders(const model::ExprPtr& expr) {
    std::set<std::pair<unsigned, unsigned>> headers;
    model::visit(expr, [&](const model::Expr& part) {
      if (const auto* ref = std::get_if<model::FieldRef>(&part.node)) headers.insert({ref->instance, ref->element});
    });
    if (headers.size() > MaxHeadersInExpression)
      diagnostics_.error(expr->range, "E0435",
                         fmt::format("this refers to {} headers; at most {} are possible in one expression",
                                     headers.size(), MaxHeadersInExpression),
                         "split it into several, with variables for what is in between");
  }

  const model::Model& model_;
  Diagnostics& diagnostics_;
  std::vector<Kind> kinds_;
  StateSet before_, region_, behind_;
  FieldSet rewritten_;
  std::set<unsigned> tainted_;  // variables set in the region
};

}  // namespace

void checkGraph(const model::Model& model, Diagnostics& diagnostics) {
  GraphCheck(model, diagnostics).run();
}

}  // namespace sfc::sema
