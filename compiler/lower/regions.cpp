// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/regions.h"
#include "compiler/lower/queries.h"

#include <algorithm>

namespace sfc::lower {

namespace {

class RegionFacts {
public:
  RegionFacts(const model::Model& model, const Anchors& anchors, bool reenters, ir::Program& program)
      : model_(model), anchors_(anchors), reenters_(reenters), last_(anchors.last()), program_(program) {}

  void run() {
    placeChecks();
    findCovered();
    findSeen();
    findEnclosing();
    findRetained();
  }

private:
  /// nodes x nodes of the ingress graph: can the second come after the first, or is it the same?
  ir::Relation order() const {
    ir::Relation after = ir::follows(program_.ingress);
    ir::closeTransitively(after);
    for (size_t i = 0; i < after.size(); i++) after[i][i] = true;
    return after;
  }

  /// If stripped headers can continue behind a state that extracts nothing, only the end of the region is behind them
  /// all.
  void placeChecks() {
    if (!reenters_) return;
    for (ir::Node& node : program_.ingress.nodes)
      for (ir::Edge& edge : node.edges) edge.checks = edge.decap && edge.decap->region == last_;
  }

  /// The nodes whose headers lie in the bytes that a decapsulation at `at` removes.
  std::vector<size_t> nodesIn(const ir::Decapsulation& decap, size_t at, const ir::Relation& order) const {
    const auto& nodes = program_.ingress.nodes;
    std::vector<size_t> found;
    for (size_t n = 0; n < nodes.size(); n++) {
      if (!order[n][at]) continue;
      bool in = decap.whole;
      for (size_t a = 0; a < nodes.size() && !in; a++)
        for (const ir::Edge& edge : nodes[a].edges)
          if (std::count(edge.anchors.begin(), edge.anchors.end(), decap.region) &&
              edge.target.kind == ir::EdgeTarget::Kind::Node && order[edge.target.node][n] &&
              !anchorFollows(n, decap.region, order))
            in = true;
      if (in) found.push_back(n);
    }
    return found;
  }

  /// Can the anchor of a region still come? Then headers read before it are before the region.
  bool anchorFollows(size_t node, unsigned region, const ir::Relation& order) const {
    const auto& nodes = program_.ingress.nodes;
    for (size_t a = 0; a < nodes.size(); a++)
      for (const ir::Edge& edge : nodes[a].edges)
        if (order[node][a] && std::count(edge.anchors.begin(), edge.anchors.end(), region)) return true;
    return false;
  }

  void findCovered() {
    const auto ordered = order();
    for (size_t at = 0; at < program_.ingress.nodes.size(); at++)
      for (ir::Edge& edge : program_.ingress.nodes[at].edges) {
        if (!edge.decap) continue;
        for (size_t n : nodesIn(*edge.decap, at, ordered))
          for (const ir::Step& step : program_.ingress.nodes[n].steps)
            if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) cover(extract->instance, *edge.decap);
      }
    // Headers that no packet brings can be pushed as well.
    for (const unsigned instance : pushedHeaders(model_)) remember(instance);
  }

  void cover(unsigned instance, ir::Decapsulation& decap) {
    if (!std::count(decap.covered.begin(), decap.covered.end(), instance)) decap.covered.push_back(instance);
    remember(instance);
  }

  void remember(unsigned instance) {
    const bool known = std::any_of(program_.in_record.begin(), program_.in_record.end(),
                                   [&](const ir::InRecord& one) { return one.instance == instance; });
    if (!known) program_.in_record.push_back({instance});
  }

  /// The nodes that read headers that the SF sees: those behind all regions, and those outside of some region.
  void findSeen() {
    const auto ordered = order();
    auto& nodes = program_.ingress.nodes;
    struct Place {
      const ir::Decapsulation* decap;
      size_t at;
      std::vector<size_t> inside;
    };
    std::vector<Place> decaps;
    for (size_t at = 0; at < nodes.size(); at++)
      for (const ir::Edge& edge : nodes[at].edges)
        if (edge.decap) decaps.push_back({&*edge.decap, at, nodesIn(*edge.decap, at, ordered)});
    for (size_t n = 0; n < nodes.size(); n++) {
      nodes[n].before_decap = std::any_of(decaps.begin(), decaps.end(), [&](const Place& place) {
        return place.decap->region == last_ && ordered[n][place.at];
      });
      bool meets_decap = false, taken_early = false, left_alone = false;
      for (const Place& place : decaps) {
        if (!ordered[n][place.at]) continue;
        const bool covered = std::count(place.inside.begin(), place.inside.end(), n) > 0;
        meets_decap = true;
        taken_early = taken_early || (covered && place.decap->region != last_);
        left_alone = left_alone || (!covered && place.decap->region == last_);
      }
      nodes[n].seen_by_sf = !meets_decap || (left_alone && !taken_early);
    }
  }

  /// Retained headers before the region with lengths or checksums that cover it, or their own rewritten field.
  void findEnclosing() {
    if (program_.regions.size() != 1 || program_.regions[0].sometimes_whole || program_.regions[0].always_whole ||
        anchors_.loops[0])
      return;
    for (const ir::Node& node : program_.ingress.nodes)
      for (const ir::Step& step : node.steps) {
        const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
        if (!extract || !node.seen_by_sf || !node.before_decap) continue;
        const ir::Header& header = model_.headerOf(extract->instance);
        const bool tail = std::any_of(header.fields.begin(), header.fields.end(), [](const ir::Field& field) {
          return field.computed == ir::Computed::TailChecksum;
        });
        auto& enclosing = program_.enclosing;
        if (!ir::hasComputed(header) || tail || model_.instances[extract->instance].is_stack) continue;
        if (!std::count(enclosing.begin(), enclosing.end(), extract->instance)) enclosing.push_back(extract->instance);
      }
  }

  /// The same, and single headers before the region, and nowhere else, of which `on return` reads fields.
  void findRetained() {
    program_.retained = program_.enclosing;
    if (program_.regions.empty() || anchors_.sometimesWhole()) return;
    const auto isBefore = [&](unsigned instance) {
      bool found = false;
      for (const ir::Node& node : program_.ingress.nodes)
        for (const ir::Step& step : node.steps) {
          const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
          if (!extract || extract->instance != instance) continue;
          if (!node.seen_by_sf || !node.before_decap) return false;
          found = true;
        }
      return found && !model_.instances[instance].is_stack;
    };
    visitReturn(model_, [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && !std::count(program_.retained.begin(), program_.retained.end(), ref->instance) &&
          isBefore(ref->instance))
        program_.retained.push_back(ref->instance);
    });
  }

  const model::Model& model_;
  const Anchors& anchors_;
  const bool reenters_;
  const unsigned last_;  // region
  ir::Program& program_;
};

}  // namespace

void describeRegions(const model::Model& model, const Anchors& anchors, bool reenters, ir::Program& program) {
  RegionFacts(model, anchors, reenters, program).run();
}

}  // namespace sfc::lower
