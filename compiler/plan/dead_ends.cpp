// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: a single header that is extracted a second time is `too_deep`, and so is an element more than a stack
// has. Where that happens to all packets that come to a state, or that take one of its cases, it is a mistake.
//
// The idea: each node of ingress has of each instance the fewest elements that packets have when they come there: the
// minimum over all ways. What is too much with these is too much for all packets. A state is in several phases of the
// walk; a mistake is what is one in all of them.
//
// Invariant: numbers only become smaller until nothing changes, so what is said in the end holds on all ways.
#include "compiler/plan/dead_ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

namespace sfc::plan {

namespace {

using Counts = std::vector<unsigned>;  // for each instance

class DeadEnds {
public:
  DeadEnds(const Program& program, Diagnostics& diagnostics)
      : model_(program.model),
        nodes_(program.ingress.nodes),
        start_(program.ingress.start),
        diagnostics_(diagnostics) {}

  void run() {
    follow();
    for (unsigned s = 0; s < model_.states.size(); s++) {
      const model::State& state = model_.states[s];
      const std::vector<size_t> nodes = nodesOf(s);
      if (nodes.empty()) continue;
      if (isOwn(state.range) && loopsForEver(s)) warnOfLoop(state);
      if (!checkSteps(nodes)) checkCases(state, nodes);
    }
  }

private:
  bool isOwn(Range range) const { return range.file == model_.proxy_range.file; }

  // ---- how many there are

  /// The first step for which there is no room, if the node is entered with these. They become what it leaves with.
  const Step* tooMuch(const Node& node, Counts& counts) const {
    for (const Step& step : node.steps) {
      const auto* extract = std::get_if<ExtractStep>(&step.node);
      if (extract && counts[extract->instance]++ == model_.instances[extract->instance].count) return &step;
    }
    return nullptr;
  }

  /// What there is behind an edge. What was cut out counts as not there.
  static Counts behind(Counts counts, const Edge& edge) {
    if (edge.cut)
      for (const unsigned covered : edge.cut->covered) counts[covered] = 0;
    return counts;
  }

  void follow() {
    fewest_[start_] = Counts(model_.instances.size(), 0);
    std::deque<size_t> open{start_};
    while (!open.empty()) {
      const size_t n = open.front();
      open.pop_front();
      Counts counts = fewest_.at(n);
      if (tooMuch(nodes_[n], counts)) continue;
      for (const Edge& edge : nodes_[n].edges)
        if (edge.target.kind == Target::Kind::Node && lower(edge.target.node, behind(counts, edge)))
          open.push_back(edge.target.node);
    }
  }

  /// True if something has changed.
  bool lower(size_t n, const Counts& counts) {
    const auto [it, added] = fewest_.emplace(n, counts);
    if (added) return true;
    const Counts before = it->second;
    for (size_t i = 0; i < counts.size(); i++) it->second[i] = std::min(before[i], counts[i]);
    return it->second != before;
  }

  /// The nodes of a state to which packets come.
  std::vector<size_t> nodesOf(unsigned state) const {
    std::vector<size_t> found;
    for (const auto& [n, counts] : fewest_)
      if (nodes_[n].state == state) found.push_back(n);
    return found;
  }

  // ---- what is too much

  void warn(Range range, const std::string& where, const Step& step) {
    const model::Instance& instance = model_.instances[std::get<ExtractStep>(step.node).instance];
    const std::string what =
        instance.is_stack ? fmt::format("a stack of {} has no room for one more '{}'", instance.count, instance.name)
                          : fmt::format("'{}' has been extracted already", instance.name);
    diagnostics_.warning(range, "E0482", fmt::format("no packet gets through {}: {}", where, what),
                         "lead to a state that reads what follows; for more headers of a kind, declare a larger stack");
  }

  /// Is there a step for which nothing has room?
  bool checkSteps(const std::vector<size_t>& nodes) {
    const Step* common = nullptr;
    for (const size_t n : nodes) {
      Counts counts = fewest_.at(n);
      common = tooMuch(nodes_[n], counts);
      if (!common) return false;
    }
    if (isOwn(common->range)) warn(common->range, "this", *common);
    return true;
  }

  /// On which case, in all nodes, is there none?
  void checkCases(const model::State& state, const std::vector<size_t>& nodes) {
    for (size_t i = 0; i < state.cases.size(); i++) {
      if (!isOwn(state.cases[i].range)) continue;
      const Step* common = nullptr;
      for (const size_t n : nodes) {
        common = tooMuchBehind(nodes_[n], nodes_[n].edges[i]);
        if (!common) break;
      }
      if (!common) continue;
      const std::string& to = model_.states[state.cases[i].target.state].name;
      warn(state.cases[i].range, fmt::format("state '{}' from here", to), *common);
    }
  }

  /// The same for packets that take an edge; nothing if all packets in the node behind it fare alike.
  const Step* tooMuchBehind(const Node& node, const Edge& edge) const {
    if (edge.target.kind != Target::Kind::Node || !fewest_.count(edge.target.node)) return nullptr;
    const Node& to = nodes_[edge.target.node];
    Counts counts = fewest_.at(edge.target.node);
    if (tooMuch(to, counts)) return nullptr;
    counts = fewest_.at(static_cast<size_t>(&node - nodes_.data()));
    if (tooMuch(node, counts)) return nullptr;
    counts = behind(counts, edge);
    return tooMuch(to, counts);
  }

  // ---- loops

  /// Does all that a state leads to lead back to it or into another such loop?
  bool loopsForEver(unsigned from) const {
    std::vector<bool> seen(model_.states.size(), false);
    std::vector<unsigned> open{from};
    while (!open.empty()) {
      const unsigned state = open.back();
      open.pop_back();
      for (const model::Case& one : model_.states[state].cases) {
        if (one.target.kind != ast::Target::Kind::State) return false;
        if (!seen[one.target.state]) open.push_back(one.target.state);
        seen[one.target.state] = true;
      }
    }
    return seen[from];
  }

  void warnOfLoop(const model::State& state) {
    diagnostics_.warning(state.range, "E0483", fmt::format("no packet gets out of the loop of state '{}'", state.name),
                         "add a case that leads to `accept`, `pass`, `drop` or another state");
  }

  const model::Model& model_;
  const std::vector<Node>& nodes_;
  const size_t start_;
  Diagnostics& diagnostics_;
  std::map<size_t, Counts> fewest_;  // of the nodes to which packets come
};

}  // namespace

void warnOfDeadEnds(const Program& program, Diagnostics& diagnostics) {
  DeadEnds(program, diagnostics).run();
}

}  // namespace sfc::plan
