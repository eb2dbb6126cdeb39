// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/program.h"

#include <algorithm>

#include "lib/variant/overloaded.h"

namespace sfc::ir {

namespace {

template <typename Value>
std::optional<unsigned> placeIn(const std::vector<Value>& list, const Value& value) {
  const auto it = std::find(list.begin(), list.end(), value);
  return it == list.end() ? std::nullopt : std::optional(static_cast<unsigned>(it - list.begin()));
}

}  // namespace

ExprPtr exprOf(const Step& step) {
  return std::visit(
      Overloaded{[](const ExtractStep&) { return ExprPtr(); }, [](const VerifyStep& node) { return node.condition; },
                 [](const LimitStep& node) { return node.bytes; }, [](const AdvanceStep& node) { return node.bytes; },
                 [](const AssignStep& node) { return node.value; }},
      step.node);
}

const Stretch* ParseGraph::stretchFrom(unsigned node) const {
  for (const Stretch& stretch : fast_path)
    if (stretch.nodes.front() == node) return &stretch;
  return nullptr;
}

Relation follows(const ParseGraph& graph) {
  Relation relation(graph.nodes.size(), std::vector<bool>(graph.nodes.size()));
  for (size_t from = 0; from < graph.nodes.size(); from++)
    for (const Edge& edge : graph.nodes[from].edges)
      if (edge.target.kind == EdgeTarget::Kind::Node) relation[from][edge.target.node] = true;
  return relation;
}

bool reaches(const ParseGraph& graph, unsigned from, unsigned to) {
  const auto reached = reachedFrom<unsigned>({from}, [&](unsigned node, const auto& visit) {
    for (const Edge& edge : graph.nodes[node].edges)
      if (edge.target.kind == EdgeTarget::Kind::Node) visit(edge.target.node);
  });
  return reached.count(to) > 0;
}

bool covers(const Edge& edge, unsigned instance) {
  return edge.decap && std::count(edge.decap->covered.begin(), edge.decap->covered.end(), instance) > 0;
}

bool extracts(const Node& node, unsigned instance) {
  return std::any_of(node.steps.begin(), node.steps.end(), [&](const Step& step) {
    const auto* extract = std::get_if<ExtractStep>(&step.node);
    return extract && extract->instance == instance;
  });
}

std::optional<unsigned> Program::placeInRetained(unsigned instance) const {
  return placeIn(retained, instance);
}

std::optional<unsigned> Program::bitOfTable(unsigned table) const {
  return placeIn(remembered, table);
}

std::optional<unsigned> Program::placeOfValue(const TableValueRef& value) const {
  return placeIn(remembered_values, value);
}

std::optional<unsigned> Program::placeInRecord(unsigned instance) const {
  for (unsigned i = 0; i < in_record.size(); i++)
    if (in_record[i].instance == instance) return i;
  return std::nullopt;
}

bool isLast(const FieldRef& ref, const Declarations& declarations) {
  return ref.element == FieldRef::Last || !declarations.instances[ref.instance].is_stack;
}

}  // namespace sfc::ir
