// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/check_stacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/variant/overloaded.h"

namespace sfc::lower {

namespace {

// The verifier checks a loop once for every number of headers that it can have extracted. More than this comes near its
// limit of a million instructions.
constexpr unsigned MaxLoopCounts = 100;

class StackCheck {
public:
  StackCheck(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics)
      : model_(model), program_(program), nodes_(program.ingress.nodes), diagnostics_(diagnostics) {}

  void run() {
    checkLoops(program_.ingress);
    checkElements();
  }

private:
  /// Elements are found by their number, and popped from the front: they must be adjacent.
  void checkElements() {
    for (const ir::Node& node : nodes_) {
      for (const ir::Step& step : node.steps)
        if (auto expr = exprOf(step)) checkElements(expr);
      for (const ir::ExprPtr& key : node.keys) checkElements(key);
    }
    for (const model::Require& require : model_.requires_) checkElements(require.condition);
    for (const ir::Table& table : model_.tables)
      for (const ir::TableField& field : table.fields) checkElement(field.range, field.field);
    for (const ir::Edit& statement : model_.on_arrival) checkElements(statement);
    for (const ir::Edit& statement : model_.on_return) checkElements(statement);
    for (const ir::Telemetry& telemetry : model_.telemetry)
      for (const ir::TelemetryGroup& group : telemetry.groups)
        for (const ir::TelemetryField& field : group.fields)
          if (field.value) checkElements(field.value);
    for (const ir::Telemetry& telemetry : model_.telemetry)
      for (const ir::Collected& one : telemetry.collected)
        for (const ir::ExprPtr& expr : {one.at, one.size})
          if (expr) checkElements(expr);
  }

  void checkElements(const ir::ExprPtr& expr) {
    ir::visit(expr, [this](const ir::Expr& part) {
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) checkElement(part.range, *ref);
    });
  }

  void checkElements(const ir::Edit& edit) {
    const ir::NamedFields named = ir::fieldsOf(edit);
    for (const auto* fields : {&named.changed, &named.read})
      for (const ir::FieldRef& ref : *fields) checkElement(edit.range, ref);
    for (const ir::ExprPtr& expr : ir::expressionsOf(edit)) checkElements(expr);
    std::visit(Overloaded{[&](const ir::CopyField& node) {
                            if (node.index) refuseScattered(edit.range, node.from.instance);
                          },
                          [&](const ir::Pop& node) {
                            refuseScattered(edit.range, node.instance);
                            refuseOddPop(edit.range, node.instance);
                          },
                          [&](const ir::If& node) {
                            for (const auto* branch : {&node.then_branch, &node.else_branch})
                              for (const ir::Edit& inner : *branch) checkElements(inner);
                          },
                          // These are about single headers.
                          [](const OneOf<ir::PushHeaders, ir::Insert, ir::PushRoom, ir::Write, ir::Report> auto&) {},
                          [](const OneOf<ir::AssignVariable, ir::AssignField, ir::SwapFields, ir::Drop> auto&) {}},
               edit.node);
  }

  void checkElement(Range range, const ir::FieldRef& ref) {
    if (ref.element > 0 && ref.element != ir::FieldRef::Last) refuseScattered(range, ref.instance);
  }

  void refuseScattered(Range range, unsigned stack) {
    if (!isScattered(stack)) return;
    diagnostics_.error(range, "E0442",
                       fmt::format("there can be other bytes between elements of '{}'", model_.instances[stack].name),
                       "use only [0] and .last of this stack, and do not pop it");
  }

  /// Can something else be read between two elements of a stack?
  bool isScattered(unsigned stack) const {
    const ir::Header& header = model_.headerOf(stack);
    if (header.variable_bits) return true;
    std::set<std::pair<size_t, bool>> seen;  // node; has something else been read since the last element?
    std::vector<std::pair<size_t, bool>> open;
    for (size_t n = 0; n < nodes_.size(); n++)
      for (size_t s = 0; s < nodes_[n].steps.size(); s++)
        if (isExtract(nodes_[n].steps[s], stack)) {
          bool other = false;
          if (scatters(n, s + 1, stack, other)) return true;
          follow(n, other, stack, seen, open);
        }
    while (!open.empty()) {
      auto [n, other] = open.back();
      open.pop_back();
      if (scatters(n, 0, stack, other)) return true;
      follow(n, other, stack, seen, open);
    }
    return false;
  }

  static bool isExtract(const ir::Step& step, unsigned instance) {
    const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
    return extract && extract->instance == instance;
  }

  /// Do the steps of a node from `from` on read an element behind something else? Updates `other`.
  bool scatters(size_t n, size_t from, unsigned stack, bool& other) const {
    for (size_t s = from; s < nodes_[n].steps.size(); s++) {
      const ir::Step& step = nodes_[n].steps[s];
      if (isExtract(step, stack)) {
        if (other) return true;
      } else if (std::holds_alternative<ir::ExtractStep>(step.node) ||
                 std::holds_alternative<ir::AdvanceStep>(step.node)) {
        other = true;
      }
    }
    return false;
  }

  void follow(size_t n, bool other, unsigned stack, std::set<std::pair<size_t, bool>>& seen,
              std::vector<std::pair<size_t, bool>>& open) const {
    for (const ir::Edge& edge : nodes_[n].edges) {
      if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
      if (edge.decap && std::count(edge.decap->covered.begin(), edge.decap->covered.end(), stack)) continue;
      if (seen.insert({edge.target.node, other}).second) open.emplace_back(edge.target.node, other);
    }
  }

  /// With an odd number of bytes fewer before them, a checksum would sum all bytes swapped.
  void refuseOddPop(Range range, unsigned stack) {
    if (model_.headerOf(stack).size % 2 == 0) return;
    for (const ir::InRecord& in : program_.in_record)
      for (const ir::Field& field : model_.headerOf(in.instance).fields)
        if (field.computed == ir::Computed::TailChecksum || field.computed == ir::Computed::PseudoChecksum) {
          diagnostics_.error(
              range, "E0443",
              fmt::format("elements of '{}' have an odd number of bytes, and checksum '{}.{}' covers what follows",
                          model_.instances[stack].name, model_.instances[in.instance].name, field.name),
              "do not pop them: the checksum cannot be updated");
          return;
        }
  }

  // ---- loops

  /// To the verifier, every combination of the numbers of headers that a loop extracts is a case of its own.
  void checkLoops(const ir::ParseGraph& graph) {
    const size_t n = graph.nodes.size();
    ir::Relation reach = ir::follows(graph);
    ir::closeTransitively(reach);
    std::set<size_t> done;
    for (size_t i = 0; i < n; i++) {
      if (!reach[i][i] || done.count(i)) continue;
      std::set<unsigned> instances;
      for (size_t j = 0; j < n; j++) {
        if (!reach[i][j] || !reach[j][i]) continue;
        done.insert(j);
        for (const ir::Step& step : graph.nodes[j].steps)
          if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) instances.insert(extract->instance);
      }
      unsigned counts = 1;
      for (unsigned instance : instances) counts = std::min(counts * (model_.instances[instance].count + 1), 1u << 16);
      if (counts > MaxLoopCounts)
        diagnostics_.error(
            graph.nodes[i].range, "E0436",
            fmt::format("the loop through state '{}' has too many combinations of header counts for the verifier",
                        model_.states[graph.nodes[i].state].name),
            "fill one stack per loop, or make the stacks smaller");
    }
  }

  const model::Model& model_;
  const ir::Program& program_;
  const std::vector<ir::Node>& nodes_;
  Diagnostics& diagnostics_;
};

}  // namespace

void checkStacks(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics) {
  StackCheck(model, program, diagnostics).run();
}

}  // namespace sfc::lower
