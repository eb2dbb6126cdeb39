// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Strip and restore, inferred from the parser graph.
//
// The problem: with headers gone, the header before them must name what follows now, and on return a packet must be
// recognised that looks as if they had never been there. Writing that down by hand for every encapsulation is where
// such proxies go wrong.
//
// The idea: the parser already says it all. A walk through its states has three phases: before the stripped headers,
// inside (they have been extracted, or states that extract nothing decide what comes next), and after them. A
// transition from a kept header P into the stripped ones was chosen by a field of P (an EtherType). When the walk
// leaves the region into state S, the field must get the value by which P's own select leads straight to S: that is
// what the function sees. At egress the walk takes that very transition, and there the headers go back.
//
//   ingress   P --TYPE_MPLS--> labels ... --> S        strip labels, P's field := TYPE_IPV4
//   egress    P --TYPE_IPV4-----------------> S        put labels back here, P's field := as it came
//
// Invariants: one node per (state, phase); a node before the region that cannot reach it leaves at once (the packet is
// not ours); every cycle extracts, so that it is bounded by the stack it fills.
#include "compiler/plan/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace sfc::plan {

namespace {

enum class Phase { Before, Inside, After };
using Kind = model::StateKind;

using NodeKey = std::pair<unsigned, Phase>;  // state, phase

class Inference {
public:
  Inference(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics)
      : model_(model), counters_(counters), diagnostics_(diagnostics), reach_(layout::reachability(model)) {}

  std::optional<Walks> run() {
    classify();
    if (diagnostics_.hasErrors()) return std::nullopt;
    findEntries();
    orderStripped();
    if (diagnostics_.hasErrors()) return std::nullopt;
    walks_.ingress = walk(Hook::Ingress);
    if (diagnostics_.hasErrors()) return std::nullopt;
    walks_.egress = walk(Hook::Egress);
    measurePrefix();
    if (diagnostics_.hasErrors()) return std::nullopt;
    return std::move(walks_);
  }

private:
  // ---- what the states are

  void classify() {
    for (const model::State& state : model_.states) {
      kinds_.push_back(model::kindOf(state, model_));
      for (const model::Statement& statement : state.body) {
        const auto* extract = std::get_if<model::Extract>(&statement.node);
        if (!extract || model_.instances[extract->instance].stripped == (kinds_.back() == Kind::Stripped)) continue;
        diagnostics_.error(
            statement.range, "E0410",
            fmt::format("state '{}' extracts headers that are stripped and headers that are kept", state.name),
            "extract them in states of their own");
      }
    }
  }

  bool reachesStripped(unsigned state) const {
    for (unsigned other = 0; other < kinds_.size(); other++)
      if (kinds_[other] == Kind::Stripped && (other == state || reach_[state][other])) return true;
    return false;
  }

  bool reachable(unsigned state) const { return state == model_.start || reach_[model_.start][state]; }

  /// The states whose select leads from a kept header into the stripped ones, and the field by which it does.
  void findEntries() {
    for (unsigned s = 0; s < model_.states.size(); s++) {
      if (kinds_[s] == Kind::Stripped || !reachable(s)) continue;
      for (const model::Case& c : model_.states[s].cases)
        if (c.target.kind == ast::Target::Kind::State && kinds_[c.target.state] == Kind::Stripped &&
            !behindStripped(s)) {
          entries_.insert(s);
          first_stripped_.insert(c.target.state);
          entryField(s, c);
        }
    }
    if (entries_.empty() && !diagnostics_.hasErrors())
      diagnostics_.error(model_.strip_range, "E0411", "no state that can be reached extracts what is stripped",
                         "the parser must lead from a kept header to the stripped ones by a select");
  }

  /// A state that can only be reached through stripped headers.
  bool behindStripped(unsigned state) const {
    std::set<unsigned> seen{model_.start};
    std::deque<unsigned> queue{model_.start};
    while (!queue.empty()) {
      const unsigned s = queue.front();
      queue.pop_front();
      if (s == state) return false;
      for (const model::Case& c : model_.states[s].cases)
        if (c.target.kind == ast::Target::Kind::State && kinds_[c.target.state] != Kind::Stripped &&
            seen.insert(c.target.state).second)
          queue.push_back(c.target.state);
    }
    return true;
  }

  void entryField(unsigned s, const model::Case& c) {
    const model::State& state = model_.states[s];
    const auto* ref = state.keys.size() == 1 ? std::get_if<model::FieldRef>(&state.keys[0]->node) : nullptr;
    if (!ref || model_.instances[ref->instance].stripped) {
      diagnostics_.error(c.range, "E0412",
                         "nothing kept says that the stripped headers follow, so nothing can say that they are gone",
                         "select on one field of the header before them, such as an EtherType");
      return;
    }
    const model::Field& field = model_.headers[model_.instances[ref->instance].header].fields[ref->field];
    const Hidden hidden{ref->instance, ref->field, field.offset_bits / 8, field.width_bits / 8, 0};
    if (field.offset_bits % 8 || (field.width_bits != 8 && field.width_bits != 16 && field.width_bits != 32)) {
      diagnostics_.error(c.range, "E0413",
                         fmt::format("'{}' is not a whole 1, 2 or 4 bytes, so it cannot be rewritten", field.name));
      return;
    }
    if (walks_.hidden && (walks_.hidden->instance != hidden.instance || walks_.hidden->field != hidden.field))
      diagnostics_.error(c.range, "E0414",
                         "the stripped headers are named by different fields on different ways to them",
                         "let all ways lead through one state that selects on one field");
    walks_.hidden = hidden;
  }

  /// The stripped instances in packet order: a chain of single headers, the last of which may be a stack.
  void orderStripped() {
    if (first_stripped_.size() > 1) {
      diagnostics_.error(model_.strip_range, "E0415",
                         "the stripped headers begin with different ones on different ways",
                         "let all ways enter them through one state");
      return;
    }
    std::set<unsigned> seen;
    for (std::optional<unsigned> state = first_stripped_.empty() ? std::nullopt
                                                                 : std::optional(*first_stripped_.begin());
         state;) {
      seen.insert(*state);
      for (const model::Statement& statement : model_.states[*state].body)
        if (const auto* extract = std::get_if<model::Extract>(&statement.node))
          addStripped(extract->instance, statement.range);
      std::set<unsigned> next;
      for (const model::Case& c : model_.states[*state].cases)
        if (c.target.kind == ast::Target::Kind::State && kinds_[c.target.state] == Kind::Stripped &&
            c.target.state != *state)
          next.insert(c.target.state);
      if (next.size() > 1 || (!next.empty() && seen.count(*next.begin()))) {
        diagnostics_.error(model_.states[*state].range, "E0416", "the stripped headers come in more than one order",
                           "a strip region is a fixed sequence of headers, the last of which may be a stack");
        return;
      }
      state = next.empty() ? std::nullopt : std::optional(*next.begin());
    }
    for (unsigned i = 0; i < model_.instances.size(); i++)
      if (model_.instances[i].stripped && !std::count(walks_.stripped.begin(), walks_.stripped.end(), i))
        diagnostics_.error(model_.strip_range, "E0417",
                           fmt::format("'{}' is stripped but never extracted there", model_.instances[i].name));
  }

  void addStripped(unsigned instance, Range range) {
    const model::Instance& added = model_.instances[instance];
    if (model_.headers[added.header].variable_bits)
      diagnostics_.error(range, "E0418", fmt::format("'{}' has no fixed size, so it cannot be stripped", added.name));
    if (!walks_.stripped.empty() && model_.instances[walks_.stripped.back()].is_stack)
      diagnostics_.error(range, "E0416", "a header follows a stripped stack",
                         "a stripped stack must be the last stripped header");
    walks_.stripped.push_back(instance);
  }

  /// By which value of the hidden field do the entries' selects lead straight to `state`?
  std::optional<uint64_t> valueLeadingTo(unsigned state, Range range) {
    std::set<uint64_t> values;
    bool all_have_one = true;
    for (unsigned entry : entries_) {
      bool has_one = false;
      for (const model::Case& c : model_.states[entry].cases)
        if (c.target.kind == ast::Target::Kind::State && c.target.state == state && !c.patterns[0].interval &&
            c.patterns[0].mask == UINT64_MAX) {
          values.insert(c.patterns[0].value);
          has_one = true;
        }
      all_have_one = all_have_one && has_one;
    }
    const std::string& name = model_.states[state].name;
    if (values.empty() || !all_have_one) {
      diagnostics_.error(
          range, "E0419", fmt::format("with the stripped headers gone, nothing leads to state '{}'", name),
          fmt::format("add a case to state '{}' that leads there by one value", model_.states[*entries_.begin()].name));
      return std::nullopt;
    }
    if (values.size() > 1) {
      diagnostics_.error(
          range, "E0420", fmt::format("with the stripped headers gone, several values lead to state '{}'", name),
          "which of them the service function is to see must follow from the parser: use a state for each");
      return std::nullopt;
    }
    return *values.begin();
  }

  // ---- the walks

  Walk walk(Hook hook) {
    hook_ = hook;
    walk_ = {};
    numbers_.clear();
    queue_.clear();
    walk_.too_long = failure("malformed", model_.states[model_.start].range);
    walk_.start = number({model_.start, Phase::Before});
    while (!queue_.empty()) {
      const auto [state, phase] = queue_.front();
      queue_.pop_front();
      Node node = makeNode(state, phase);
      walk_.nodes[numbers_.at({state, phase})] = std::move(node);
    }
    markLoops();
    return std::move(walk_);
  }

  unsigned number(NodeKey key) {
    auto [it, added] = numbers_.emplace(key, walk_.nodes.size());
    if (added) {
      walk_.nodes.emplace_back();
      queue_.push_back(key);
    }
    return it->second;
  }

  Exit failure(const std::string& reason, Range range) {
    return hook_ == Hook::Ingress ? counters_.drop(Hook::Ingress, reason, range) : counters_.unreadable(reason, range);
  }

  Exit ignored() const { return hook_ == Hook::Ingress ? counters_.fixed().rx_ignored : counters_.fixed().tx_ignored; }

  Node makeNode(unsigned number, Phase phase) {
    const model::State& state = model_.states[number];
    Node node;
    node.name = state.name;
    if (phase != Phase::Before) node.name += phase == Phase::Inside ? "_inside" : "_after";
    node.range = state.range;
    for (const model::Statement& statement : state.body) node.steps.push_back(makeStep(statement));
    node.keys = state.keys;
    node.no_match = node.truncated = failure("malformed", state.transition_range);
    for (const model::Case& c : state.cases) node.edges.push_back(makeEdge(number, phase, c));
    return node;
  }

  Step makeStep(const model::Statement& statement) {
    Step step;
    step.range = statement.range;
    const Exit malformed = failure("malformed", statement.range);
    if (const auto* node = std::get_if<model::Extract>(&statement.node))
      step.node = ExtractStep{node->instance, malformed, failure("too_deep", statement.range)};
    if (const auto* node = std::get_if<model::Verify>(&statement.node))
      step.node = VerifyStep{node->condition, malformed};
    if (const auto* node = std::get_if<model::Limit>(&statement.node)) step.node = LimitStep{node->bytes, malformed};
    if (const auto* node = std::get_if<model::AssignVariable>(&statement.node))
      step.node = AssignStep{node->variable, node->value};
    return step;
  }

  Edge makeEdge(unsigned from, Phase phase, const model::Case& c) {
    Edge edge;
    edge.patterns = c.patterns;
    using Kind_ = ast::Target::Kind;
    switch (c.target.kind) {
      case Kind_::Pass:
        edge.target = {Target::Kind::Leave, 0, ignored()};
        break;
      case Kind_::Reject:
        edge.target = {Target::Kind::Leave, 0, failure("malformed", c.range)};
        break;
      case Kind_::Drop:
        edge.target = {Target::Kind::Leave, 0, failure(c.target.reason, c.range)};
        break;
      case Kind_::Accept:
        accept(phase, c, edge);
        break;
      case Kind_::State:
        if (hook_ == Hook::Ingress)
          ingressEdge(from, phase, c, edge);
        else
          egressEdge(from, phase, c, edge);
    }
    return edge;
  }

  void accept(Phase phase, const model::Case& c, Edge& edge) {
    if (phase == Phase::Inside)
      diagnostics_.error(c.range, "E0421", "nothing says what follows the stripped headers",
                         "go on to a state that extracts it, or `pass` or `drop` the packet");
    edge.target =
        phase == Phase::After ? Target{Target::Kind::Accept, 0, 0} : Target{Target::Kind::Leave, 0, ignored()};
  }

  void ingressEdge(unsigned from, Phase phase, const model::Case& c, Edge& edge) {
    const unsigned to = c.target.state;
    const Kind kind = kinds_[to];
    Phase next = phase;
    if (phase == Phase::Before) {
      if (!reachesStripped(to)) {
        edge.target = {Target::Kind::Leave, 0, ignored()};
        return;
      }
      if (kind == Kind::Stripped) {
        edge.enters_region = true;
        next = Phase::Inside;
      }
    } else if (phase == Phase::Inside) {
      edge.leaves_headers = kinds_[from] == Kind::Stripped && kind != Kind::Stripped;
      if (kinds_[from] != Kind::Stripped && kind == Kind::Stripped)
        diagnostics_.error(c.range, "E0422", "stripped headers go on behind a state that extracts nothing",
                           "select on a field of the stripped header itself");
      if (kind == Kind::Kept) {
        edge.ends_region = true;
        edge.hidden_value = valueLeadingTo(to, c.range);
        next = Phase::After;
        if (edge.hidden_value) returns_[to] = *edge.hidden_value;
      }
    } else if (kind == Kind::Stripped) {
      diagnostics_.error(c.range, "E0423", "stripped headers follow kept ones that follow stripped ones",
                         "a proxy strips one region of a packet");
    }
    edge.target = {Target::Kind::Node, number({to, next}), 0};
  }

  void egressEdge(unsigned from, Phase phase, const model::Case& c, Edge& edge) {
    const unsigned to = c.target.state;
    Phase next = phase;
    if (phase == Phase::Before) {
      const auto value = returns_.find(to);
      const bool is_return = entries_.count(from) && value != returns_.end() && c.patterns[0].mask == UINT64_MAX &&
                             !c.patterns[0].interval && c.patterns[0].value == value->second;
      bool leads_on = false;
      for (unsigned entry : entries_) leads_on = leads_on || to == entry || reach_[to][entry];
      if (kinds_[to] == Kind::Stripped || (!is_return && !leads_on)) {
        edge.target = {Target::Kind::Leave, 0, ignored()};
        return;
      }
      if (is_return) {
        edge.enters_region = true;
        next = Phase::After;
      }
    }
    edge.target = {Target::Kind::Node, number({to, next}), 0};
  }

  // ---- loops and sizes

  void markLoops() {
    const size_t n = walk_.nodes.size();
    std::vector<std::vector<bool>> reach(n, std::vector<bool>(n));
    std::vector<std::vector<bool>> idle = reach;  // through nodes that extract nothing
    for (size_t i = 0; i < n; i++)
      for (const Edge& edge : walk_.nodes[i].edges)
        if (edge.target.kind == Target::Kind::Node) {
          reach[i][edge.target.node] = true;
          idle[i][edge.target.node] = !extracts(walk_.nodes[i]) && !extracts(walk_.nodes[edge.target.node]);
        }
    layout::closeTransitively(reach);
    layout::closeTransitively(idle);
    for (size_t i = 0; i < n; i++) {
      if (idle[i][i])
        diagnostics_.error(walk_.nodes[i].range, "E0424",
                           "this state can come back to itself without extracting anything",
                           "a loop must extract a header in every round");
      if (!reach[i][i]) continue;
      for (Edge& edge : walk_.nodes[i].edges)
        edge.loses_count = edge.target.kind == Target::Kind::Accept ||
                           (edge.target.kind == Target::Kind::Node && !reach[edge.target.node][i]);
    }
  }

  static bool extracts(const Node& node) {
    return std::any_of(node.steps.begin(), node.steps.end(),
                       [](const Step& step) { return std::holds_alternative<ExtractStep>(step.node); });
  }

  /// The fewest and the most bytes before the region.
  void measurePrefix() {
    const Walk& walk = walks_.egress;
    constexpr unsigned Far = 1 << 20;
    std::vector<unsigned> shortest(walk.nodes.size(), Far);
    shortest[walk.start] = 0;
    std::set<unsigned> before;
    walks_.min_prefix = Far;
    for (size_t round = 0; round < walk.nodes.size(); round++)
      for (size_t i = 0; i < walk.nodes.size(); i++) {
        if (shortest[i] == Far) continue;
        unsigned end = shortest[i];
        for (const Step& step : walk.nodes[i].steps)
          if (const auto* extract = std::get_if<ExtractStep>(&step.node)) {
            end += model_.headers[model_.instances[extract->instance].header].size;
            before.insert(extract->instance);
          }
        for (const Edge& edge : walk.nodes[i].edges) {
          if (edge.enters_region)
            walks_.min_prefix = std::min(walks_.min_prefix, end);
          else if (edge.target.kind == Target::Kind::Node)
            shortest[edge.target.node] = std::min(shortest[edge.target.node], end);
        }
      }
    for (unsigned instance : before) {
      const model::Instance& kept = model_.instances[instance];
      const model::Header& header = model_.headers[kept.header];
      walks_.max_prefix += (header.size + header.variable_max) * kept.count;
    }
  }

  const model::Model& model_;
  CounterTable& counters_;
  Diagnostics& diagnostics_;
  std::vector<std::vector<bool>> reach_;
  std::vector<Kind> kinds_;
  std::set<unsigned> entries_;            // states whose select leads into the region
  std::set<unsigned> first_stripped_;     // where it leads
  std::map<unsigned, uint64_t> returns_;  // state behind the region -> value of the hidden field that leads there
  Walks walks_;
  // the walk being made
  Hook hook_ = Hook::Ingress;
  Walk walk_;
  std::map<NodeKey, unsigned> numbers_;
  std::deque<NodeKey> queue_;
};

}  // namespace

std::optional<Walks> inferWalks(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics) {
  return Inference(model, counters, diagnostics).run();
}

}  // namespace sfc::plan
