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

  // ---- how many there are

  /// The first step for which there is no room, if the node is entered with these. They become what it leaves with.
  const ir::Step* tooMuch(const ir::Node& node, Counts& counts) const {
    for (const ir::Step& step : node.steps) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      if (extract && counts[extract->instance]++ == model_.instances[extract->instance].count) return &step;
    }
    return nullptr;
  }

  /// What there is behind an edge. What was cut out counts as not there.
  static Counts behind(Counts counts, const ir::Edge& edge) {
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

  // ---- what is too much

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

  /// Cases that lead, from each node of the state, to where there is no room.
  void checkCases(unsigned state) {
    const std::vector<ir::Case>& cases = model_.states[state].cases;
    for (size_t i = 0; i < cases.size(); i++) {
      if (cases[i].target.kind != ir::Target::Kind::State || !isOwn(cases[i].range)) continue;
      const unsigned to = cases[i].target.state;
      const ir::Step* common = closed_.count(to) ? nullptr : tooMuchBehind(state, i);
      if (common) warn(cases[i].range, fmt::format("state '{}' from here", model_.states[to].name), *common);
    }
  }

  /// The step for which nothing has room that takes a case of the state.
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
  std::map<size_t, Counts> fewest_;  // of the nodes to which packets come
  std::set<unsigned> closed_;        // states through which no packet gets
};

}  // namespace

void warnOfDeadEnds(const ir::Program& program, Diagnostics& diagnostics) {
  DeadEnds(program, diagnostics).run();
}

}  // namespace sfc::lower
