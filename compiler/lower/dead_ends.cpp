// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: a single header extracted a second time is `too_deep`, and so is an element beyond the end of a stack.
// If that happens to all packets that come to a state, or that take one of its cases, the spec is wrong.
//
// The idea: for each node of ingress and each instance, find the fewest elements that a packet has extracted when it
// comes there: the minimum over all paths. An extract that is too much with these is too much for all packets. A state
// can have nodes in several phases; it is wrong if it is wrong in all of them.
//
// Invariant: numbers only become smaller until nothing changes, so the result holds on all paths.
#include "compiler/lower/dead_ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace sfc::lower {

namespace {

using Counts = std::vector<unsigned>;  // for each instance

class DeadEnds {
public:
  DeadEnds(const ir::Program& program, Diagnostics& diagnostics)
      : model_(program), nodes_(program.ingress.nodes), start_(program.ingress.start), diagnostics_(diagnostics) {}

  void run() {
    follow();
    for (unsigned s = 0; s < model_.states.size(); s++) checkSteps(s);
    for (unsigned s = 0; s < model_.states.size(); s++) checkCases(s);
  }

private:
  bool isOwn(Range range) const { return range.file == model_.proxy_range.file; }

  // ---- the fewest elements

  /// The first step for which there is no room if the node is entered with `counts`, which become those at its end.
  const ir::Step* tooMuch(const ir::Node& node, Counts& counts) const {
    for (const ir::Step& step : node.steps) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      if (extract && counts[extract->instance]++ == model_.instances[extract->instance].count) return &step;
    }
    return nullptr;
  }

  /// The elements behind an edge. Removed headers count as absent.
  static Counts behind(Counts counts, const ir::Edge& edge) {
    if (edge.decap)
      for (const unsigned covered : edge.decap->covered) counts[covered] = 0;
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
      for (const ir::Edge& edge : nodes_[n].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && lower(edge.target.node, behind(counts, edge)))
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

  // ---- warnings

  void warn(Range range, const std::string& where, const ir::Step& step) {
    const ir::Instance& instance = model_.instances[std::get<ir::ExtractStep>(step.node).instance];
    const std::string what =
        instance.is_stack ? fmt::format("the stack of {} has no room for another '{}'", instance.count, instance.name)
                          : fmt::format("'{}' has been extracted already", instance.name);
    diagnostics_.warning(range, "E0482", fmt::format("no packet gets through {}: {}", where, what),
                         "transition to a state that reads what follows, or declare a larger stack");
  }

  /// A step for which there is no room in any node of the state.
  void checkSteps(unsigned state) {
    const ir::Step* common = nullptr;
    for (const size_t n : nodesOf(state)) {
      Counts counts = fewest_.at(n);
      common = tooMuch(nodes_[n], counts);
      if (!common) return;
    }
    if (!common) return;
    closed_.insert(state);
    if (isOwn(common->range)) warn(common->range, "this", *common);
  }

  /// Cases that lead from every node of the state to a step without room.
  void checkCases(unsigned state) {
    const std::vector<ir::Case>& cases = model_.states[state].cases;
    for (size_t i = 0; i < cases.size(); i++) {
      if (cases[i].target.kind != ir::Target::Kind::State || !isOwn(cases[i].range)) continue;
      const unsigned to = cases[i].target.state;
      const ir::Step* common = closed_.count(to) ? nullptr : tooMuchBehind(state, i);
      if (common) warn(cases[i].range, fmt::format("state '{}' from here", model_.states[to].name), *common);
    }
  }

  /// The step without room to which a case leads from every node of the state.
  const ir::Step* tooMuchBehind(unsigned state, size_t number) const {
    const ir::Step* common = nullptr;
    for (const size_t n : nodesOf(state)) {
      Counts counts = fewest_.at(n);
      if (tooMuch(nodes_[n], counts)) continue;
      const ir::Edge& edge = nodes_[n].edges[number];
      if (edge.target.kind != ir::EdgeTarget::Kind::Node) return nullptr;
      counts = behind(counts, edge);
      common = tooMuch(nodes_[edge.target.node], counts);
      if (!common) return nullptr;
    }
    return common;
  }

  const ir::Program& model_;
  const std::vector<ir::Node>& nodes_;
  const size_t start_;
  Diagnostics& diagnostics_;
  std::map<size_t, Counts> fewest_;  // of the nodes that packets come to
  std::set<unsigned> closed_;        // states that no packet gets through
};

}  // namespace

void warnOfDeadEnds(const ir::Program& program, Diagnostics& diagnostics) {
  DeadEnds(program, diagnostics).run();
}

}  // namespace sfc::lower
