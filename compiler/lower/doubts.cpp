// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: a packet that cannot be parsed is dropped if it is the proxy's. The stripped headers decide whether it
// is, and each `require ... else pass`; but these are checked when the headers have been read, and a packet that cannot
// be parsed does not get that far. So others' packets would be dropped, which the proxy need not understand.
//
// The idea: checking earlier would cost all packets. It is enough to check where a packet would be dropped, on the
// headers read so far. So a drop is one of three:
//
//   ignored    a header that a requirement names can still come, or none of the stripped ones has been read
//   in doubt   all headers that requirements name have been read: these are checked, and if they hold the packet is
//              dropped
//   a drop     the requirements have been checked, or there are none
//
// Invariant: a requirement is checked at most once per packet, and behind the checks nothing changes.
#include "compiler/lower/doubts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace sfc::lower {

namespace {

using ir::ExprPtr;

bool reads(const ir::Step& step) {
  return std::holds_alternative<ir::ExtractStep>(step.node) || std::holds_alternative<ir::AdvanceStep>(step.node);
}

/// The headers and variables in an expression, those in the keys of its tables included.
struct Names {
  std::set<std::pair<unsigned, unsigned>> elements;  // instance, element
  std::set<unsigned> variables;
};

void addNames(const ExprPtr& expr, const ir::Declarations& declarations, Names& names) {
  ir::visit(expr, [&](const ir::Expr& part) {
    if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) names.elements.insert({ref->instance, ref->element});
    if (const auto* size = std::get_if<ir::StackSize>(&part.node))
      names.elements.insert({size->instance, ir::FieldRef::Last});
    if (const auto* ref = std::get_if<ir::VariableRef>(&part.node)) names.variables.insert(ref->variable);
    if (const auto table = ir::tableOf(part))
      for (const ir::TableField& field : declarations.tables[*table].fields)
        names.elements.insert({field.field.instance, field.field.element});
  });
}

class Placer {
public:
  Placer(const model::Model& model, ir::Program& program, ir::ParseGraph& graph, Diagnostics& diagnostics)
      : program_(program), model_(model), graph_(graph), nodes_(graph.nodes), diagnostics_(diagnostics) {}

  void run() {
    findAsked();
    findFresh();
    for (size_t n = 0; n < nodes_.size(); n++) placeIn(n);
  }

private:
  /// A place in a node: before a step, or behind them all.
  struct Place {
    size_t node;
    size_t step;
  };

  // ---- facts at the start of a node

  /// On which nodes have the early checks been made on every path?
  void findAsked() {
    asked_.assign(nodes_.size(), true);
    asked_[graph_.start] = false;
    for (size_t round = 0; round <= nodes_.size(); round++)
      for (size_t n = 0; n < nodes_.size(); n++)
        for (const ir::Edge& edge : nodes_[n].edges)
          if (edge.target.kind == ir::EdgeTarget::Kind::Node && !asked_[n] && !edge.checks)
            asked_[edge.target.node] = false;
  }

  /// A state that a strip clause names shows by itself that the packet is to be decapsulated.
  bool says(size_t n) const { return model_.states[nodes_[n].state].region.has_value(); }

  /// The nodes that a packet can reach before a stripped header has been read, and those that it can reach behind one.
  void findFresh() {
    fresh_.assign(nodes_.size(), false);
    begun_.assign(nodes_.size(), false);
    for (size_t round = 0; round <= nodes_.size(); round++)
      for (size_t n = 0; n < nodes_.size(); n++)
        for (const ir::Edge& edge : nodes_[n].edges) {
          if (edge.target.kind != ir::EdgeTarget::Kind::Node || !nodes_[edge.target.node].inside) continue;
          const bool read = nodes_[n].inside && std::any_of(nodes_[n].steps.begin(), nodes_[n].steps.end(), reads);
          const bool comes_fresh = !nodes_[n].inside || (fresh_[n] && !read);
          const bool comes_begun = nodes_[n].inside && (begun_[n] || read);
          if (comes_begun || (comes_fresh && says(edge.target.node))) begun_[edge.target.node] = true;
          if (comes_fresh && !says(edge.target.node)) fresh_[edge.target.node] = true;
        }
  }

  // ---- headers still to come

  /// Nodes that can follow a node, itself only in a loop; with `before_decap` those before the end of the last
  /// region.
  std::set<size_t> behind(size_t from, bool before_decap) const {
    std::set<size_t> seen;
    std::vector<size_t> open{from};
    while (!open.empty()) {
      const size_t n = open.back();
      open.pop_back();
      for (const ir::Edge& edge : nodes_[n].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node &&
            (nodes_[edge.target.node].before_decap || !before_decap) && seen.insert(edge.target.node).second)
          open.push_back(edge.target.node);
    }
    return seen;
  }

  /// Does `is` hold for a step at or behind a place?
  template <typename Predicate>
  bool canCome(Place place, bool before_decap, Predicate is) const {
    const auto& steps = nodes_[place.node].steps;
    if (std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(place.step), steps.end(), is)) return true;
    const auto nodes = behind(place.node, before_decap);
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](size_t n) { return std::any_of(nodes_[n].steps.begin(), nodes_[n].steps.end(), is); });
  }

  bool extractCanCome(Place place, bool before_decap, unsigned instance) const {
    return canCome(place, before_decap, [&](const ir::Step& step) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      return extract && extract->instance == instance;
    });
  }

  bool assignCanCome(Place place, bool before_decap, unsigned variable) const {
    return canCome(place, before_decap, [&](const ir::Step& step) {
      const auto* assign = std::get_if<ir::AssignStep>(&step.node);
      return assign && assign->variable == variable;
    });
  }

  // ---- questions

  /// Asks whether a stack has an element, once.
  void askForElement(unsigned instance, unsigned element, Range range, std::vector<ir::Check>& asked) {
    ExprPtr& expr = guards_[{instance, element}];
    const auto part = [&](auto node) { return std::make_shared<ir::Expr>(ir::Expr{range, node}); };
    if (!expr)
      expr = part(ir::Binary{ir::BinaryOp::Gt, part(ir::StackSize{instance}),
                             part(ir::Constant{static_cast<int64_t>(element)})});
    if (std::none_of(asked.begin(), asked.end(), [&](const ir::Check& check) { return check.condition == expr; }))
      asked.push_back({range, expr, program_.counters.rx_ignored, program_.counters.tx_ignored});
  }

  /// Does a step of the node before the place extract it?
  bool isExtractedHere(Place place, unsigned instance) const {
    const auto& steps = nodes_[place.node].steps;
    return std::any_of(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(place.step),
                       [&](const ir::Step& step) {
                         const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
                         return extract && extract->instance == instance;
                       });
  }

  /// Adds a check at a place to `asked`. False if a header or variable that it names can still come.
  bool ask(const ir::Check& check, Place place, bool early, std::vector<ir::Check>& asked) {
    Names names;
    addNames(check.condition, program_, names);
    for (unsigned variable : names.variables)
      if (assignCanCome(place, early, variable)) return false;
    for (const auto& [instance, element] : names.elements) {
      if (!extractCanCome(place, early, instance)) continue;
      if (!model_.instances[instance].is_stack || element == ir::FieldRef::Last) return false;
      if (element > 0 || !isExtractedHere(place, instance)) askForElement(instance, element, check.range, asked);
    }
    asked.push_back(check);
    return true;
  }

  bool saysWhatIsOurs(const ir::Check& check) const {
    return !check.only_remembers && check.failed == program_.counters.rx_ignored;
  }

  /// Has one of the stripped headers been read? If that depends on the packet, `asked` gets a check for it.
  bool askBegun(Place place, std::vector<ir::Check>& asked) {
    const ir::Node& node = nodes_[place.node];
    if (!node.inside || !fresh_[place.node]) return true;
    const auto end = node.steps.begin() + static_cast<std::ptrdiff_t>(place.step);
    if (std::any_of(node.steps.begin(), end, reads)) return true;
    const auto first = std::find_if(node.steps.begin(), node.steps.end(), reads);
    const auto* extract = first == node.steps.end() ? nullptr : std::get_if<ir::ExtractStep>(&first->node);
    if (!begun_[place.node] || !extract || !model_.instances[extract->instance].is_stack) return false;
    askForElement(extract->instance, 0, first->range, asked);
    return true;
  }

  /// All checks to be made at a place. Nothing if the packet is ignored there.
  std::optional<std::vector<ir::Check>> askedAt(Place place, bool checked) {
    std::vector<ir::Check> asked;
    if (!askBegun(place, asked)) return std::nullopt;
    if (!checked)
      for (const ir::Check& check : program_.early_checks)
        if (saysWhatIsOurs(check) && !ask(check, place, true, asked)) return std::nullopt;
    for (const ir::Check& check : program_.late_checks) {
      if (!saysWhatIsOurs(check)) continue;
      if (nodes_[place.node].before_decap || !ask(check, place, false, asked)) return std::nullopt;
    }
    return asked;
  }

  // ---- exits

  bool isDrop(ir::Exit exit) const {
    return exit != program_.counters.rx_ignored && exit != program_.counters.tx_ignored;
  }

  ir::Exit inDoubt(ir::Exit drop, const std::vector<ir::Check>& asked) {
    std::vector<const ir::Expr*> conditions;
    for (const ir::Check& check : asked) conditions.push_back(check.condition.get());
    const auto [question, is_new] = questions_.emplace(conditions, graph_.questions.size());
    if (is_new)
      graph_.questions.push_back(
          {asked, std::any_of(asked.begin(), asked.end(), [this](const ir::Check& check) { return isLate(check); })});
    const auto [it, added] = numbers_.emplace(std::make_pair(drop, question->second), graph_.doubts.size());
    if (added) graph_.doubts.push_back({drop, question->second});
    return ir::FirstDoubt + static_cast<ir::Exit>(it->second);
  }

  bool isLate(const ir::Check& check) const {
    return std::any_of(program_.late_checks.begin(), program_.late_checks.end(),
                       [&](const ir::Check& late) { return late.condition == check.condition; });
  }

  void place(Place place, ir::Exit& exit, bool checked = false) {
    if (!isDrop(exit)) return;
    const auto asked = askedAt(place, checked || asked_[place.node]);
    if (!asked)
      exit = &graph_ == &program_.egress ? program_.counters.tx_ignored : program_.counters.rx_ignored;
    else if (!asked->empty())
      exit = inDoubt(exit, *asked);
  }

  void placeIn(size_t n) {
    ir::Node& node = nodes_[n];
    if (node.before_decap && !node.inside) return warnOfDrops(node);
    for (size_t s = 0; s < node.steps.size(); s++)
      std::visit([&](auto& step) { placeIn({n, s}, step); }, node.steps[s].node);
    const Place end{n, node.steps.size()};
    place(end, node.no_match);
    place(end, node.truncated);
    for (ir::Edge& edge : node.edges) {
      if (edge.target.kind == ir::EdgeTarget::Kind::Leave) place(end, edge.target.exit);
      if (edge.decap && !edge.decap->empty) place(end, edge.decap->too_deep, edge.checks);
    }
  }

  /// Before the stripped headers, only the drops that the spec names drop packets.
  void warnOfDrops(const ir::Node& node) {
    if (std::none_of(model_.requires_.begin(), model_.requires_.end(), isPass)) return;
    for (size_t i = 0; i < node.edges.size(); i++) {
      const ir::EdgeTarget& target = node.edges[i].target;
      if (target.kind != ir::EdgeTarget::Kind::Leave || !isDrop(target.exit)) continue;
      diagnostics_.warning(model_.states[node.state].cases[i].range, "E0480",
                           "foreign packets are dropped here, before any `require ... else pass` is checked",
                           "write `pass`, unless no such packet may get through");
    }
  }

  static bool isPass(const model::Require& require) { return require.otherwise.kind == ir::Target::Kind::Pass; }

  void placeIn(Place at, ir::ExtractStep& step) {
    place(at, step.truncated);
    place(at, step.too_deep);
    if (model_.headerOf(step.instance).variable_bits)
      place({at.node, at.step + 1}, step.overlong);  // the other fields have been read
  }
  void placeIn(Place at, ir::VerifyStep& step) { place(at, step.failed); }
  void placeIn(Place at, ir::LimitStep& step) { place(at, step.failed); }
  void placeIn(Place at, ir::AdvanceStep& step) { place(at, step.truncated); }
  void placeIn(Place, ir::AssignStep&) {}

  ir::Program& program_;
  const model::Model& model_;
  ir::ParseGraph& graph_;
  std::vector<ir::Node>& nodes_;
  Diagnostics& diagnostics_;
  std::vector<bool> asked_, fresh_, begun_;
  std::map<std::pair<unsigned, unsigned>, ExprPtr> guards_;     // instance, element
  std::map<std::vector<const ir::Expr*>, unsigned> questions_;  // by what they ask
  std::map<std::pair<ir::Exit, unsigned>, size_t> numbers_;     // of doubts, by drop and question
};

/// Early checks drop a packet before it is asked what needs headers behind the last region.
void warnOfOrder(const ir::Program& program, Diagnostics& diagnostics) {
  const auto passes = [&](const ir::Check& check) {
    return !check.only_remembers && check.failed == program.counters.rx_ignored;
  };
  if (std::none_of(program.late_checks.begin(), program.late_checks.end(), passes)) return;
  for (const ir::Check& check : program.early_checks)
    if (!check.only_remembers && !passes(check))
      diagnostics.warning(
          check.range, "E0481", "this drops packets before a later `require ... else pass` is checked",
          "use only headers up to the last stripped one in that requirement, or write `else pass` here as well");
}

}  // namespace

void placeDoubts(const model::Model& model, ir::Program& program, Diagnostics& diagnostics) {
  if (program.kind == plan::Kind::Classifier) return;
  warnOfOrder(program, diagnostics);
  Placer(model, program, program.ingress, diagnostics).run();
  if (program.kind == plan::Kind::Edits) Placer(model, program, program.egress, diagnostics).run();
}

}  // namespace sfc::lower
