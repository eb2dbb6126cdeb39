// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/sizes.h"
#include "compiler/lower/queries.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::lower {

namespace {

// All regions together. A terminator, which saves no record, can have one region of that size.
constexpr unsigned MaxStrippedBytes = 4 * MaxRegionBytes;
// The most bytes that the programs can move; a per-CPU map value holds no more than 32 KiB.
constexpr unsigned MaxPrefixBytes = 8 * 1024;

class Sizes {
public:
  Sizes(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics)
      : model_(model), anchors_(anchors), program_(program), diagnostics_(diagnostics) {}

  void measureRegions() {
    program_.fixed_layout = program_.regions.size() == 1 && !program_.regions[0].sometimes_whole;
    for (const ir::InRecord& in : program_.in_record) {
      const ir::Instance& instance = model_.instances[in.instance];
      const ir::Header& header = model_.headerOf(in.instance);
      if (header.variable_bits || !instance.stripped || ir::hasComputed(header)) program_.fixed_layout = false;
    }
    // Telemetry goes behind a header that must be found.
    ir::visit(model_.on_return, [&](const ir::Edit& statement) {
      if (std::holds_alternative<ir::Insert>(statement.node) || std::holds_alternative<ir::Write>(statement.node))
        program_.fixed_layout = false;
    });
    if (program_.fixed_layout) program_.fixed_layout = isChain() && pushedHeaders(model_).empty();
    for (const ir::Node& node : program_.ingress.nodes)
      for (const ir::Edge& edge : node.edges)
        if (edge.decap) {
          unsigned& most = program_.regions[edge.decap->region].max_bytes;
          most = std::max(most, mostBytes(*edge.decap));
        }
    const bool remembered = !plan::discardsHeaders(model_.kind);
    const unsigned limit = remembered || program_.regions.size() > 1 ? MaxRegionBytes : MaxStrippedBytes;
    for (ir::Region& region : program_.regions) {
      if (region.max_bytes > limit && program_.fixed_layout)
        diagnostics_.error(
            region.range, "E0425",
            fmt::format("the stripped headers can take {} bytes; a header record holds {}", region.max_bytes, limit),
            "make the stack smaller");
      if (skipsBytes()) region.max_bytes = limit;
      region.max_bytes = std::min((region.max_bytes + 3) / 4 * 4, limit);
    }
  }

  unsigned mostBytes(const ir::Decapsulation& decap) const {
    unsigned bytes = 0;
    for (unsigned index : decap.covered) {
      const ir::Header& header = model_.headerOf(index);
      bytes += (header.size + header.variable_max) * model_.instances[index].count;
    }
    return bytes;
  }

  bool skipsBytes() const {
    for (const ir::Node& node : program_.ingress.nodes)
      for (const ir::Step& step : node.steps)
        if (std::holds_alternative<ir::AdvanceStep>(step.node)) return true;
    return false;
  }

  /// Do the stripped headers come in one order, each exactly once and adjacent, a stack only at the end?
  bool isChain() const {
    std::vector<unsigned> chain;
    std::set<size_t> seen;
    const auto& nodes = program_.ingress.nodes;
    std::set<size_t> entries, next;
    for (const ir::Node& node : nodes)
      for (const ir::Edge& edge : node.edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && !edge.anchors.empty()) entries.insert(edge.target.node);
    while (entries.size() == 1 && seen.insert(*entries.begin()).second) {
      const ir::Node& node = nodes[*entries.begin()];
      for (const ir::Step& step : node.steps) {
        if (std::holds_alternative<ir::AdvanceStep>(step.node)) return false;
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) {
          if (!chain.empty() && model_.instances[chain.back()].is_stack) return false;
          chain.push_back(extract->instance);
        }
      }
      next.clear();
      for (const ir::Edge& edge : node.edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && !edge.decap && edge.target.node != *entries.begin())
          next.insert(edge.target.node);
      entries = next;
    }
    if (!entries.empty() || chain.size() != program_.in_record.size()) return false;
    for (size_t i = 0; i < chain.size(); i++)
      if (program_.in_record[i].instance != chain[i]) return false;
    return true;
  }

  /// The fewest and the most bytes before the last region, at egress.
  void measurePrefix() {
    if (program_.regions.empty()) return;
    const ir::ParseGraph& graph = program_.egress;
    constexpr unsigned Far = 1 << 20;
    std::vector<unsigned> shortest(graph.nodes.size(), Far);
    shortest[graph.start] = 0;
    program_.min_prefix = Far;
    const auto isLast = [&](const ir::Edge& edge) {
      return std::count(edge.returns.begin(), edge.returns.end(), anchors_.last()) > 0;
    };
    for (size_t round = 0; round < graph.nodes.size(); round++)
      for (size_t i = 0; i < graph.nodes.size(); i++) {
        if (shortest[i] == Far) continue;
        unsigned end = shortest[i];
        for (const ir::Step& step : graph.nodes[i].steps)
          if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node))
            end += model_.headerOf(extract->instance).size;
        for (const ir::Edge& edge : graph.nodes[i].edges) {
          if (isLast(edge))
            program_.min_prefix = std::min(program_.min_prefix, end);
          else if (edge.target.kind == ir::EdgeTarget::Kind::Node)
            shortest[edge.target.node] = std::min(shortest[edge.target.node], end);
        }
      }
    if (program_.min_prefix == Far) program_.min_prefix = 0;
    program_.max_prefix = mostBefore(isLast);
    if (program_.max_prefix > MaxPrefixBytes)
      diagnostics_.error(model_.strip_ranges[anchors_.last()], "E0433",
                         fmt::format("the headers before the stripped ones can take {} bytes; at most {} are possible",
                                     program_.max_prefix, MaxPrefixBytes),
                         "make the stacks or the variable-length fields before them smaller");
  }

  template <typename Predicate>
  unsigned mostBefore(Predicate is_last) const {
    const ir::ParseGraph& graph = program_.egress;
    std::vector<bool> before(graph.nodes.size());  // leads to the place of the last region
    for (size_t round = 0; round < graph.nodes.size(); round++)
      for (size_t i = 0; i < graph.nodes.size(); i++)
        for (const ir::Edge& edge : graph.nodes[i].edges)
          if (is_last(edge) || (edge.target.kind == ir::EdgeTarget::Kind::Node && before[edge.target.node]))
            before[i] = true;
    std::set<unsigned> instances;
    for (size_t i = 0; i < graph.nodes.size(); i++)
      for (const ir::Step& step : graph.nodes[i].steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && before[i])
          instances.insert(extract->instance);
    unsigned bytes = 0;
    for (unsigned instance : instances) {
      const ir::Header& header = model_.headerOf(instance);
      bytes += (header.size + header.variable_max) * model_.instances[instance].count;
    }
    for (size_t i = 0; i < graph.nodes.size(); i++)
      for (const ir::Step& step : graph.nodes[i].steps)
        if (before[i] && std::holds_alternative<ir::AdvanceStep>(step.node)) bytes = std::max(bytes, MaxPrefixBytes);
    return bytes;
  }

  const model::Model& model_;
  const Anchors& anchors_;
  ir::Program& program_;
  Diagnostics& diagnostics_;
};

}  // namespace

void measureRegions(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics) {
  Sizes(model, anchors, program, diagnostics).measureRegions();
}

void measurePrefix(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics) {
  Sizes(model, anchors, program, diagnostics).measurePrefix();
}

}  // namespace sfc::lower
