// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Decapsulation and re-encapsulation, inferred from the parse graph.
//
// The problem: once headers are removed, the header before them must name the one that follows now, and egress must
// recognise a packet that looks as if they had never been there. Proxies in which this is written down by hand, for
// every encapsulation anew, get it wrong.
//
// The idea: the parser already says it all. Stripped headers lead on to some state S, which reads the first header that
// the SF sees. S can also be reached without them: the select of one state, the anchor, leads straight to S. So
// the SF's packet is the one in which the anchor does lead straight to S, and all bytes from the anchor's place
// to S are removed, whether `strip` names their headers or not: with `strip vxlan`, the outer IP and UDP headers go as
// well. The anchor's next-header field gets the value that leads to S. If S is the start state, nothing needs to stand
// before it: all bytes up to there are removed. A loop by look-ahead (VLAN tags) is its own anchor: it looks at the
// bits of S once the stripped headers are gone, and nothing has to be rewritten. The same holds where the last stripped
// header leads on by a look-ahead like the anchor's.
//
//   ingress   ... anchor --TYPE_MPLS--> labels ... --> S     remove from the anchor's place to S, field := TYPE_IPV4
//   egress    ... anchor --TYPE_IPV4----------------> S      deparse at the anchor's place, field := as it came
#include "compiler/lower/anchors.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/ir/print.h"
#include "compiler/lower/look_ahead.h"
#include "compiler/lower/queries.h"
#include "lib/bytes/bits.h"

namespace sfc::lower {

namespace {

/// Classifies the states: stripped, and in which region; read by the SF; or neither.
class Classifier {
public:
  Classifier(const model::Model& model, Anchors& found, Diagnostics& diagnostics)
      : model_(model), found_(found), diagnostics_(diagnostics) {}

  void run() {
    classify();
    if (!diagnostics_.hasErrors()) keepTargetsOfMove();
  }

private:
  void classify() {
    std::set<unsigned> met;
    for (unsigned s = 0; s < model_.states.size(); s++) {
      const ir::State& state = model_.states[s];
      found_.kinds.push_back(kindOf(state, model_));
      for (const ir::ParserStatement& statement : state.body) {
        const auto* extract = std::get_if<ir::Extract>(&statement.node);
        if (!extract) continue;
        const ir::Instance& instance = model_.instances[extract->instance];
        if (found_.isReachable(s)) met.insert(extract->instance);
        if (instance.stripped == (found_.kinds.back() == StateKind::Stripped) || state.region) continue;
        diagnostics_.error(statement.range, "E0410",
                           fmt::format("state '{}' extracts both stripped and retained headers", state.name),
                           "extract them in separate states");
      }
    }
    findStripped();
    findLeads();
    const std::vector<unsigned> pushed = pushedHeaders(model_);
    for (unsigned i = 0; i < model_.instances.size(); i++)
      if (model_.instances[i].stripped && !met.count(i) && !std::count(pushed.begin(), pushed.end(), i))
        diagnostics_.error(model_.strip_ranges[model_.instances[i].region], "E0417",
                           fmt::format("'{}' is stripped but never extracted", model_.instances[i].name));
    for (unsigned region = 0; region < found_.regions.size(); region++)
      if (!found_.leadsInto(model_.start, region))
        diagnostics_.error(model_.strip_ranges[region], "E0411", "this strips no reachable state",
                           "add a path to the headers that it names");
    for (unsigned region = 0; region + 1 < found_.regions.size(); region++)
      if (found_.leadsInto(model_.start, region) && !leadsOn(region))
        diagnostics_.error(model_.strip_ranges[region], "E0411",
                           "no path leads from these headers to those of the last `strip` clause",
                           "write `strip` clauses in the order of the headers in a packet");
  }

  /// Does a region lead to the last one?
  bool leadsOn(unsigned region) const {
    for (unsigned state = 0; state < found_.kinds.size(); state++)
      if (found_.isIn(state, region) && found_.leadsInto(state, found_.last())) return true;
    return false;
  }

  void findStripped() {
    found_.strips.assign(found_.regions.size(), std::vector<bool>(found_.kinds.size()));
    for (unsigned state = 0; state < found_.kinds.size(); state++)
      if (found_.kinds[state] == StateKind::Stripped)
        found_.strips[regionOf(model_.states[state], model_)][state] = true;
  }

  void findLeads() {
    for (unsigned region = 0; region < found_.regions.size(); region++) {
      found_.leads.emplace_back(found_.kinds.size());
      for (unsigned other = 0; other < found_.kinds.size(); other++)
        for (unsigned state = 0; found_.isIn(other, region) && state < found_.kinds.size(); state++)
          if (other == state || found_.reach[state][other]) found_.leads[region][state] = true;
    }
  }

  /// All targets of a moved field that leads to the stripped headers can follow these, payload included.
  void keepTargetsOfMove() {
    for (const ir::Move& move : model_.moves) {
      bool leads = false;
      std::string why = fmt::format("no state selects by '{}' alone", ir::print(move.retained, model_));
      for (unsigned s = 0; s < found_.kinds.size(); s++) {
        const ir::State& state = model_.states[s];
        const auto* ref = state.keys.size() == 1 ? std::get_if<ir::FieldRef>(&state.keys[0]->node) : nullptr;
        if (!ref || ref->isSlice() || ref->instance != move.retained.instance || ref->field != move.retained.field)
          continue;
        const auto target = [](const ir::Case& c) { return c.target.kind == ir::Target::Kind::State; };
        if (std::none_of(state.cases.begin(), state.cases.end(),
                         [&](const ir::Case& c) { return target(c) && found_.isIn(c.target.state, found_.last()); })) {
          why = fmt::format(
              "state '{}' selects by it and must lead straight to a state that extracts a stripped header", state.name);
          continue;
        }
        leads = true;
        for (const ir::Case& c : state.cases)
          if (target(c) && found_.kinds[c.target.state] == StateKind::Nothing)
            found_.kinds[c.target.state] = StateKind::Retained;
      }
      if (!leads || model_.moves.size() > 1 || found_.regions.size() > 1)
        diagnostics_.error(move.range, "E0444", "this is not the next-header field in front of the stripped headers",
                           leads ? "strip one region, and move one field" : why);
    }
  }

  const model::Model& model_;
  Anchors& found_;
  Diagnostics& diagnostics_;
};

/// Finds the ends of regions, and the anchors that lead straight to the states behind them.
class AnchorFinder {
public:
  AnchorFinder(const model::Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {
    found_.reach = ir::reachability(model);
    found_.start = model.start;
    found_.move = model.moves.empty() ? nullptr : &model.moves.front();
    for (const Range& range : model.strip_ranges) found_.regions.push_back({range, std::nullopt, false, true, 0});
    found_.anchors.resize(found_.regions.size());
    found_.loops.resize(found_.regions.size());
  }

  std::optional<Anchors> run() {
    Classifier(model_, found_, diagnostics_).run();
    if (diagnostics_.hasErrors()) return std::nullopt;
    findExits();
    if (diagnostics_.hasErrors()) return std::nullopt;
    return std::move(found_);
  }

private:
  /// All states that can be reached from `from` through states for which `enters` holds.
  template <typename Predicate>
  std::set<unsigned> spread(const std::set<unsigned>& from, Predicate enters) const {
    return ir::reachedFrom<unsigned>(from, [&](unsigned state, const auto& visit) {
      for (const ir::Case& c : model_.states[state].cases)
        if (c.target.kind == ir::Target::Kind::State && enters(c.target.state)) visit(c.target.state);
    });
  }

  void findExits() {
    for (unsigned region = 0; region < found_.regions.size(); region++) {
      std::set<unsigned> stripped;
      for (unsigned s = 0; s < found_.kinds.size(); s++)
        if (found_.isIn(s, region) && found_.isReachable(s)) stripped.insert(s);
      const auto before = spread({model_.start}, [&](unsigned s) {
        return found_.kinds[s] != StateKind::Stripped || regionOf(model_.states[s], model_) < region;
      });
      const auto inside =
          spread(stripped, [&](unsigned s) { return found_.kinds[s] == StateKind::Nothing || found_.isIn(s, region); });
      for (unsigned s : inside)
        for (const ir::Case& c : model_.states[s].cases)
          if (c.target.kind == ir::Target::Kind::State && found_.kinds[c.target.state] == StateKind::Retained)
            addExit(region, s, c, before);
      found_.regions[region].always_whole = !found_.anchors[region];
      reportFaults(region, stripped, before);
      faults_.clear();
      strays_.clear();
    }
  }

  /// A fault of one exit from a region. One cause tends to give faults of several codes, so of each region only the
  /// faults with the first of these codes are reported.
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
    const Blame because(diagnostics_, {}, found_.regions[region].range);
    for (const std::string_view code : {"E0412", "E0413", "E0434", "E0415", "E0414", "E0446"}) {
      const auto is = [&](const Fault& one) { return one.code == code; };
      if (std::none_of(faults_.begin(), faults_.end(), is)) continue;
      for (const Fault& one : faults_)
        if (is(one)) diagnostics_.error(one.place, one.code, one.text, one.hint);
      return;
    }
    if (!strays_.empty()) reportStrays(region, stripped, before);
  }

  /// An exit from a region to a state to which nothing leads without the removed headers.
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
        if (spread({s}, [&](unsigned next) { return found_.kinds[next] == StateKind::Nothing; }).count(from))
          for (const unsigned instance : extractedIn(s)) addOnce(leading, model_.instances[instance].name);
    }
    const std::string remedy = only_behind || leading.empty()
                                   ? fmt::format("strip {} as well", ir::listed(headers))
                                   : fmt::format("leave {} in the packet", ir::listed(leading));
    diagnostics_.error(places, found_.regions[region].range, "E0419",
                       fmt::format("without the stripped headers, nothing leads to state{} {}",
                                   states.size() > 1 ? "s" : "", ir::listed(states)),
                       remedy + ", or let a state before the stripped headers lead there by a single value");
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
      found_.regions[region].sometimes_whole = true;
      return;
    }
    std::set<unsigned> anchors;
    for (unsigned s : before)
      if (found_.kinds[s] != StateKind::Stripped && found_.leadsInto(s, region))
        for (const ir::Case& other : model_.states[s].cases)
          if (other.target.kind == ir::Target::Kind::State && other.target.state == to) anchors.insert(s);
    if (anchors.size() > 1) keepFirst(anchors, region);
    if (anchors.empty()) {
      strays_.push_back({from, to, c.range});
    } else if (anchors.size() > 1) {
      fault(c.range, "E0415",
            fmt::format("without the stripped headers, several states lead to '{}'", model_.states[to].name),
            "use a separate state for what follows the stripped headers");
    } else {
      setAnchor(region, *anchors.begin(), from, c);
      found_.exits.insert({region, to});
    }
  }

  /// Of several, the one that all paths to the others lead through.
  void keepFirst(std::set<unsigned>& anchors, unsigned region) const {
    for (unsigned first : anchors) {
      if (first == model_.start) continue;
      const auto without = spread({model_.start}, [&](unsigned s) {
        return s != first && (found_.kinds[s] != StateKind::Stripped || regionOf(model_.states[s], model_) < region);
      });
      if (std::none_of(anchors.begin(), anchors.end(), [&](unsigned other) { return without.count(other) > 0; })) {
        anchors = {first};
        return;
      }
    }
  }

  void setAnchor(unsigned region, unsigned anchor, unsigned from, const ir::Case& c) {
    if (found_.anchors[region] && *found_.anchors[region] != anchor) {
      fault(c.range, "E0414",
            fmt::format("the stripped headers begin behind state '{}' on one path and behind state '{}' on another",
                        model_.states[*found_.anchors[region]].name, model_.states[anchor].name),
            fmt::format("let one state lead to all that can follow them, or `pass` the packets that come to '{}'",
                        model_.states[c.target.state].name));
      return;
    }
    found_.anchors[region] = anchor;
    const ir::State& state = model_.states[anchor];
    if (lookAlike(model_.states[from], state)) {
      found_.loops[region] = true;
      if (from != anchor && !leadsAlike(model_.states[from], c, state))
        fault(c.range, "E0446",
              fmt::format("the bits by which state '{}' leads to '{}' can lead elsewhere from state '{}'",
                          model_.states[from].name, model_.states[c.target.state].name, state.name),
              fmt::format("add a case to state '{}', such as `pass`, for each value by which '{}' leads elsewhere",
                          model_.states[from].name, state.name));
      return;
    }
    const auto* ref = state.keys.size() == 1 ? std::get_if<ir::FieldRef>(&state.keys[0]->node) : nullptr;
    if (!ref || ref->isSlice() || found_.loops[region]) {
      const Range where = state.keys.empty() || found_.loops[region]
                              ? state.transition_range
                              : join(state.keys.front()->range, state.keys.back()->range);
      fault(where, "E0412",
            fmt::format("state '{}' has no next-header field to rewrite when the stripped headers are removed",
                        state.name),
            howToSelect(state, region));
      return;
    }
    setNextHeader(region, *ref, state.keys[0]->range);
  }

  /// A hint: the field before the stripped headers that a state could select by.
  std::string howToSelect(const ir::State& state, unsigned region) const {
    const auto* ref = state.keys.size() == 1 ? std::get_if<ir::VariableRef>(&state.keys[0]->node) : nullptr;
    if (!ref) return "select by one field of the header before them, such as an EtherType";
    std::string from;  // the stripped field that sets the variable
    for (unsigned s = 0; s < found_.kinds.size(); s++)
      for (const ir::ParserStatement& statement : model_.states[s].body) {
        const auto* assign = std::get_if<ir::AssignVariable>(&statement.node);
        if (!assign || assign->variable != ref->variable || !found_.isIn(s, region)) continue;
        if (const auto* field = std::get_if<ir::FieldRef>(&assign->value->node)) from = ir::print(*field, model_);
      }
    const std::string select = fmt::format("'{}' is a variable: select by the field of the header before them",
                                           model_.variables[ref->variable].name);
    return from.empty() ? select
                        : fmt::format("{}, and let that field move: on arrival {{ HEADER.FIELD = {}; }}", select, from);
  }

  void setNextHeader(unsigned region, const ir::FieldRef& ref, Range range) {
    const ir::Instance& instance = model_.instances[ref.instance];
    const ir::Field& field = model_.fieldOf(ref);
    const bool whole =
        field.offset_bits % 8 == 0 && (field.width_bits == 8 || field.width_bits == 16 || field.width_bits == 32);
    if (!whole && !(found_.moved(region) && ir::spanOf(field).count <= 2))
      fault(range, "E0413", fmt::format("'{}' is not 1, 2 or 4 whole bytes, so it cannot be rewritten", field.name),
            "select by a byte-aligned field of 8, 16 or 32 bits, or let this one move (`on arrival`)");
    if (instance.is_stack && ref.element != ir::FieldRef::Last)
      fault(range, "E0434",
            fmt::format("'{}[{}]' is not always the header before the stripped ones", instance.name, ref.element),
            fmt::format("select by a field of {}.last", instance.name));
    const ir::ByteSpan span = ir::spanOf(field);
    ir::NextHeader next_header{ref.instance, ref.field, span.first, span.count, 0};
    next_header.shift = 8 * (span.first + span.count) - field.offset_bits - field.width_bits;
    next_header.mask = onesOf(field.width_bits) << next_header.shift;
    if (const ir::Move* move = found_.moved(region)) next_header.move = *move;
    found_.regions[region].next_header = next_header;
  }

  const model::Model& model_;
  Diagnostics& diagnostics_;
  Anchors found_;
  std::vector<Fault> faults_;  // of the current region
  std::vector<Stray> strays_;
};

}  // namespace

bool Anchors::sometimesWhole() const {
  return std::any_of(regions.begin(), regions.end(), [](const ir::Region& region) { return region.sometimes_whole; });
}

std::optional<Anchors> findAnchors(const model::Model& model, Diagnostics& diagnostics) {
  return AnchorFinder(model, diagnostics).run();
}

std::optional<uint64_t> valueLeadingTo(unsigned state, unsigned region, Range range, const model::Model& model,
                                       const Anchors& anchors, Diagnostics& diagnostics) {
  if (anchors.loops[region] || anchors.moved(region)) return std::nullopt;
  std::set<uint64_t> values;
  for (const ir::Case& c : model.states[*anchors.anchors[region]].cases)
    if (c.target.kind == ir::Target::Kind::State && c.target.state == state && !c.patterns[0].interval &&
        c.patterns[0].mask == UINT64_MAX)
      values.insert(c.patterns[0].value);
  if (values.size() == 1) return *values.begin();
  const std::string& name = model.states[state].name;
  diagnostics.error(range, values.empty() ? "E0419" : "E0420",
                    fmt::format("without the stripped headers, {} to state '{}'",
                                values.empty() ? "no single value leads" : "several values lead", name),
                    values.empty() ? fmt::format("add a case to state '{}' that leads there by a single value",
                                                 model.states[*anchors.anchors[region]].name)
                                   : "use a state for each value, so that one of them is the value that the SF sees");
  return std::nullopt;
}

}  // namespace sfc::lower
