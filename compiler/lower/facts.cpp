// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/facts.h"

#include <algorithm>
#include <optional>

#include "compiler/ir/graph.h"

namespace sfc::lower {

namespace {

constexpr unsigned MaxStretch = 64;  // bytes: short packets have as many

class Finder {
public:
  Finder(plan::Hook hook, ir::Program& program)
      : program_(program),
        graph_(hook == plan::Hook::Ingress ? program.ingress : program.egress),
        ingress_(hook == plan::Hook::Ingress),
        edits_(program.kind == plan::Kind::Edits) {}

  void run() {
    findSelects();
    findLimited();
    findCounted();
    findThere();
    findInherited();
    findUses();
    findSetByPath();
    findFastPath();
  }

private:
  void findSelects() {
    for (ir::Node& node : graph_.nodes) {
      for (const ir::ExprPtr& key : node.keys) node.key_bytes = std::max(node.key_bytes, ir::lookaheadBytes(key));
      node.at_once = comparesMuch(node);
    }
  }

  /// Does a select have so many comparisons, by ranges or several keys, that the verifier would split each key into
  /// many ranges? Each comparison is a branch behind which it knows more of the key.
  static bool comparesMuch(const ir::Node& node) {
    constexpr size_t few = 64;
    size_t comparisons = 0;
    for (const ir::Edge& edge : node.edges) {
      size_t here = 0;
      for (const ir::Pattern& pattern : edge.patterns)
        if (!pattern.any()) here += pattern.interval ? 2 : 1;
      if (here > 1) comparisons += here;
    }
    return comparisons > few;
  }

  /// Which nodes can come after a `limit`?
  void findLimited() {
    ir::untilStable([&] {
      bool changed = false;
      for (const ir::Node& node : graph_.nodes) {
        const bool sets = std::any_of(node.steps.begin(), node.steps.end(), [](const ir::Step& step) {
          return std::holds_alternative<ir::LimitStep>(step.node);
        });
        if (!sets && !node.may_be_limited) continue;
        forNext(node, [&](const ir::Edge&, ir::Node& next) {
          changed |= !next.may_be_limited;
          next.may_be_limited = true;
        });
      }
      return changed;
    });
  }

  /// Which nodes can extract a single header that has been extracted already?
  void findCounted() {
    for (unsigned instance = 0; instance < program_.instances.size(); instance++) {
      std::vector<bool> behind(graph_.nodes.size());  // can have been extracted when the node begins
      ir::untilStable([&] {
        bool changed = false;
        for (size_t n = 0; n < graph_.nodes.size(); n++) {
          if (!behind[n] && !extracts(graph_.nodes[n], instance)) continue;
          forNext(graph_.nodes[n], [&](const ir::Edge& edge, const ir::Node&) {
            if (behind[edge.target.node] || covers(edge, instance)) return;
            behind[edge.target.node] = changed = true;
          });
        }
        return changed;
      });
      for (size_t n = 0; n < graph_.nodes.size(); n++) {
        const std::ptrdiff_t times = timesExtracted(graph_.nodes[n], instance);
        if (times > 1 || (behind[n] && times > 0)) graph_.nodes[n].may_repeat = true;
      }
    }
  }

  /// Calls `visit` with each edge of a node that leads to another, and with that one.
  template <typename Visit>
  void forNext(const ir::Node& node, const Visit& visit) {
    for (const ir::Edge& edge : node.edges)
      if (edge.target.kind == ir::EdgeTarget::Kind::Node) visit(edge, graph_.nodes[edge.target.node]);
  }

  static std::ptrdiff_t timesExtracted(const ir::Node& node, unsigned instance) {
    return std::count_if(node.steps.begin(), node.steps.end(), [&](const ir::Step& step) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      return extract && extract->instance == instance;
    });
  }

  /// Which headers have been extracted on every path to a node?
  void findThere() {
    const size_t all = program_.instances.size();
    for (ir::Node& node : graph_.nodes) node.there.assign(all, true);
    graph_.nodes[graph_.start].there.assign(all, false);
    ir::untilStable([&] {
      bool changed = false;
      for (const ir::Node& node : graph_.nodes)
        forNext(node, [&](const ir::Edge& edge, ir::Node& next) {
          for (unsigned i = 0; i < all; i++) {
            if (!next.there[i] || ((node.there[i] || extracts(node, i)) && !covers(edge, i))) continue;
            next.there[i] = false;
            changed = true;
          }
        });
      return changed;
    });
  }

  /// Which headers' pointers are still valid at the start of a node? Those of its only predecessor, if the cursor is
  /// not laundered between them.
  void findInherited() {
    std::vector<std::vector<size_t>> before(graph_.nodes.size());
    std::vector<bool> plain(graph_.nodes.size(), true);
    plain[graph_.start] = false;
    for (size_t n = 0; n < graph_.nodes.size(); n++)
      for (const ir::Edge& edge : graph_.nodes[n].edges) {
        if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
        if (before[edge.target.node].empty() || before[edge.target.node].back() != n)
          before[edge.target.node].push_back(n);
        if (edge.decap || edge.loses_count || graph_.nodes[edge.target.node].joins) plain[edge.target.node] = false;
      }
    for (size_t n = 0; n < graph_.nodes.size(); n++) {
      std::set<size_t> seen;
      for (size_t at = n; plain[at] && before[at].size() == 1 && seen.insert(at).second;) {
        at = before[at].front();
        for (unsigned i = 0; i < program_.instances.size(); i++)
          if (extracts(graph_.nodes[at], i)) graph_.nodes[n].inherited.insert(i);
      }
    }
  }

  static bool isHere(const ir::Node& node, unsigned instance) {
    return extracts(node, instance) || node.inherited.count(instance) > 0;
  }

  /// Which facts of headers are needed outside of the state that extracts them?
  void findUses() {
    graph_.uses.assign(program_.instances.size(), {});
    for (const ir::Node& node : graph_.nodes) {
      for (const ir::Step& step : node.steps) {
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node))
          if (program_.instances[extract->instance].is_stack || node.may_repeat)
            graph_.uses[extract->instance].counted = true;
        if (auto expr = ir::exprOf(step)) use(expr, &node);
      }
      for (const ir::ExprPtr& key : node.keys) use(key, &node);
    }
    if (ingress_ || edits_)
      for (const ir::Check& check : program_.late_checks) use(check.condition, nullptr);
    if (ingress_)
      for (const ir::Check& check : program_.early_checks) use(check.condition, nullptr);
    if (edits_)
      for (ir::Uses& uses : graph_.uses) uses.counted = uses.first = true;
    if (plan::pushesHeaders(program_.kind) ? !ingress_ || program_.kind == plan::Kind::Classifier : ingress_)
      for (const ir::Table& table : program_.tables)
        for (const ir::TableField& field : table.fields) use(field.field, nullptr);
    for (const ir::Move& move : program_.moves) {
      if (ingress_) use(move.stripped, nullptr);
      if (!ingress_ || program_.starts_headers) use(move.retained, nullptr);
    }
    for (const ir::Region& region : program_.regions)
      if (region.next_header) graph_.uses[region.next_header->instance].latest = true;
    if (program_.key.digest_unless) graph_.uses[*program_.key.digest_unless].counted = true;
  }

  void use(const ir::ExprPtr& expr, const ir::Node* node) {
    ir::visit(expr, [&](const ir::Expr& part) {
      if (const auto* size = std::get_if<ir::StackSize>(&part.node)) graph_.uses[size->instance].counted = true;
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) use(*ref, node);
    });
  }

  void use(const ir::FieldRef& ref, const ir::Node* node) {
    const bool last = isLast(ref, program_);
    if (last && node && isHere(*node, ref.instance)) return;
    ir::Uses& uses = graph_.uses[ref.instance];
    if (!last || !node || !node->there[ref.instance]) uses.counted = true;
    (last ? uses.latest : uses.first) = true;
  }

  void findSetByPath() {
    graph_.set_by_path.assign(program_.variables.size(), false);
    for (const ir::Node& node : graph_.nodes)
      for (const ir::Step& step : node.steps) {
        const auto* assign = std::get_if<ir::AssignStep>(&step.node);
        if (!assign) continue;
        bool reads = false;
        ir::visit(assign->value,
                  [&](const ir::Expr& part) { reads = reads || std::holds_alternative<ir::FieldRef>(part.node); });
        if (!reads) graph_.set_by_path[assign->variable] = true;
      }
  }

  /// The fast path: from each node by its first edge that leads on, and out of loops. Only for simple stripped headers:
  /// elsewhere parsing is a small part of the work, and the verifier has enough to do.
  void findFastPath() {
    graph_.slow_because = program_.computed             ? "the stripped headers have computed fields"
                          : !program_.enclosing.empty() ? "retained headers enclose the stripped ones"
                          : !program_.fixed_layout      ? "the stripped headers have no fixed layout"
                                                        : "";
    if (!graph_.slow_because.empty()) return;
    std::set<unsigned> seen;
    ir::Stretch stretch;
    unsigned at = 0;
    const auto end = [&] {
      if (stretch.nodes.size() > 1) graph_.fast_path.push_back(stretch);
      stretch = {};
      at = 0;
    };
    for (std::optional<unsigned> n = graph_.start; n && seen.insert(*n).second; n = nextOnFastPath(*n, seen)) {
      if (!isStraight(*n)) {
        end();
        continue;
      }
      if (at + looksAhead(*n) > MaxStretch) end();
      stretch.nodes.push_back(*n);
      stretch.bytes = std::max(stretch.bytes, at + looksAhead(*n));
      at += leastSize(*n);
    }
    end();
  }

  std::optional<unsigned> nextOnFastPath(unsigned from, const std::set<unsigned>& seen) const {
    for (const ir::Edge& edge : graph_.nodes[from].edges)
      if (edge.target.kind == ir::EdgeTarget::Kind::Node && !seen.count(edge.target.node) &&
          !reaches(graph_, edge.target.node, from))
        return edge.target.node;
    return std::nullopt;
  }

  /// Bytes that a node extracts, if its headers are as short as they can be.
  unsigned leastSize(unsigned number) const {
    unsigned size = 0;
    for (const ir::Step& step : graph_.nodes[number].steps)
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node))
        size += program_.headerOf(extract->instance).size;
    return size;
  }

  /// The bytes from the start of a node that it extracts or reads.
  unsigned looksAhead(unsigned number) const {
    unsigned at = 0, most = 0;
    for (const ir::Step& step : graph_.nodes[number].steps) {
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node))
        at += program_.headerOf(extract->instance).size;
      if (auto expr = ir::exprOf(step)) most = std::max(most, at + ir::lookaheadBytes(expr));
    }
    return std::max({most, at, graph_.nodes[number].key_bytes > 0 ? at + graph_.nodes[number].key_bytes : 0});
  }

  /// Does the node read bytes only at places that are known at its start, and only once per packet?
  bool isStraight(unsigned number) const {
    const ir::Node& node = graph_.nodes[number];
    for (const ir::Step& step : node.steps) {
      if (std::holds_alternative<ir::AdvanceStep>(step.node)) return false;
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      if (extract && (program_.instances[extract->instance].is_stack || graph_.nodes[number].may_repeat)) return false;
    }
    return node.steps.empty() || !isInLoop(number);
  }

  bool isInLoop(unsigned number) const {
    return std::any_of(graph_.nodes[number].edges.begin(), graph_.nodes[number].edges.end(), [&](const ir::Edge& edge) {
      return edge.target.kind == ir::EdgeTarget::Kind::Node && reaches(graph_, edge.target.node, number);
    });
  }

  const ir::Program& program_;
  ir::ParseGraph& graph_;
  const bool ingress_;
  const bool edits_;  // headers are edited in place
};

}  // namespace

void findFacts(plan::Hook hook, ir::Program& program) {
  Finder(hook, program).run();
}

}  // namespace sfc::lower
