// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/walk_facts.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace sfc::emit_bpf {

namespace {

constexpr unsigned MaxStretch = 64;  // bytes, so that short packets have them, too

class Finder {
public:
  Finder(plan::Hook hook, const plan::Program& program)
      : program_(program),
        model_(program.model),
        walk_(hook == plan::Hook::Ingress ? program.ingress : program.egress),
        ingress_(hook == plan::Hook::Ingress),
        edits_(program.model.kind == plan::Kind::Edits) {}

  WalkFacts run() {
    findLimited();
    findCounted();
    findThere();
    findInherited();
    findUses();
    findSetByWay();
    findUsual();
    return std::move(facts_);
  }

private:
  /// Which nodes can come after a `limit`?
  void findLimited() {
    facts_.may_be_limited.assign(walk_.nodes.size(), false);
    for (size_t round = 0; round < walk_.nodes.size(); round++)
      for (size_t i = 0; i < walk_.nodes.size(); i++) {
        const auto& steps = walk_.nodes[i].steps;
        const bool sets = std::any_of(steps.begin(), steps.end(), [](const plan::Step& step) {
          return std::holds_alternative<plan::LimitStep>(step.node);
        });
        for (const plan::Edge& edge : walk_.nodes[i].edges)
          if (edge.target.kind == plan::Target::Kind::Node && (sets || facts_.may_be_limited[i]))
            facts_.may_be_limited[edge.target.node] = true;
      }
  }

  /// Which nodes can extract a single header that has been extracted already?
  void findCounted() {
    facts_.may_repeat.assign(walk_.nodes.size(), false);
    for (unsigned instance = 0; instance < model_.instances.size(); instance++) {
      std::vector<bool> behind(walk_.nodes.size());  // can have been extracted when the node begins
      for (size_t round = 0; round <= walk_.nodes.size(); round++)
        for (size_t n = 0; n < walk_.nodes.size(); n++) {
          const bool now = behind[n] || extracts(walk_.nodes[n], instance);
          for (const plan::Edge& edge : walk_.nodes[n].edges)
            if (edge.target.kind == plan::Target::Kind::Node && now && !covers(edge, instance))
              behind[edge.target.node] = true;
        }
      for (size_t n = 0; n < walk_.nodes.size(); n++) {
        const std::ptrdiff_t times = timesExtracted(walk_.nodes[n], instance);
        if (times > 1 || (behind[n] && times > 0)) facts_.may_repeat[n] = true;
      }
    }
  }

  static std::ptrdiff_t timesExtracted(const plan::Node& node, unsigned instance) {
    return std::count_if(node.steps.begin(), node.steps.end(), [&](const plan::Step& step) {
      const auto* extract = std::get_if<plan::ExtractStep>(&step.node);
      return extract && extract->instance == instance;
    });
  }

  /// Which headers have been extracted on every way to a node?
  void findThere() {
    const size_t all = model_.instances.size();
    facts_.there.assign(walk_.nodes.size(), std::vector<bool>(all, true));
    facts_.there[walk_.start].assign(all, false);
    for (size_t round = 0; round <= walk_.nodes.size(); round++)
      for (size_t n = 0; n < walk_.nodes.size(); n++)
        for (const plan::Edge& edge : walk_.nodes[n].edges) {
          if (edge.target.kind != plan::Target::Kind::Node) continue;
          for (unsigned i = 0; i < all; i++)
            if (!(facts_.there[n][i] || extracts(walk_.nodes[n], i)) || covers(edge, i))
              facts_.there[edge.target.node][i] = false;
        }
  }

  /// Which headers' pointers are still good when a node begins? Those of the one node before it, if nothing on the way
  /// from there moves the cursor.
  void findInherited() {
    std::vector<std::vector<size_t>> before(walk_.nodes.size());
    std::vector<bool> plain(walk_.nodes.size(), true);
    plain[walk_.start] = false;
    for (size_t n = 0; n < walk_.nodes.size(); n++)
      for (const plan::Edge& edge : walk_.nodes[n].edges) {
        if (edge.target.kind != plan::Target::Kind::Node) continue;
        if (before[edge.target.node].empty() || before[edge.target.node].back() != n)
          before[edge.target.node].push_back(n);
        if (edge.cut || edge.loses_count || walk_.nodes[edge.target.node].joins) plain[edge.target.node] = false;
      }
    facts_.inherited.assign(walk_.nodes.size(), {});
    for (size_t n = 0; n < walk_.nodes.size(); n++) {
      std::set<size_t> seen;
      for (size_t at = n; plain[at] && before[at].size() == 1 && seen.insert(at).second;) {
        at = before[at].front();
        for (unsigned i = 0; i < model_.instances.size(); i++)
          if (extracts(walk_.nodes[at], i)) facts_.inherited[n].insert(i);
      }
    }
  }

  unsigned numberOf(const plan::Node& node) const { return static_cast<unsigned>(&node - walk_.nodes.data()); }

  bool isHere(const plan::Node& node, unsigned instance) const {
    return extracts(node, instance) || facts_.inherited[numberOf(node)].count(instance) > 0;
  }

  bool isThere(const plan::Node& node, unsigned instance) const { return facts_.there[numberOf(node)][instance]; }

  /// What has to be remembered of headers once their state is left.
  void findUses() {
    facts_.counted.assign(model_.instances.size(), false);
    facts_.first.assign(model_.instances.size(), false);
    facts_.latest.assign(model_.instances.size(), false);
    const auto use = [&](const model::ExprPtr& expr, const plan::Node* node) {
      model::visit(expr, [&](const model::Expr& part) {
        if (const auto* size = std::get_if<model::StackSize>(&part.node)) facts_.counted[size->instance] = true;
        const auto* ref = std::get_if<model::FieldRef>(&part.node);
        if (!ref) return;
        const bool last = isLast(*ref, model_);
        if (last && node && isHere(*node, ref->instance)) return;
        if (!last || !node || !isThere(*node, ref->instance)) facts_.counted[ref->instance] = true;
        (last ? facts_.latest : facts_.first)[ref->instance] = true;
      });
    };
    for (size_t n = 0; n < walk_.nodes.size(); n++) {
      const plan::Node& node = walk_.nodes[n];
      for (const plan::Step& step : node.steps) {
        if (const auto* extract = std::get_if<plan::ExtractStep>(&step.node))
          if (model_.instances[extract->instance].is_stack || facts_.may_repeat[n])
            facts_.counted[extract->instance] = true;
        if (auto expr = plan::exprOf(step)) use(expr, &node);
      }
      for (const model::ExprPtr& key : node.keys) use(key, &node);
    }
    if (ingress_ || edits_)
      for (const plan::Check& check : program_.late_checks) use(check.condition, nullptr);
    if (ingress_)
      for (const plan::Check& check : program_.early_checks) use(check.condition, nullptr);
    if (edits_)
      for (unsigned i = 0; i < model_.instances.size(); i++) facts_.counted[i] = facts_.first[i] = true;
    if (ingress_ || model_.kind == plan::Kind::Classifier)
      for (const model::Table& table : model_.tables)
        for (const model::TableField& field : table.fields) use(field.field, nullptr);
    for (const model::Move& move : model_.moves) {
      if (ingress_) use(std::make_shared<model::Expr>(model::Expr{{}, move.stripped}), nullptr);
      if (!ingress_ || model::startsHeaders(model_))
        use(std::make_shared<model::Expr>(model::Expr{{}, move.kept}), nullptr);
    }
    for (const plan::Region& region : program_.regions)
      if (region.hidden) facts_.latest[region.hidden->instance] = true;
    if (program_.key.digest_unless) facts_.counted[*program_.key.digest_unless] = true;
  }

  void findSetByWay() {
    facts_.set_by_way.assign(model_.variables.size(), false);
    for (const plan::Node& node : walk_.nodes)
      for (const plan::Step& step : node.steps) {
        const auto* assign = std::get_if<plan::AssignStep>(&step.node);
        if (!assign) continue;
        bool reads = false;
        model::visit(assign->value, [&](const model::Expr& part) {
          reads = reads || std::holds_alternative<model::FieldRef>(part.node);
        });
        if (!reads) facts_.set_by_way[assign->variable] = true;
      }
  }

  /// The usual way: from each node by its first edge that leads on, and out of loops. Only where what is stripped is
  /// simple: elsewhere parsing is a small part of the work, and the verifier has enough of it.
  void findUsual() {
    if (!program_.fixedLayout() || program_.derived || !program_.covering.empty()) return;
    std::set<unsigned> seen;
    Stretch stretch;
    unsigned at = 0;
    const auto end = [&] {
      if (stretch.nodes.size() > 1) facts_.usual.push_back(stretch);
      stretch = {};
      at = 0;
    };
    for (std::optional<unsigned> n = walk_.start; n && seen.insert(*n).second; n = usualAfter(*n, seen)) {
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

  std::optional<unsigned> usualAfter(unsigned from, const std::set<unsigned>& seen) const {
    for (const plan::Edge& edge : walk_.nodes[from].edges)
      if (edge.target.kind == plan::Target::Kind::Node && !seen.count(edge.target.node) &&
          !reaches(walk_, edge.target.node, from))
        return edge.target.node;
    return std::nullopt;
  }

  /// Bytes that a node extracts, if its headers are as short as they can be.
  unsigned leastSize(unsigned number) const {
    unsigned size = 0;
    for (const plan::Step& step : walk_.nodes[number].steps)
      if (const auto* extract = std::get_if<plan::ExtractStep>(&step.node)) size += headerOf(extract->instance).size;
    return size;
  }

  /// Bytes from where a node begins that it extracts or looks at.
  unsigned looksAhead(unsigned number) const {
    unsigned at = 0, most = 0;
    for (const plan::Step& step : walk_.nodes[number].steps) {
      if (const auto* extract = std::get_if<plan::ExtractStep>(&step.node)) at += headerOf(extract->instance).size;
      if (auto expr = plan::exprOf(step)) most = std::max(most, at + model::lookaheadBytes(expr));
    }
    for (const model::ExprPtr& key : walk_.nodes[number].keys) most = std::max(most, at + model::lookaheadBytes(key));
    return std::max(most, at);
  }

  /// Does the node look at bytes at places that are known when it begins, once in a packet?
  bool isStraight(unsigned number) const {
    const plan::Node& node = walk_.nodes[number];
    for (const plan::Step& step : node.steps) {
      if (std::holds_alternative<plan::AdvanceStep>(step.node)) return false;
      const auto* extract = std::get_if<plan::ExtractStep>(&step.node);
      if (extract && (model_.instances[extract->instance].is_stack || facts_.may_repeat[number])) return false;
    }
    return node.steps.empty() || !isInLoop(number);
  }

  bool isInLoop(unsigned number) const {
    return std::any_of(walk_.nodes[number].edges.begin(), walk_.nodes[number].edges.end(), [&](const plan::Edge& edge) {
      return edge.target.kind == plan::Target::Kind::Node && reaches(walk_, edge.target.node, number);
    });
  }

  const model::Header& headerOf(unsigned instance) const { return model_.headers[model_.instances[instance].header]; }

  const plan::Program& program_;
  const model::Model& model_;
  const plan::Walk& walk_;
  const bool ingress_;
  const bool edits_;  // all is rewritten in place
  WalkFacts facts_;
};

}  // namespace

const Stretch* WalkFacts::stretchFrom(unsigned node) const {
  for (const Stretch& stretch : usual)
    if (stretch.nodes.front() == node) return &stretch;
  return nullptr;
}

WalkFacts factsOf(plan::Hook hook, const plan::Program& program) {
  return Finder(hook, program).run();
}

bool reaches(const plan::Walk& walk, unsigned from, unsigned to) {
  std::set<unsigned> seen{from};
  std::vector<unsigned> open{from};
  while (!open.empty()) {
    const unsigned node = open.back();
    open.pop_back();
    if (node == to) return true;
    for (const plan::Edge& edge : walk.nodes[node].edges)
      if (edge.target.kind == plan::Target::Kind::Node && seen.insert(edge.target.node).second)
        open.push_back(edge.target.node);
  }
  return false;
}

bool covers(const plan::Edge& edge, unsigned instance) {
  return edge.cut && std::count(edge.cut->covered.begin(), edge.cut->covered.end(), instance) > 0;
}

bool extracts(const plan::Node& node, unsigned instance) {
  return std::any_of(node.steps.begin(), node.steps.end(), [&](const plan::Step& step) {
    const auto* extract = std::get_if<plan::ExtractStep>(&step.node);
    return extract && extract->instance == instance;
  });
}

bool isLast(const model::FieldRef& ref, const model::Model& model) {
  return ref.element == model::FieldRef::Last || !model.instances[ref.instance].is_stack;
}

}  // namespace sfc::emit_bpf
