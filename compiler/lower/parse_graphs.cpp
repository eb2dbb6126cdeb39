// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A parse graph is the product of the parser's states and the phases of a packet: phase 2i is before region i (behind
// region i - 1), phase 2i + 1 inside it, phase 2 * regions behind all: there, the hook reads the packet as the SF sees
// it. A packet can have several regions, one for each strip clause, in that order; only the last one must be there.
//
// Invariants: a node that cannot lead to the last region leaves at once (the packet is not ours); every cycle extracts,
// so that the stack it fills bounds it; ingress behind a region and egress make the same steps.
#include "compiler/lower/parse_graphs.h"
#include "compiler/lower/queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include <map>
#include "lib/variant/overloaded.h"

#include "lib/source/working.h"

namespace sfc::lower {

namespace {

using NodeKey = std::pair<unsigned, unsigned>;  // state, phase

bool extracts(const ir::Node& node) {
  return std::any_of(node.steps.begin(), node.steps.end(),
                     [](const ir::Step& step) { return std::holds_alternative<ir::ExtractStep>(step.node); });
}

class GraphMaker {
public:
  GraphMaker(plan::Hook hook, const model::Model& model, const Anchors& anchors, CounterTable& counters,
             Returns& returns, Diagnostics& diagnostics)
      : hook_(hook),
        model_(model),
        anchors_(anchors),
        counters_(counters),
        returns_(returns),
        diagnostics_(diagnostics),
        behind_all_(2 * static_cast<unsigned>(anchors.regions.size())) {}

  ir::ParseGraph run() {
    graph_.too_long = failure("malformed", model_.states[model_.start].range);
    graph_.start = number({model_.start, 0});
    while (!queue_.empty()) {
      const auto [state, phase] = queue_.front();
      queue_.pop_front();
      ir::Node node = makeNode(state, phase);
      graph_.nodes[numbers_.at({state, phase})] = std::move(node);
    }
    markLoops();
    return std::move(graph_);
  }

private:
  unsigned number(NodeKey key) {
    auto [it, added] = numbers_.emplace(key, graph_.nodes.size());
    if (added) {
      graph_.nodes.emplace_back();
      queue_.push_back(key);
    }
    return it->second;
  }

  ir::Exit failure(const std::string& reason, Range range) {
    return hook_ == plan::Hook::Ingress ? counters_.drop(plan::Hook::Ingress, reason, range)
                                        : counters_.unreadable(reason, range);
  }

  /// The exit of a packet that cannot be parsed. Before the last region's headers nothing shows that it is ours to
  /// drop.
  ir::Exit unreadable(const std::string& reason, Range range, unsigned phase) {
    const bool foreign = hook_ == plan::Hook::Ingress && phase + 1 < behind_all_;
    return foreign || model_.kind == plan::Kind::Edits ? ignored() : failure(reason, range);
  }

  ir::Exit ignored() const {
    return hook_ == plan::Hook::Ingress ? counters_.fixed().rx_ignored : counters_.fixed().tx_ignored;
  }

  ir::EdgeTarget ignore() const { return {ir::EdgeTarget::Kind::Leave, 0, ignored()}; }

  ir::Node makeNode(unsigned number, unsigned phase) {
    const ir::State& state = model_.states[number];
    const Working working("lowering a state", state.range);
    ir::Node node;
    node.name = state.name;
    if (phase == behind_all_)
      node.name += "_after";
    else if (phase % 2)
      node.name += anchors_.last() ? fmt::format("_inside{}", phase / 2) : "_inside";
    else if (phase)
      node.name += fmt::format("_behind{}", phase / 2 - 1);
    node.state = number;
    node.range = state.range;
    node.inside = phase + 1 == behind_all_;
    for (const ir::ParserStatement& statement : state.body) node.steps.push_back(makeStep(statement, phase));
    node.keys = state.keys;
    node.no_match = node.truncated = unreadable("malformed", state.transition_range, phase);
    for (const ir::Case& c : state.cases) node.edges.push_back(makeEdge(number, phase, c));
    return node;
  }

  ir::Step makeStep(const ir::ParserStatement& statement, unsigned phase) {
    ir::Step step;
    step.range = statement.range;
    const ir::Exit malformed = unreadable("malformed", statement.range, phase);
    std::visit(
        Overloaded{[&](const ir::Extract& node) {
                     const ir::Exit too_deep = unreadable("too_deep", statement.range, phase);
                     step.node = ir::ExtractStep{node.instance, malformed, malformed, too_deep};
                   },
                   [&](const ir::Verify& node) { step.node = ir::VerifyStep{node.condition, malformed}; },
                   [&](const ir::Limit& node) { step.node = ir::LimitStep{node.bytes, malformed}; },
                   [&](const ir::Advance& node) { step.node = ir::AdvanceStep{node.bytes, malformed}; },
                   [&](const ir::AssignVariable& node) { step.node = ir::AssignStep{node.variable, node.value}; }},
        statement.node);
    return step;
  }

  ir::Edge makeEdge(unsigned from, unsigned phase, const ir::Case& c) {
    ir::Edge edge;
    edge.patterns = c.patterns;
    using To = ir::Target::Kind;
    switch (c.target.kind) {
      case To::Pass:
        edge.target = ignore();
        break;
      case To::Reject:
        edge.target = {ir::EdgeTarget::Kind::Leave, 0, unreadable("malformed", c.range, phase)};
        break;
      case To::Drop:
        edge.target = {ir::EdgeTarget::Kind::Leave, 0, failure(c.target.reason, c.range)};
        break;
      case To::Accept:
        accept(phase, c, edge);
        break;
      case To::State:
        if (hook_ == plan::Hook::Egress)
          egressEdge(from, phase, c, edge);
        else if (phase % 2)
          insideEdge(from, phase, c, edge);
        else
          beforeEdge(from, phase, c, edge);
    }
    return edge;
  }

  void accept(unsigned phase, const ir::Case& c, ir::Edge& edge) {
    if (phase % 2)
      diagnostics_.error(c.range, "E0421", "`accept` among the stripped headers: nothing says what follows them",
                         "transition to a state that extracts what follows, or `pass` or `drop` the packet");
    edge.target = phase == behind_all_ || (hook_ == plan::Hook::Egress && anchors_.sometimesWhole())
                      ? ir::EdgeTarget{ir::EdgeTarget::Kind::Accept, 0, 0}
                      : ignore();
  }

  void beforeEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state;
    unsigned next = phase;
    if (startsHeaders(model_) && phase == 2 * anchors_.last() && isReturn(anchors_.last(), from, c)) {
      edge.anchors.push_back(anchors_.last());
      edge.decap = ir::Decapsulation{anchors_.last(), false, std::nullopt, {}, 0, true};
      edge.checks = true;
      edge.target = {ir::EdgeTarget::Kind::Node, number({to, behind_all_}), 0};
      return;
    }
    if (anchors_.kinds[to] == StateKind::Stripped) {
      const unsigned region = regionOf(model_.states[to], model_);
      if (phase == behind_all_ && region == anchors_.last()) {
        returns_.nested.insert(to);
        edge.target = {ir::EdgeTarget::Kind::Accept, 0, 0};
        return;
      }
      if (2 * region >= phase) next = 2 * region + 1;
    }
    if (phase != behind_all_ && !anchors_.leadsInto(to, anchors_.last())) {
      edge.target = ignore();
      return;
    }
    for (unsigned region = phase / 2; region < anchors_.regions.size(); region++)
      if (anchors_.anchors[region] && *anchors_.anchors[region] == from) edge.anchors.push_back(region);
    edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  void insideEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state, region = phase / 2;
    unsigned next = phase;
    if (anchors_.kinds[to] == StateKind::Stripped && !anchors_.isIn(to, region)) {
      diagnostics_.error(c.range, "E0423", "headers of two `strip` clauses are adjacent", "name them in one clause");
      edge.target = ignore();
      return;
    }
    if (anchors_.kinds[to] == StateKind::Retained) {
      next = phase + 1;
      edge.decap = ir::Decapsulation{region, to == model_.start, std::nullopt, {}, ignored()};
      if (to != model_.start)
        edge.decap->next_header_value = valueLeadingTo(to, region, c.range, model_, anchors_, diagnostics_);
      if (edge.decap->next_header_value) returns_.values[{region, to}] = *edge.decap->next_header_value;
    }
    edge.checks = region == anchors_.last() && anchors_.kinds[from] == StateKind::Stripped &&
                  anchors_.kinds[to] != StateKind::Stripped;
    if (anchors_.kinds[from] != StateKind::Stripped && anchors_.kinds[to] == StateKind::Stripped)
      returns_.reenters = returns_.reenters || region == anchors_.last();
    edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  void egressEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state;
    unsigned next = phase;
    if (anchors_.kinds[to] == StateKind::Stripped && anchors_.isIn(to, anchors_.last())) {
      edge.target = returns_.nested.count(to) ? ir::EdgeTarget{ir::EdgeTarget::Kind::Accept, 0, 0} : ignore();
      return;
    }
    for (unsigned region = phase / 2; region < anchors_.regions.size(); region++)
      if (isReturn(region, from, c)) {
        edge.returns.push_back(region);
        next = 2 * region + 2;
      }
    const bool goes_on = next == behind_all_ || anchors_.sometimesWhole() ||
                         (anchors_.kinds[to] != StateKind::Stripped && leadsToAnchor(to));
    if (!goes_on)
      edge.target = ignore();
    else
      edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  /// Does the anchor's case lead straight to a state behind the stripped headers?
  bool isReturn(unsigned region, unsigned from, const ir::Case& c) const {
    if (!anchors_.anchors[region] || *anchors_.anchors[region] != from ||
        !anchors_.exits.count({region, c.target.state}))
      return false;
    if (anchors_.loops[region] || anchors_.moved(region)) return true;
    const auto value = returns_.values.find({region, c.target.state});
    return value != returns_.values.end() && c.patterns[0].mask == UINT64_MAX && !c.patterns[0].interval &&
           c.patterns[0].value == value->second;
  }

  bool leadsToAnchor(unsigned state) const {
    const auto& anchor = anchors_.anchors[anchors_.last()];
    return anchor && (*anchor == state || anchors_.reach[state][*anchor]);
  }

  // ---- loops of a finished graph

  void markLoops() {
    const size_t n = graph_.nodes.size();
    ir::Relation reach = ir::follows(graph_);
    ir::Relation idle = reach;  // through nodes that extract nothing
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        if (extracts(graph_.nodes[i]) || extracts(graph_.nodes[j])) idle[i][j] = false;
    ir::closeTransitively(reach);
    ir::closeTransitively(idle);
    for (size_t i = 0; i < n; i++) {
      if (idle[i][i])
        diagnostics_.error(
            graph_.nodes[i].range, "E0424",
            fmt::format("state '{}' can loop without extracting a header", model_.states[graph_.nodes[i].state].name),
            "extract a header in every iteration");
      if (!reach[i][i]) continue;
      for (ir::Edge& edge : graph_.nodes[i].edges)
        edge.loses_count = edge.target.kind == ir::EdgeTarget::Kind::Accept ||
                           (edge.target.kind == ir::EdgeTarget::Kind::Node && !reach[edge.target.node][i]);
    }
  }

  const plan::Hook hook_;
  const model::Model& model_;
  const Anchors& anchors_;
  CounterTable& counters_;
  Returns& returns_;
  Diagnostics& diagnostics_;
  const unsigned behind_all_;  // the phase
  ir::ParseGraph graph_;
  std::map<NodeKey, unsigned> numbers_;
  std::deque<NodeKey> queue_;
};

}  // namespace

ir::ParseGraph makeIngress(const model::Model& model, const Anchors& anchors, CounterTable& counters, Returns& returns,
                           Diagnostics& diagnostics) {
  return GraphMaker(plan::Hook::Ingress, model, anchors, counters, returns, diagnostics).run();
}

ir::ParseGraph makeEgress(const model::Model& model, const Anchors& anchors, Returns& returns, CounterTable& counters,
                          Diagnostics& diagnostics) {
  return GraphMaker(plan::Hook::Egress, model, anchors, counters, returns, diagnostics).run();
}

}  // namespace sfc::lower
