// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Strip and restore, inferred from the parser graph.
//
// The problem: with headers gone, what is before them must name what follows now, and on return a packet must be
// recognised that looks as if they had never been there. Writing that down by hand for every encapsulation is where
// such proxies go wrong.
//
// The idea: the parser already says it all. Stripped headers lead on to some state S, which reads what the function
// sees first. S can also be reached without them: there is one state, the anchor, whose select leads straight to S. So
// the function's packet is the one in which the anchor does lead straight to S, and all bytes from the anchor's place
// to S are cut out, whether `strip` names their headers or not: with `strip vxlan`, the outer IP and UDP headers go as
// well. The field by which the anchor selects gets the value that leads to S. If S is the start state, nothing needs to
// stand before it: all up to there is cut out. A loop by look-ahead (VLAN tags) is its own anchor: the bits that it
// looks at are those of S once the stripped headers are gone, and nothing has to be rewritten. The same holds where the
// last stripped header leads on by a look-ahead like the anchor's.
//
//   ingress   ... anchor --TYPE_MPLS--> labels ... --> S     cut from the anchor's place to S, its field := TYPE_IPV4
//   egress    ... anchor --TYPE_IPV4----------------> S      put back at the anchor's place, its field := as it came
//
// A packet can have several regions, one for each strip clause, in that order; the last one must be there, the others
// may be. The walk is a graph of its own whose nodes are (state, phase); phase 2i is before region i (behind region
// i - 1), phase 2i + 1 inside it, phase 2 * regions behind all: there only what the function sees is read.
//
// Invariants: a node that cannot lead to the last region leaves at once (the packet is not ours); every cycle extracts,
// so that it is bounded by the stack it fills; ingress behind a cut and egress make the same steps.
#include "compiler/lower/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "compiler/ir/graph.h"
#include "compiler/ir/print.h"
#include "compiler/lower/look_ahead.h"

namespace sfc::lower {

namespace {

using model::StateKind;
using NodeKey = std::pair<unsigned, unsigned>;  // state, phase

constexpr unsigned MaxRegionBytes = 384;
// All regions together; what nobody has to remember can be one region of that size.
constexpr unsigned MaxStrippedBytes = 4 * MaxRegionBytes;
// What the programs can move out of the way; a per-CPU map value holds no more than 32 KiB.
constexpr unsigned MaxPrefixBytes = 8 * 1024;

bool extracts(const ir::Node& node) {
  return std::any_of(node.steps.begin(), node.steps.end(),
                     [](const ir::Step& step) { return std::holds_alternative<ir::ExtractStep>(step.node); });
}

class Inference {
public:
  Inference(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics)
      : model_(model),
        counters_(counters),
        diagnostics_(diagnostics),
        reach_(ir::reachability(model)),
        behind_all_(2 * static_cast<unsigned>(model.strip_ranges.size())) {
    for (const Range& range : model.strip_ranges) walks_.regions.push_back({range, std::nullopt, false, true, 0});
    anchors_.resize(walks_.regions.size());
    loops_.resize(walks_.regions.size());
  }

  std::optional<Walks> run() {
    classify();
    if (diagnostics_.hasErrors()) return std::nullopt;
    findExits();
    if (diagnostics_.hasErrors()) return std::nullopt;
    walks_.ingress = walk(plan::Hook::Ingress);
    if (diagnostics_.hasErrors()) return std::nullopt;
    placeChecks();
    findCovered();
    findSeen();
    findCovering();
    findKept();
    measureRegions();
    if (model_.kind == plan::Kind::Classifier) checkPushed();
    if (model_.kind == plan::Kind::Classifier || model::startsHeaders(model_)) findPushValue();
    walks_.egress = walk(plan::Hook::Egress);
    measurePrefix();
    if (diagnostics_.hasErrors()) return std::nullopt;
    return std::move(walks_);
  }

private:
  // ---- what the states are

  unsigned last() const { return static_cast<unsigned>(walks_.regions.size()) - 1; }

  void classify() {
    std::set<unsigned> met;
    for (unsigned s = 0; s < model_.states.size(); s++) {
      const ir::State& state = model_.states[s];
      kinds_.push_back(model::kindOf(state, model_));
      for (const ir::ParserStatement& statement : state.body) {
        const auto* extract = std::get_if<ir::Extract>(&statement.node);
        if (!extract) continue;
        const ir::Instance& instance = model_.instances[extract->instance];
        if (reachable(s)) met.insert(extract->instance);
        if (instance.stripped == (kinds_.back() == StateKind::Stripped) || state.region) continue;
        diagnostics_.error(
            statement.range, "E0410",
            fmt::format("state '{}' extracts headers that are stripped and headers that are kept", state.name),
            "extract them in states of their own");
      }
    }
    findLeads();
    const std::vector<unsigned> pushed = model::pushedHeaders(model_);
    for (unsigned i = 0; i < model_.instances.size(); i++)
      if (model_.instances[i].stripped && !met.count(i) && !std::count(pushed.begin(), pushed.end(), i))
        diagnostics_.error(model_.strip_ranges[model_.instances[i].region], "E0417",
                           fmt::format("'{}' is stripped but never extracted", model_.instances[i].name));
    for (unsigned region = 0; region < walks_.regions.size(); region++)
      if (!leadsInto(model_.start, region))
        diagnostics_.error(model_.strip_ranges[region], "E0411", "no state that can be reached is stripped by this",
                           "the parser must lead to the headers that it names");
    for (unsigned region = 0; region + 1 < walks_.regions.size(); region++)
      if (leadsInto(model_.start, region) && !leadsOn(region))
        diagnostics_.error(model_.strip_ranges[region], "E0411", "nothing behind these leads to what is stripped last",
                           "strip clauses stand in the order in which a packet has their headers");
  }

  /// Does a region lead to the last one?
  bool leadsOn(unsigned region) const {
    for (unsigned state = 0; state < kinds_.size(); state++)
      if (isIn(state, region) && leadsInto(state, last())) return true;
    return false;
  }

  bool reachable(unsigned state) const { return state == model_.start || reach_[model_.start][state]; }

  bool isIn(unsigned state, unsigned region) const {
    return kinds_[state] == StateKind::Stripped && model::regionOf(model_.states[state], model_) == region;
  }

  bool leadsInto(unsigned state, unsigned region) const { return leads_[region][state]; }

  void findLeads() {
    for (unsigned region = 0; region < walks_.regions.size(); region++) {
      leads_.emplace_back(kinds_.size());
      for (unsigned other = 0; other < kinds_.size(); other++)
        for (unsigned state = 0; isIn(other, region) && state < kinds_.size(); state++)
          if (other == state || reach_[state][other]) leads_[region][state] = true;
    }
  }

  // ---- where regions end, and from where these states can be reached directly

  /// All states that can be reached from `from` through states for which `enters` holds.
  template <typename Predicate>
  std::set<unsigned> spread(const std::set<unsigned>& from, Predicate enters) const {
    std::set<unsigned> seen = from;
    std::deque<unsigned> queue(from.begin(), from.end());
    while (!queue.empty()) {
      for (const ir::Case& c : model_.states[queue.front()].cases)
        if (c.target.kind == ir::Target::Kind::State && enters(c.target.state) && seen.insert(c.target.state).second)
          queue.push_back(c.target.state);
      queue.pop_front();
    }
    return seen;
  }

  /// The field that something moves to while the last region is gone.
  const ir::Move* moved(unsigned region) const {
    return region == last() && !model_.moves.empty() ? &model_.moves.front() : nullptr;
  }

  /// Where a moved field leads to the stripped headers, whatever else it leads to can follow them: payload, too.
  void keepTargetsOfMove() {
    for (const ir::Move& move : model_.moves) {
      bool leads = false;
      std::string why = fmt::format("no state selects by '{}' alone", ir::print(move.kept, model_));
      for (unsigned s = 0; s < kinds_.size(); s++) {
        const ir::State& state = model_.states[s];
        const auto* ref = state.keys.size() == 1 ? std::get_if<ir::FieldRef>(&state.keys[0]->node) : nullptr;
        if (!ref || ref->instance != move.kept.instance || ref->field != move.kept.field) continue;
        const auto target = [](const ir::Case& c) { return c.target.kind == ir::Target::Kind::State; };
        if (std::none_of(state.cases.begin(), state.cases.end(),
                         [&](const ir::Case& c) { return target(c) && isIn(c.target.state, last()); })) {
          why =
              fmt::format("state '{}' selects by it, and must lead straight to a state that extracts a stripped header",
                          state.name);
          continue;
        }
        leads = true;
        for (const ir::Case& c : state.cases)
          if (target(c) && kinds_[c.target.state] == StateKind::Nothing) kinds_[c.target.state] = StateKind::Kept;
      }
      if (!leads || model_.moves.size() > 1 || walks_.regions.size() > 1)
        diagnostics_.error(move.range, "E0444",
                           "this is not the one field by which a packet says that stripped headers follow",
                           leads ? "there is one region, and one field that moves" : why);
    }
  }

  void findExits() {
    keepTargetsOfMove();
    if (diagnostics_.hasErrors()) return;
    for (unsigned region = 0; region < walks_.regions.size(); region++) {
      std::set<unsigned> stripped;
      for (unsigned s = 0; s < kinds_.size(); s++)
        if (isIn(s, region) && reachable(s)) stripped.insert(s);
      const auto before = spread({model_.start}, [&](unsigned s) {
        return kinds_[s] != StateKind::Stripped || model::regionOf(model_.states[s], model_) < region;
      });
      const auto inside =
          spread(stripped, [&](unsigned s) { return kinds_[s] == StateKind::Nothing || isIn(s, region); });
      for (unsigned s : inside)
        for (const ir::Case& c : model_.states[s].cases)
          if (c.target.kind == ir::Target::Kind::State && kinds_[c.target.state] == StateKind::Kept)
            addExit(region, s, c, before);
      walks_.regions[region].always_whole = !anchors_[region];
      reportFaults(region, stripped, before);
      faults_.clear();
      strays_.clear();
    }
  }

  /// What is wrong with one way out of a region. Where one place begins wrongly others do as well, so of all faults of
  /// a region only those with the first of these codes are reported.
  struct Fault {
    Range place;
    const char* code;
    std::string text;
    std::string hint;
  };

  void fault(Range place, const char* code, std::string text, std::string hint) {
    faults_.push_back({place, code, std::move(text), std::move(hint)});
  }

  void reportFaults(unsigned region, const std::set<unsigned>& stripped, const std::set<unsigned>& before) {
    const Blame because(diagnostics_, {}, walks_.regions[region].range);
    for (const std::string_view code : {"E0412", "E0413", "E0434", "E0415", "E0414", "E0446"}) {
      const auto is = [&](const Fault& one) { return one.code == code; };
      if (std::none_of(faults_.begin(), faults_.end(), is)) continue;
      for (const Fault& one : faults_)
        if (is(one)) diagnostics_.error(one.place, one.code, one.text, one.hint);
      return;
    }
    if (!strays_.empty()) reportStrays(region, stripped, before);
  }

  /// A way out of a region to a state to which nothing leads without the stripped headers.
  struct Stray {
    unsigned from;
    unsigned to;
    Range place;
  };

  void reportStrays(unsigned region, const std::set<unsigned>& stripped, const std::set<unsigned>& before) {
    std::vector<std::string> states, headers, leading;
    std::vector<Range> places;
    bool only_behind = true;
    const auto addOnce = [](std::vector<std::string>& list, const std::string& name) {
      if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    };
    for (const auto& [from, to, place] : strays_) {
      places.push_back(place);
      addOnce(states, model_.states[to].name);
      only_behind = only_behind && !before.count(to);
      for (const unsigned instance : extractedIn(to)) addOnce(headers, model_.instances[instance].name);
      for (const unsigned s : stripped)
        if (spread({s}, [&](unsigned next) { return kinds_[next] == StateKind::Nothing; }).count(from))
          for (const unsigned instance : extractedIn(s)) addOnce(leading, model_.instances[instance].name);
    }
    const std::string remedy = only_behind || leading.empty()
                                   ? fmt::format("strip {} as well", ir::listed(headers))
                                   : fmt::format("leave {} in the packet", ir::listed(leading));
    diagnostics_.error(places, walks_.regions[region].range, "E0419",
                       fmt::format("with the stripped headers gone, nothing leads to state{} {}",
                                   states.size() > 1 ? "s" : "", ir::listed(states)),
                       remedy + ", or let a state before the stripped headers lead there by one value");
  }

  std::vector<unsigned> extractedIn(unsigned state) const {
    std::vector<unsigned> instances;
    for (const ir::ParserStatement& statement : model_.states[state].body)
      if (const auto* extract = std::get_if<ir::Extract>(&statement.node)) instances.push_back(extract->instance);
    return instances;
  }

  void addExit(unsigned region, unsigned from, const ir::Case& c, const std::set<unsigned>& before) {
    const unsigned to = c.target.state;
    if (to == model_.start) {
      walks_.regions[region].sometimes_whole = true;
      return;
    }
    std::set<unsigned> anchors;
    for (unsigned s : before)
      if (kinds_[s] != StateKind::Stripped && leadsInto(s, region))
        for (const ir::Case& other : model_.states[s].cases)
          if (other.target.kind == ir::Target::Kind::State && other.target.state == to) anchors.insert(s);
    if (anchors.size() > 1) keepFirst(anchors, region);
    if (anchors.empty()) {
      strays_.push_back({from, to, c.range});
    } else if (anchors.size() > 1) {
      fault(c.range, "E0415",
            fmt::format("with the stripped headers gone, more than one state leads to '{}'", model_.states[to].name),
            "use a state of its own for what follows the stripped headers");
    } else {
      setAnchor(region, *anchors.begin(), from, c);
      exits_.insert({region, to});
    }
  }

  /// Of several, the one that all ways to the others lead through.
  void keepFirst(std::set<unsigned>& anchors, unsigned region) const {
    for (unsigned first : anchors) {
      if (first == model_.start) continue;
      const auto without = spread({model_.start}, [&](unsigned s) {
        return s != first && (kinds_[s] != StateKind::Stripped || model::regionOf(model_.states[s], model_) < region);
      });
      if (std::none_of(anchors.begin(), anchors.end(), [&](unsigned other) { return without.count(other) > 0; })) {
        anchors = {first};
        return;
      }
    }
  }

  void setAnchor(unsigned region, unsigned anchor, unsigned from, const ir::Case& c) {
    if (anchors_[region] && *anchors_[region] != anchor) {
      fault(c.range, "E0414",
            fmt::format("the stripped headers begin at state '{}' on one way, and at state '{}' on another",
                        model_.states[*anchors_[region]].name, model_.states[anchor].name),
            fmt::format("let one state lead to all that can follow them, or `pass` those packets that come to '{}'",
                        model_.states[c.target.state].name));
      return;
    }
    anchors_[region] = anchor;
    const ir::State& state = model_.states[anchor];
    if (lookAlike(model_.states[from], state)) {
      loops_[region] = true;
      if (from != anchor && !leadsAlike(model_.states[from], c, state))
        fault(c.range, "E0446",
              fmt::format("where state '{}' leads to '{}', state '{}' need not do so with the stripped headers gone",
                          model_.states[from].name, model_.states[c.target.state].name, state.name),
              fmt::format("give state '{}' a case for each value by which '{}' leads elsewhere: `pass`, say",
                          model_.states[from].name, state.name));
      return;
    }
    const auto* ref = state.keys.size() == 1 ? std::get_if<ir::FieldRef>(&state.keys[0]->node) : nullptr;
    if (!ref || loops_[region]) {
      const Range where = state.keys.empty() || loops_[region]
                              ? state.transition_range
                              : join(state.keys.front()->range, state.keys.back()->range);
      fault(
          where, "E0412",
          fmt::format("nothing kept says in state '{}' that the stripped headers follow, so nothing can say that they "
                      "are gone",
                      state.name),
          howToSelect(state, region));
      return;
    }
    setHidden(region, *ref, state.keys[0]->range);
  }

  /// What a state can select by that stands before the stripped headers.
  std::string howToSelect(const ir::State& state, unsigned region) const {
    const auto* ref = state.keys.size() == 1 ? std::get_if<ir::VariableRef>(&state.keys[0]->node) : nullptr;
    if (!ref) return "select on one field of the header before them, such as an EtherType";
    std::string from;  // what the stripped headers say that the variable is
    for (unsigned s = 0; s < kinds_.size(); s++)
      for (const ir::ParserStatement& statement : model_.states[s].body) {
        const auto* assign = std::get_if<ir::AssignVariable>(&statement.node);
        if (!assign || assign->variable != ref->variable || !isIn(s, region)) continue;
        if (const auto* field = std::get_if<ir::FieldRef>(&assign->value->node)) from = ir::print(*field, model_);
      }
    const std::string select = fmt::format("'{}' is a variable: select by the field of the header before them",
                                           model_.variables[ref->variable].name);
    return from.empty() ? select
                        : fmt::format("{}, and let that field move: on arrival {{ HEADER.FIELD = {}; }}", select, from);
  }

  void setHidden(unsigned region, const ir::FieldRef& ref, Range range) {
    const ir::Instance& instance = model_.instances[ref.instance];
    const ir::Field& field = model_.headers[instance.header].fields[ref.field];
    const bool whole =
        field.offset_bits % 8 == 0 && (field.width_bits == 8 || field.width_bits == 16 || field.width_bits == 32);
    if (!whole && !(moved(region) && ir::spanOf(field).count <= 2))
      fault(range, "E0413", fmt::format("'{}' is not a whole 1, 2 or 4 bytes, so it cannot be rewritten", field.name),
            "select by a field of 8, 16 or 32 bits that begins at a byte, or let this one move (`on arrival`)");
    if (instance.is_stack && ref.element != ir::FieldRef::Last)
      fault(range, "E0434",
            fmt::format("'{}[{}]' need not be the header before the stripped ones", instance.name, ref.element),
            fmt::format("select on a field of {}.last", instance.name));
    const ir::ByteSpan span = ir::spanOf(field);
    ir::Hidden hidden{ref.instance, ref.field, span.first, span.count, 0};
    hidden.shift = 8 * (span.first + span.count) - field.offset_bits - field.width_bits;
    hidden.mask = ((uint64_t{1} << field.width_bits) - 1) << hidden.shift;
    if (const ir::Move* move = moved(region)) hidden.move = *move;
    walks_.regions[region].hidden = hidden;
  }

  /// By which value of the hidden field does the anchor lead straight to `state`?
  std::optional<uint64_t> valueLeadingTo(unsigned state, unsigned region, Range range) {
    if (loops_[region] || moved(region)) return std::nullopt;
    std::set<uint64_t> values;
    for (const ir::Case& c : model_.states[*anchors_[region]].cases)
      if (c.target.kind == ir::Target::Kind::State && c.target.state == state && !c.patterns[0].interval &&
          c.patterns[0].mask == UINT64_MAX)
        values.insert(c.patterns[0].value);
    if (values.size() == 1) return *values.begin();
    const std::string& name = model_.states[state].name;
    diagnostics_.error(
        range, values.empty() ? "E0419" : "E0420",
        fmt::format("with the stripped headers gone, {} to state '{}'",
                    values.empty() ? "no one value leads" : "several values lead", name),
        values.empty()
            ? fmt::format("add a case to state '{}' that leads there by one value",
                          model_.states[*anchors_[region]].name)
            : "which of them the service function is to see must follow from the parser: use a state for each");
    return std::nullopt;
  }

  void checkPushed() {
    if (walks_.fixed_layout) return;
    diagnostics_.error(walks_.regions.front().range, "E0707", "these headers do not always lie at the same places",
                       "what is pushed is one region of headers of fixed size without derived fields, all of them "
                       "named here, a stack at most at the end");
  }

  /// What leads into the headers that are pushed: the first case of the text that does so by one value.
  void findPushValue() {
    ir::Region& region = walks_.regions.front();
    if (!region.hidden) return;
    const ir::State& anchor = model_.states[*anchors_.front()];
    for (const ir::Case& c : anchor.cases) {
      if (c.target.kind != ir::Target::Kind::State || kinds_[c.target.state] == StateKind::Kept) continue;
      if (!leadsInto(c.target.state, 0) || c.patterns[0].interval || c.patterns[0].mask != UINT64_MAX) continue;
      region.push_value = c.patterns[0].value;
      return;
    }
    diagnostics_.error(anchor.transition_range, "E0708", "no one value says that the pushed headers follow",
                       "add a case that leads to them by one value");
  }

  // ---- the walks

  ir::ParseGraph walk(plan::Hook hook) {
    hook_ = hook;
    walk_ = {};
    numbers_.clear();
    queue_.clear();
    walk_.too_long = failure("malformed", model_.states[model_.start].range);
    walk_.start = number({model_.start, 0});
    while (!queue_.empty()) {
      const auto [state, phase] = queue_.front();
      queue_.pop_front();
      ir::Node node = makeNode(state, phase);
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

  ir::Exit failure(const std::string& reason, Range range) {
    return hook_ == plan::Hook::Ingress ? counters_.drop(plan::Hook::Ingress, reason, range)
                                        : counters_.unreadable(reason, range);
  }

  /// What cannot be read. Before the last region's headers nothing says that the packet is ours to drop.
  ir::Exit unreadable(const std::string& reason, Range range, unsigned phase) {
    const bool foreign = hook_ == plan::Hook::Ingress && phase + 1 < behind_all_;
    return foreign || model_.kind == plan::Kind::Edits ? ignored() : failure(reason, range);
  }

  ir::Exit ignored() const {
    return hook_ == plan::Hook::Ingress ? counters_.fixed().rx_ignored : counters_.fixed().tx_ignored;
  }

  ir::EdgeTarget ignore() const { return {ir::EdgeTarget::Kind::Leave, 0, ignored()}; }

  ir::Node makeNode(unsigned number, unsigned phase) {
    const ir::State& state = model_.states[number];
    ir::Node node;
    node.name = state.name;
    if (phase == behind_all_)
      node.name += "_after";
    else if (phase % 2)
      node.name += last() ? fmt::format("_inside{}", phase / 2) : "_inside";
    else if (phase)
      node.name += fmt::format("_behind{}", phase / 2 - 1);
    node.state = number;
    node.range = state.range;
    node.inside = phase + 1 == behind_all_;
    for (const ir::ParserStatement& statement : state.body) node.steps.push_back(makeStep(statement, phase));
    node.keys = state.keys;
    node.no_match = node.truncated = unreadable("malformed", state.transition_range, phase);
    for (const ir::Case& c : state.cases) node.edges.push_back(makeEdge(number, phase, c));
    return node;
  }

  ir::Step makeStep(const ir::ParserStatement& statement, unsigned phase) {
    ir::Step step;
    step.range = statement.range;
    const ir::Exit malformed = unreadable("malformed", statement.range, phase);
    if (const auto* node = std::get_if<ir::Extract>(&statement.node))
      step.node = ir::ExtractStep{node->instance, malformed, malformed, unreadable("too_deep", statement.range, phase)};
    if (const auto* node = std::get_if<ir::Verify>(&statement.node))
      step.node = ir::VerifyStep{node->condition, malformed};
    if (const auto* node = std::get_if<ir::Limit>(&statement.node)) step.node = ir::LimitStep{node->bytes, malformed};
    if (const auto* node = std::get_if<ir::Advance>(&statement.node))
      step.node = ir::AdvanceStep{node->bytes, malformed};
    if (const auto* node = std::get_if<ir::AssignVariable>(&statement.node))
      step.node = ir::AssignStep{node->variable, node->value};
    return step;
  }

  ir::Edge makeEdge(unsigned from, unsigned phase, const ir::Case& c) {
    ir::Edge edge;
    edge.patterns = c.patterns;
    using To = ir::Target::Kind;
    switch (c.target.kind) {
      case To::Pass:
        edge.target = ignore();
        break;
      case To::Reject:
        edge.target = {ir::EdgeTarget::Kind::Leave, 0, unreadable("malformed", c.range, phase)};
        break;
      case To::Drop:
        edge.target = {ir::EdgeTarget::Kind::Leave, 0, failure(c.target.reason, c.range)};
        break;
      case To::Accept:
        accept(phase, c, edge);
        break;
      case To::State:
        if (hook_ == plan::Hook::Egress)
          egressEdge(from, phase, c, edge);
        else if (phase % 2)
          insideEdge(from, phase, c, edge);
        else
          beforeEdge(from, phase, c, edge);
    }
    return edge;
  }

  void accept(unsigned phase, const ir::Case& c, ir::Edge& edge) {
    if (phase % 2)
      diagnostics_.error(c.range, "E0421", "nothing says what follows the stripped headers",
                         "go on to a state that extracts it, or `pass` or `drop` the packet");
    edge.target = phase == behind_all_ || (hook_ == plan::Hook::Egress && sometimesWhole())
                      ? ir::EdgeTarget{ir::EdgeTarget::Kind::Accept, 0, 0}
                      : ignore();
  }

  bool sometimesWhole() const {
    return std::any_of(walks_.regions.begin(), walks_.regions.end(),
                       [](const ir::Region& region) { return region.sometimes_whole; });
  }

  void beforeEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state;
    unsigned next = phase;
    if (model::startsHeaders(model_) && phase == 2 * last() && isReturn(last(), from, c)) {
      edge.anchors.push_back(last());
      edge.cut = ir::Cut{last(), false, std::nullopt, {}, 0, true};
      edge.checks = true;
      edge.target = {ir::EdgeTarget::Kind::Node, number({to, behind_all_}), 0};
      return;
    }
    if (kinds_[to] == StateKind::Stripped) {
      const unsigned region = model::regionOf(model_.states[to], model_);
      if (phase == behind_all_ && region == last()) {
        nested_.insert(to);
        edge.target = {ir::EdgeTarget::Kind::Accept, 0, 0};
        return;
      }
      if (2 * region >= phase) next = 2 * region + 1;
    }
    if (phase != behind_all_ && !leadsInto(to, last())) {
      edge.target = ignore();
      return;
    }
    for (unsigned region = phase / 2; region < walks_.regions.size(); region++)
      if (anchors_[region] && *anchors_[region] == from) edge.anchors.push_back(region);
    edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  void insideEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state, region = phase / 2;
    unsigned next = phase;
    if (kinds_[to] == StateKind::Stripped && !isIn(to, region)) {
      diagnostics_.error(c.range, "E0423", "headers of two strip clauses follow each other", "name them in one clause");
      edge.target = ignore();
      return;
    }
    if (kinds_[to] == StateKind::Kept) {
      next = phase + 1;
      edge.cut = ir::Cut{region, to == model_.start, std::nullopt, {}, ignored()};
      if (to != model_.start) edge.cut->hidden_value = valueLeadingTo(to, region, c.range);
      if (edge.cut->hidden_value) returns_[{region, to}] = *edge.cut->hidden_value;
    }
    edge.checks = region == last() && kinds_[from] == StateKind::Stripped && kinds_[to] != StateKind::Stripped;
    if (kinds_[from] != StateKind::Stripped && kinds_[to] == StateKind::Stripped)
      reenters_ = reenters_ || region == last();
    edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  void egressEdge(unsigned from, unsigned phase, const ir::Case& c, ir::Edge& edge) {
    const unsigned to = c.target.state;
    unsigned next = phase;
    if (kinds_[to] == StateKind::Stripped && isIn(to, last())) {
      edge.target = nested_.count(to) ? ir::EdgeTarget{ir::EdgeTarget::Kind::Accept, 0, 0} : ignore();
      return;
    }
    for (unsigned region = phase / 2; region < walks_.regions.size(); region++)
      if (isReturn(region, from, c)) {
        edge.returns.push_back(region);
        next = 2 * region + 2;
      }
    const bool goes_on =
        next == behind_all_ || sometimesWhole() || (kinds_[to] != StateKind::Stripped && leadsToAnchor(to));
    if (!goes_on)
      edge.target = ignore();
    else
      edge.target = {ir::EdgeTarget::Kind::Node, number({to, next}), 0};
  }

  /// Does the anchor's case lead straight to what follows the stripped headers?
  bool isReturn(unsigned region, unsigned from, const ir::Case& c) const {
    if (!anchors_[region] || *anchors_[region] != from || !exits_.count({region, c.target.state})) return false;
    if (loops_[region] || moved(region)) return true;
    const auto value = returns_.find({region, c.target.state});
    return value != returns_.end() && c.patterns[0].mask == UINT64_MAX && !c.patterns[0].interval &&
           c.patterns[0].value == value->second;
  }

  bool leadsToAnchor(unsigned state) const {
    const auto& anchor = anchors_[last()];
    return anchor && (*anchor == state || reach_[state][*anchor]);
  }

  // ---- loops, checks and cuts of a finished walk

  void markLoops() {
    const size_t n = walk_.nodes.size();
    std::vector<std::vector<bool>> reach(n, std::vector<bool>(n));
    std::vector<std::vector<bool>> idle = reach;  // through nodes that extract nothing
    for (size_t i = 0; i < n; i++)
      for (const ir::Edge& edge : walk_.nodes[i].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node) {
          reach[i][edge.target.node] = true;
          idle[i][edge.target.node] = !extracts(walk_.nodes[i]) && !extracts(walk_.nodes[edge.target.node]);
        }
    ir::closeTransitively(reach);
    ir::closeTransitively(idle);
    for (size_t i = 0; i < n; i++) {
      if (idle[i][i])
        diagnostics_.error(walk_.nodes[i].range, "E0424",
                           fmt::format("state '{}' can come back to itself without extracting anything",
                                       model_.states[walk_.nodes[i].state].name),
                           "a loop must extract a header in every round");
      if (!reach[i][i]) continue;
      for (ir::Edge& edge : walk_.nodes[i].edges)
        edge.loses_count = edge.target.kind == ir::EdgeTarget::Kind::Accept ||
                           (edge.target.kind == ir::EdgeTarget::Kind::Node && !reach[edge.target.node][i]);
    }
  }

  /// Where stripped headers can go on behind a state that extracts nothing, only the cut is behind all of them.
  void placeChecks() {
    if (!reenters_) return;
    for (ir::Node& node : walks_.ingress.nodes)
      for (ir::Edge& edge : node.edges) edge.checks = edge.cut && edge.cut->region == last();
  }

  /// nodes x nodes of the ingress walk: can the second come after the first?
  std::vector<std::vector<bool>> order() const {
    const auto& nodes = walks_.ingress.nodes;
    std::vector<std::vector<bool>> reach(nodes.size(), std::vector<bool>(nodes.size()));
    for (size_t i = 0; i < nodes.size(); i++)
      for (const ir::Edge& edge : nodes[i].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node) reach[i][edge.target.node] = true;
    ir::closeTransitively(reach);
    for (size_t i = 0; i < nodes.size(); i++) reach[i][i] = true;
    return reach;
  }

  /// The nodes whose headers lie in the bytes that a cut at `at` takes out.
  std::vector<size_t> nodesIn(const ir::Cut& cut, size_t at, const std::vector<std::vector<bool>>& order) const {
    const auto& nodes = walks_.ingress.nodes;
    std::vector<size_t> found;
    for (size_t n = 0; n < nodes.size(); n++) {
      if (!order[n][at]) continue;
      bool in = cut.whole;
      for (size_t a = 0; a < nodes.size() && !in; a++)
        for (const ir::Edge& edge : nodes[a].edges)
          if (std::count(edge.anchors.begin(), edge.anchors.end(), cut.region) &&
              edge.target.kind == ir::EdgeTarget::Kind::Node && order[edge.target.node][n] &&
              !anchorFollows(n, cut.region, order))
            in = true;
      if (in) found.push_back(n);
    }
    return found;
  }

  /// Can the anchor of a region still come? Then what is read before it is before the region.
  bool anchorFollows(size_t node, unsigned region, const std::vector<std::vector<bool>>& order) const {
    const auto& nodes = walks_.ingress.nodes;
    for (size_t a = 0; a < nodes.size(); a++)
      for (const ir::Edge& edge : nodes[a].edges)
        if (order[node][a] && std::count(edge.anchors.begin(), edge.anchors.end(), region)) return true;
    return false;
  }

  void findCovered() {
    const auto ordered = order();
    for (size_t at = 0; at < walks_.ingress.nodes.size(); at++)
      for (ir::Edge& edge : walks_.ingress.nodes[at].edges) {
        if (!edge.cut) continue;
        for (size_t n : nodesIn(*edge.cut, at, ordered))
          for (const ir::Step& step : walks_.ingress.nodes[n].steps)
            if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) cover(extract->instance, *edge.cut);
      }
    // What no packet brings can be pushed as well.
    for (const unsigned instance : model::pushedHeaders(model_)) remember(instance);
  }

  void cover(unsigned instance, ir::Cut& cut) {
    if (!std::count(cut.covered.begin(), cut.covered.end(), instance)) cut.covered.push_back(instance);
    remember(instance);
  }

  void remember(unsigned instance) {
    const bool known = std::any_of(walks_.in_record.begin(), walks_.in_record.end(),
                                   [&](const ir::InRecord& one) { return one.instance == instance; });
    if (!known) walks_.in_record.push_back({instance});
  }

  /// Which nodes read something that the function sees: those behind all cuts, and those that some cut leaves alone.
  void findSeen() {
    const auto ordered = order();
    auto& nodes = walks_.ingress.nodes;
    struct Place {
      const ir::Cut* cut;
      size_t at;
      std::vector<size_t> inside;
    };
    std::vector<Place> cuts;
    for (size_t at = 0; at < nodes.size(); at++)
      for (const ir::Edge& edge : nodes[at].edges)
        if (edge.cut) cuts.push_back({&*edge.cut, at, nodesIn(*edge.cut, at, ordered)});
    for (size_t n = 0; n < nodes.size(); n++) {
      nodes[n].before_cut = std::any_of(cuts.begin(), cuts.end(), [&](const Place& place) {
        return place.cut->region == last() && ordered[n][place.at];
      });
      bool meets_cut = false, taken_early = false, left_alone = false;
      for (const Place& place : cuts) {
        if (!ordered[n][place.at]) continue;
        const bool covered = std::count(place.inside.begin(), place.inside.end(), n) > 0;
        meets_cut = true;
        taken_early = taken_early || (covered && place.cut->region != last());
        left_alone = left_alone || (!covered && place.cut->region == last());
      }
      nodes[n].seen_by_function = !meets_cut || (left_alone && !taken_early);
    }
  }

  /// Headers before the region that stay, and have lengths or checksums that cover it, or their own changed field.
  void findCovering() {
    if (walks_.regions.size() != 1 || walks_.regions[0].sometimes_whole || walks_.regions[0].always_whole || loops_[0])
      return;
    for (const ir::Node& node : walks_.ingress.nodes)
      for (const ir::Step& step : node.steps) {
        const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
        if (!extract || !node.seen_by_function || !node.before_cut) continue;
        const ir::Header& header = model_.headers[model_.instances[extract->instance].header];
        const bool tail = std::any_of(header.fields.begin(), header.fields.end(), [](const ir::Field& field) {
          return field.derived == ir::Derived::TailChecksum;
        });
        auto& covering = walks_.covering;
        if (!ir::hasDerived(header) || tail || model_.instances[extract->instance].is_stack) continue;
        if (!std::count(covering.begin(), covering.end(), extract->instance)) covering.push_back(extract->instance);
      }
  }

  /// The same, and headers before the region of which `on return` reads fields: single ones that are nowhere else.
  void findKept() {
    walks_.kept = walks_.covering;
    if (walks_.regions.empty() || sometimesWhole()) return;
    const auto isBefore = [&](unsigned instance) {
      bool found = false;
      for (const ir::Node& node : walks_.ingress.nodes)
        for (const ir::Step& step : node.steps) {
          const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
          if (!extract || extract->instance != instance) continue;
          if (!node.seen_by_function || !node.before_cut) return false;
          found = true;
        }
      return found && !model_.instances[instance].is_stack;
    };
    model::visitReturn(model_, [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && !std::count(walks_.kept.begin(), walks_.kept.end(), ref->instance) && isBefore(ref->instance))
        walks_.kept.push_back(ref->instance);
    });
  }

  // ---- sizes

  void measureRegions() {
    walks_.fixed_layout = walks_.regions.size() == 1 && !walks_.regions[0].sometimes_whole;
    for (const ir::InRecord& in : walks_.in_record) {
      const ir::Instance& instance = model_.instances[in.instance];
      const ir::Header& header = model_.headers[instance.header];
      if (header.variable_bits || !instance.stripped || ir::hasDerived(header)) walks_.fixed_layout = false;
    }
    // What is pushed goes behind a header that must be found.
    ir::visit(model_.on_return, [&](const ir::Edit& statement) {
      if (std::holds_alternative<ir::Insert>(statement.node) || std::holds_alternative<ir::Write>(statement.node))
        walks_.fixed_layout = false;
    });
    if (walks_.fixed_layout) walks_.fixed_layout = isChain() && model::pushedHeaders(model_).empty();
    for (const ir::Node& node : walks_.ingress.nodes)
      for (const ir::Edge& edge : node.edges)
        if (edge.cut) {
          unsigned& most = walks_.regions[edge.cut->region].max_bytes;
          most = std::max(most, mostBytes(*edge.cut));
        }
    const bool remembered = model_.kind != plan::Kind::Egress;
    const unsigned limit = remembered || walks_.regions.size() > 1 ? MaxRegionBytes : MaxStrippedBytes;
    for (ir::Region& region : walks_.regions) {
      if (region.max_bytes > limit && walks_.fixed_layout)
        diagnostics_.error(
            region.range, "E0425",
            fmt::format("the stripped headers can take {} bytes; a record holds {}", region.max_bytes, limit),
            "make the stack smaller");
      if (skipsBytes()) region.max_bytes = limit;
      region.max_bytes = std::min((region.max_bytes + 3) / 4 * 4, limit);
    }
  }

  unsigned mostBytes(const ir::Cut& cut) const {
    unsigned bytes = 0;
    for (unsigned index : cut.covered) {
      const ir::Instance& instance = model_.instances[index];
      const ir::Header& header = model_.headers[instance.header];
      bytes += (header.size + header.variable_max) * instance.count;
    }
    return bytes;
  }

  bool skipsBytes() const {
    for (const ir::Node& node : walks_.ingress.nodes)
      for (const ir::Step& step : node.steps)
        if (std::holds_alternative<ir::AdvanceStep>(step.node)) return true;
    return false;
  }

  /// Do the stripped headers come in one order, each exactly once and right behind the one before, a stack at most at
  /// the end?
  bool isChain() const {
    std::vector<unsigned> chain;
    std::set<size_t> seen;
    const auto& nodes = walks_.ingress.nodes;
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
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && !edge.cut && edge.target.node != *entries.begin())
          next.insert(edge.target.node);
      entries = next;
    }
    if (!entries.empty() || chain.size() != walks_.in_record.size()) return false;
    for (size_t i = 0; i < chain.size(); i++)
      if (walks_.in_record[i].instance != chain[i]) return false;
    return true;
  }

  /// The fewest and the most bytes before the last region, at egress.
  void measurePrefix() {
    if (walks_.regions.empty()) return;
    const ir::ParseGraph& walk = walks_.egress;
    constexpr unsigned Far = 1 << 20;
    std::vector<unsigned> shortest(walk.nodes.size(), Far);
    shortest[walk.start] = 0;
    walks_.min_prefix = Far;
    const auto isLast = [&](const ir::Edge& edge) {
      return std::count(edge.returns.begin(), edge.returns.end(), last()) > 0;
    };
    for (size_t round = 0; round < walk.nodes.size(); round++)
      for (size_t i = 0; i < walk.nodes.size(); i++) {
        if (shortest[i] == Far) continue;
        unsigned end = shortest[i];
        for (const ir::Step& step : walk.nodes[i].steps)
          if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node))
            end += model_.headers[model_.instances[extract->instance].header].size;
        for (const ir::Edge& edge : walk.nodes[i].edges) {
          if (isLast(edge))
            walks_.min_prefix = std::min(walks_.min_prefix, end);
          else if (edge.target.kind == ir::EdgeTarget::Kind::Node)
            shortest[edge.target.node] = std::min(shortest[edge.target.node], end);
        }
      }
    if (walks_.min_prefix == Far) walks_.min_prefix = 0;
    walks_.max_prefix = mostBefore(isLast);
    if (walks_.max_prefix > MaxPrefixBytes)
      diagnostics_.error(model_.strip_ranges[last()], "E0433",
                         fmt::format("the headers before the stripped ones can take {} bytes; at most {} are possible",
                                     walks_.max_prefix, MaxPrefixBytes),
                         "make the stacks or the variable-length fields before them smaller");
  }

  template <typename Predicate>
  unsigned mostBefore(Predicate is_last) const {
    const ir::ParseGraph& walk = walks_.egress;
    std::vector<bool> before(walk.nodes.size());  // leads to where the last region goes back
    for (size_t round = 0; round < walk.nodes.size(); round++)
      for (size_t i = 0; i < walk.nodes.size(); i++)
        for (const ir::Edge& edge : walk.nodes[i].edges)
          if (is_last(edge) || (edge.target.kind == ir::EdgeTarget::Kind::Node && before[edge.target.node]))
            before[i] = true;
    std::set<unsigned> instances;
    for (size_t i = 0; i < walk.nodes.size(); i++)
      for (const ir::Step& step : walk.nodes[i].steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && before[i])
          instances.insert(extract->instance);
    unsigned bytes = 0;
    for (unsigned instance : instances) {
      const ir::Instance& kept = model_.instances[instance];
      const ir::Header& header = model_.headers[kept.header];
      bytes += (header.size + header.variable_max) * kept.count;
    }
    for (size_t i = 0; i < walk.nodes.size(); i++)
      for (const ir::Step& step : walk.nodes[i].steps)
        if (before[i] && std::holds_alternative<ir::AdvanceStep>(step.node)) bytes = std::max(bytes, MaxPrefixBytes);
    return bytes;
  }

  const model::Model& model_;
  CounterTable& counters_;
  Diagnostics& diagnostics_;
  std::vector<std::vector<bool>> reach_;
  const unsigned behind_all_;  // the phase
  std::vector<StateKind> kinds_;
  std::vector<Fault> faults_;  // of the regions
  std::vector<Stray> strays_;
  std::vector<std::vector<bool>> leads_;                       // per region and state: does it lead into the region?
  std::vector<std::optional<unsigned>> anchors_;               // per region: the state before it
  std::vector<bool> loops_;                                    // per region: the anchor selects by look-ahead
  std::set<std::pair<unsigned, unsigned>> exits_;              // region, state behind it
  std::map<std::pair<unsigned, unsigned>, uint64_t> returns_;  // the same -> value of the hidden field
  std::set<unsigned> nested_;                                  // stripped states that what the function sees leads to
  bool reenters_ = false;                                      // the last region, behind a state that extracts nothing
  Walks walks_;
  // the walk being made
  plan::Hook hook_ = plan::Hook::Ingress;
  ir::ParseGraph walk_;
  std::map<NodeKey, unsigned> numbers_;
  std::deque<NodeKey> queue_;
};

}  // namespace

std::optional<Walks> inferWalks(const model::Model& model, CounterTable& counters, Diagnostics& diagnostics) {
  return Inference(model, counters, diagnostics).run();
}

}  // namespace sfc::lower
