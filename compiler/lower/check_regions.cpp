// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/check_regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sfc::lower {

namespace {

class RegionCheck {
public:
  RegionCheck(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics)
      : model_(model), program_(program), nodes_(program.ingress.nodes), diagnostics_(diagnostics) {}

  void run() {
    for (unsigned region = 0; region < program_.regions.size(); region++) {
      const Blame because(diagnostics_, {}, program_.regions[region].range);
      checkExtent(region);
      checkPlaces(region);
    }
  }

private:
  const std::string& stateOf(size_t n) const { return model_.states[nodes_[n].state].name; }

  /// Nodes that can be reached from `from` by edges that `follows` allows, out of nodes that `leaves` allows.
  template <typename Leaves, typename Follows>
  std::set<size_t> reach(const std::set<size_t>& from, Leaves leaves, Follows follows) const {
    return ir::reachedFrom<size_t>(from, [&](size_t n, const auto& visit) {
      if (!leaves(nodes_[n])) return;
      for (const ir::Edge& edge : nodes_[n].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && follows(edge)) visit(edge.target.node);
    });
  }

  static bool takesBytes(const ir::Node& node) {
    return std::any_of(node.steps.begin(), node.steps.end(), [](const ir::Step& step) {
      return std::holds_alternative<ir::ExtractStep>(step.node) || std::holds_alternative<ir::AdvanceStep>(step.node);
    });
  }

  static bool isAnchor(const ir::Edge& edge, unsigned region) {
    return std::count(edge.anchors.begin(), edge.anchors.end(), region) > 0;
  }

  /// A region must begin at its anchor on every path to its end, and there must be something in it.
  void checkExtent(unsigned region) {
    const auto past = reach(
        {program_.ingress.start}, [](const ir::Node&) { return true; },
        [&](const ir::Edge& edge) { return !isAnchor(edge, region); });
    std::set<size_t> begins;
    for (const ir::Node& node : nodes_)
      for (const ir::Edge& edge : node.edges)
        if (isAnchor(edge, region) && edge.target.kind == ir::EdgeTarget::Kind::Node) begins.insert(edge.target.node);
    const auto empty =
        reach(begins, [](const ir::Node& node) { return !takesBytes(node); }, [](const ir::Edge&) { return true; });
    for (size_t n = 0; n < nodes_.size(); n++)
      for (const ir::Edge& edge : nodes_[n].edges) {
        if (!edge.decap || edge.decap->region != region || edge.decap->whole || edge.decap->empty) continue;
        if (past.count(n))
          diagnostics_.error(
              nodes_[n].range, "E0439",
              fmt::format("a path to state '{}' bypasses the state that also leads on without the stripped headers",
                          stateOf(n)),
              "let all paths to the stripped headers lead through that state");
        if (empty.count(n) && !takesBytes(nodes_[n]))
          diagnostics_.error(nodes_[n].range, "E0440",
                             fmt::format("on one path to state '{}', there are no bytes to strip", stateOf(n)),
                             "let the stripped states read bytes, or `pass` the packet");
      }
  }

  /// Egress deparses a region at the first place that could be its own. So there must be no other such place between it
  /// and the region.
  void checkPlaces(unsigned region) {
    std::set<unsigned> reported;
    for (const ir::Node& node : program_.egress.nodes)
      for (size_t e = 0; e < node.edges.size(); e++) {
        const auto& returns = node.edges[e].returns;
        if (!std::count(returns.begin(), returns.end(), region) || !canStayBefore(node.state, e, region)) continue;
        const ir::Case& c = model_.states[node.state].cases[e];
        if (!reported.insert(c.target.state).second) continue;
        diagnostics_.error(
            c.range, "E0445",
            fmt::format("state '{}' can come before or behind the stripped headers, so their place is lost when they "
                        "are removed",
                        model_.states[c.target.state].name),
            "select once more behind the stripped headers, by the same look-ahead, and `pass` such packets");
      }
  }

  /// Can a packet take case `e` of a state and have the region behind another anchor?
  bool canStayBefore(unsigned state, size_t e, unsigned region) const {
    std::set<size_t> behind;
    for (const ir::Node& node : nodes_)
      if (node.state == state && isAnchor(node.edges[e], region) &&
          node.edges[e].target.kind == ir::EdgeTarget::Kind::Node)
        behind.insert(node.edges[e].target.node);
    const auto stays = [&](const ir::Edge& edge) { return !edge.decap || edge.decap->region != region; };
    const auto before = reach(behind, [](const ir::Node&) { return true; }, stays);
    std::set<size_t> begins;
    for (const size_t n : before)
      for (const ir::Edge& edge : nodes_[n].edges)
        if (isAnchor(edge, region) && edge.target.kind == ir::EdgeTarget::Kind::Node) begins.insert(edge.target.node);
    const auto inside = reach(begins, [](const ir::Node&) { return true; }, stays);
    return std::any_of(inside.begin(), inside.end(), [&](size_t n) {
      return std::any_of(nodes_[n].edges.begin(), nodes_[n].edges.end(),
                         [&](const ir::Edge& edge) { return edge.decap && edge.decap->region == region; });
    });
  }

  const model::Model& model_;
  const ir::Program& program_;
  const std::vector<ir::Node>& nodes_;
  Diagnostics& diagnostics_;
};

}  // namespace

void checkRegions(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics) {
  RegionCheck(model, program, diagnostics).run();
}

}  // namespace sfc::lower
