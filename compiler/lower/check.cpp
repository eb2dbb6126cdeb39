// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What both hooks must see alike.
//
// The problem: ingress reads a packet with its headers, egress the same packet without them. Whatever decides the way
// through the parser, or goes into the key, must come out equal at both, or the packet does not find its headers again.
//
// The idea: only two things differ between the two packets. The bytes that were cut out are gone, and with them all
// that was read from them; and the field by which the anchor selects says something else. So it is enough to follow
// these two through the nodes of the ingress walk that read what the function sees (Node::seen_by_function).
#include "compiler/lower/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/ir/graph.h"
#include "compiler/ir/print.h"

namespace sfc::lower {

namespace {

// The verifier goes through a loop once for every number of headers that it can have extracted. More than this comes
// near its limit of a million steps.
constexpr unsigned MaxLoopCounts = 100;

class WalkCheck {
public:
  WalkCheck(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics)
      : model_(model), program_(program), nodes_(program.ingress.nodes), diagnostics_(diagnostics) {
    for (const ir::Node& node : nodes_)
      for (const ir::Step& step : node.steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && node.seen_by_function)
          seen_.insert(extract->instance);
    findStale();
  }

  void run() {
    for (unsigned region = 0; region < program_.regions.size(); region++) {
      const Blame because(diagnostics_, {}, program_.regions[region].range);
      checkCuts(region);
      checkPlaces(region);
    }
    // Where headers do not lie as they should, what is read of them does not fit either.
    if (diagnostics_.hasErrors()) return;
    for (size_t n = 0; n < nodes_.size(); n++)
      if (nodes_[n].seen_by_function) checkNode(n);
    checkKey();
    for (const ir::Move& move : model_.moves) needRecord(move.range, move.stripped.instance);
    if (model_.kind != plan::Kind::Edits)
      for (const ir::Edit& statement : model_.on_return) checkReturn(statement);
    for (const ir::Telemetry& telemetry : model_.telemetry) checkTelemetry(telemetry);
    countPushes<ir::Insert>(model_.on_return, "telemetry",
                            "declare one telemetry with all items, or push in the branches of an `if`");
    countPushes<ir::PushRoom>(model_.on_return, "room", "let `size` say how much it is for each packet");
    for (const ir::Edit& statement : model_.on_arrival)
      model_.kind == plan::Kind::Edits ? checkInPlace(statement) : checkReturn(statement);
    if (model_.kind == plan::Kind::Edits)
      for (const ir::Edit& statement : model_.on_return) checkInPlace(statement);
    checkLoops(program_.ingress);
    checkElements();
  }

private:
  using Variables = std::set<unsigned>;

  // ---- variables that were set from what is gone

  void findStale() {
    Variables set_before;
    for (const ir::Node& node : nodes_)
      for (const ir::Step& step : node.steps)
        if (const auto* assign = std::get_if<ir::AssignStep>(&step.node); assign && !node.seen_by_function)
          set_before.insert(assign->variable);
    stale_.resize(nodes_.size());
    for (size_t round = 0; round <= nodes_.size(); round++)
      for (size_t n = 0; n < nodes_.size(); n++) {
        Variables out = stale_[n];
        for (const ir::Step& step : nodes_[n].steps)
          if (const auto* assign = std::get_if<ir::AssignStep>(&step.node)) out.erase(assign->variable);
        for (const ir::Edge& edge : nodes_[n].edges) {
          if (edge.cut) out = set_before;
          if (edge.target.kind == ir::EdgeTarget::Kind::Node) stale_[edge.target.node].insert(out.begin(), out.end());
          if (edge.target.kind == ir::EdgeTarget::Kind::Accept) stale_at_end_.insert(out.begin(), out.end());
        }
      }
  }

  // ---- cuts

  /// Nodes that can be reached from `from` by edges that `follows` allows, out of nodes that `leaves` allows.
  template <typename Leaves, typename Follows>
  std::set<size_t> reach(const std::set<size_t>& from, Leaves leaves, Follows follows) const {
    std::set<size_t> seen = from;
    std::vector<size_t> open(from.begin(), from.end());
    while (!open.empty()) {
      const size_t n = open.back();
      open.pop_back();
      if (!leaves(nodes_[n])) continue;
      for (const ir::Edge& edge : nodes_[n].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && follows(edge) && seen.insert(edge.target.node).second)
          open.push_back(edge.target.node);
    }
    return seen;
  }

  const std::string& nameOf(unsigned instance) const { return model_.instances[instance].name; }
  const ir::Header& headerOf(unsigned instance) const { return model_.headers[model_.instances[instance].header]; }
  const std::string& stateOf(size_t n) const { return model_.states[nodes_[n].state].name; }

  static bool takesBytes(const ir::Node& node) {
    return std::any_of(node.steps.begin(), node.steps.end(), [](const ir::Step& step) {
      return std::holds_alternative<ir::ExtractStep>(step.node) || std::holds_alternative<ir::AdvanceStep>(step.node);
    });
  }

  static bool isAnchor(const ir::Edge& edge, unsigned region) {
    return std::count(edge.anchors.begin(), edge.anchors.end(), region) > 0;
  }

  /// A region must begin at its anchor on every way to its end, and there must be something in it.
  void checkCuts(unsigned region) {
    const auto past = reach(
        {program_.ingress.start}, [](const ir::Node&) { return true; },
        [&](const ir::Edge& edge) { return !isAnchor(edge, region); });
    std::set<size_t> begins;
    for (const ir::Node& node : nodes_)
      for (const ir::Edge& edge : node.edges)
        if (isAnchor(edge, region) && edge.target.kind == ir::EdgeTarget::Kind::Node) begins.insert(edge.target.node);
    const auto empty =
        reach(begins, [](const ir::Node& node) { return !takesBytes(node); }, [](const ir::Edge&) { return true; });
    for (size_t n = 0; n < nodes_.size(); n++)
      for (const ir::Edge& edge : nodes_[n].edges) {
        if (!edge.cut || edge.cut->region != region || edge.cut->whole || edge.cut->empty) continue;
        if (past.count(n))
          diagnostics_.error(nodes_[n].range, "E0439",
                             fmt::format("a way leads to state '{}' past the state that could have gone on without the "
                                         "stripped headers",
                                         stateOf(n)),
                             "let all ways to the stripped headers lead through that state");
        if (empty.count(n) && !takesBytes(nodes_[n]))
          diagnostics_.error(nodes_[n].range, "E0440",
                             fmt::format("on one way to state '{}' there are no bytes to strip", stateOf(n)),
                             "strip a state only where headers have been read, or pass the packet");
      }
  }

  // ---- places

  /// Egress puts a region back at the first place that could be its own. So behind that place, before the region, there
  /// must be no other.
  void checkPlaces(unsigned region) {
    std::set<unsigned> reported;
    for (const ir::Node& node : program_.egress.nodes)
      for (size_t e = 0; e < node.edges.size(); e++) {
        const auto& returns = node.edges[e].returns;
        if (!std::count(returns.begin(), returns.end(), region) || !canStayBefore(node.state, e, region)) continue;
        const ir::Case& c = model_.states[node.state].cases[e];
        if (!reported.insert(c.target.state).second) continue;
        diagnostics_.error(
            c.range, "E0445",
            fmt::format("state '{}' can come before the stripped headers and behind them: with them gone, nothing says "
                        "where they were",
                        model_.states[c.target.state].name),
            "select once more behind the stripped headers, by the same look-ahead, and `pass` such packets");
      }
  }

  /// Can a packet take the case number `e` of a state and have the region behind another anchor?
  bool canStayBefore(unsigned state, size_t e, unsigned region) const {
    std::set<size_t> behind;
    for (const ir::Node& node : nodes_)
      if (node.state == state && isAnchor(node.edges[e], region) &&
          node.edges[e].target.kind == ir::EdgeTarget::Kind::Node)
        behind.insert(node.edges[e].target.node);
    const auto stays = [&](const ir::Edge& edge) { return !edge.cut || edge.cut->region != region; };
    const auto before = reach(behind, [](const ir::Node&) { return true; }, stays);
    std::set<size_t> begins;
    for (const size_t n : before)
      for (const ir::Edge& edge : nodes_[n].edges)
        if (isAnchor(edge, region) && edge.target.kind == ir::EdgeTarget::Kind::Node) begins.insert(edge.target.node);
    const auto inside = reach(begins, [](const ir::Node&) { return true; }, stays);
    return std::any_of(inside.begin(), inside.end(), [&](size_t n) {
      return std::any_of(nodes_[n].edges.begin(), nodes_[n].edges.end(),
                         [&](const ir::Edge& edge) { return edge.cut && edge.cut->region == region; });
    });
  }

  // ---- nodes

  void checkNode(size_t n) {
    Variables stale = stale_[n];
    const bool early = leadsToCut(n);
    bool is_anchor = false;
    for (const ir::Edge& edge : nodes_[n].edges) is_anchor = is_anchor || !edge.anchors.empty();
    for (const ir::Step& step : nodes_[n].steps) {
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && early)
        checkKept(step.range, *extract);
      if (const auto* limit = std::get_if<ir::LimitStep>(&step.node); limit && early && !isKeptLength(limit->bytes))
        diagnostics_.error(
            step.range, "E0430",
            fmt::format("the length in state '{}' covers the stripped headers, and they will be gone", stateOf(n)),
            "a header with a length must come behind the stripped ones, or be stripped with them");
      if (auto expr = exprOf(step)) checkExpr(expr, stale, early);
      if (const auto* assign = std::get_if<ir::AssignStep>(&step.node)) stale.erase(assign->variable);
    }
    for (const ir::ExprPtr& key : nodes_[n].keys) {
      if (is_anchor || selectsHidden(key, n)) continue;
      checkExpr(key, stale, early);
    }
  }

  /// A length of a header that stays: it says at both hooks what it covers.
  bool isKeptLength(const ir::ExprPtr& expr) const {
    bool found = false;
    ir::visit(expr, [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && std::count(program_.covering.begin(), program_.covering.end(), ref->instance))
        found = found || model_.headers[model_.instances[ref->instance].header].fields[ref->field].derived ==
                             ir::Derived::Length;
    });
    return found;
  }

  /// A header that stays before the region, and must not say anything about what is cut out of the packet.
  void checkKept(Range range, const ir::ExtractStep& step) {
    if (std::count(program_.covering.begin(), program_.covering.end(), step.instance)) return;
    const ir::Instance& instance = model_.instances[step.instance];
    const ir::Header& header = model_.headers[instance.header];
    for (unsigned f = 0; f < header.fields.size(); f++) {
      const ir::Derived derived = header.fields[f].derived;
      bool changes = derived != ir::Derived::No && derived != ir::Derived::HeaderChecksum;
      for (unsigned other = 0; other < header.fields.size(); other++)
        changes = changes || (derived == ir::Derived::HeaderChecksum && isHidden(step.instance, other));
      if (changes)
        diagnostics_.error(range, "E0441",
                           fmt::format("'{}.{}' covers bytes that are cut out, and this header stays", instance.name,
                                       header.fields[f].name),
                           "only headers that are stripped as well can have such a field");
    }
  }

  /// The anchor's state reads the hidden field behind the cut as well, and there it is not rewritten.
  bool selectsHidden(const ir::ExprPtr& key, size_t n) const {
    for (const ir::Node& other : nodes_) {
      if (other.state != nodes_[n].state) continue;
      for (const ir::Edge& edge : other.edges)
        if (!edge.anchors.empty()) return std::holds_alternative<ir::FieldRef>(key->node);
    }
    return false;
  }

  bool leadsToCut(size_t from) const {
    std::set<size_t> seen{from};
    std::vector<size_t> open{from};
    while (!open.empty()) {
      const size_t n = open.back();
      open.pop_back();
      for (const ir::Edge& edge : nodes_[n].edges) {
        if (edge.cut) return true;
        if (edge.target.kind == ir::EdgeTarget::Kind::Node && seen.insert(edge.target.node).second)
          open.push_back(edge.target.node);
      }
    }
    return false;
  }

  /// Behind the cut (not `early`) a moved field says at both hooks what the function sees.
  void checkExpr(const ir::ExprPtr& expr, const Variables& stale, bool early) {
    ir::visit(expr, [&](const ir::Expr& part) {
      std::string gone;
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) {
        if (isHidden(ref->instance, ref->field) && (early || !isMoved(ref->instance, ref->field)))
          diagnostics_.error(
              part.range, "E0431",
              fmt::format("'{}' says something else while the headers are gone", ir::print(*ref, model_)),
              "only the select that leads to the stripped headers may look at it");
        if (isGone(ref->instance)) gone = ir::print(*ref, model_);
      }
      if (const auto* size = std::get_if<ir::StackSize>(&part.node); size && isGone(size->instance))
        gone = model_.instances[size->instance].name + (model_.instances[size->instance].is_stack ? ".size" : ".valid");
      if (const auto* ref = std::get_if<ir::VariableRef>(&part.node); ref && stale.count(ref->variable))
        gone = model_.variables[ref->variable].name;
      if (!gone.empty())
        diagnostics_.error(part.range, "E0432",
                           fmt::format("'{}' is not known when the packet returns without its headers", gone),
                           "what comes behind the stripped headers must be readable without them");
    });
  }

  bool isHidden(unsigned instance, unsigned field) const {
    return std::any_of(program_.regions.begin(), program_.regions.end(), [&](const ir::Region& region) {
      return region.hidden && region.hidden->instance == instance && region.hidden->field == field;
    });
  }

  bool isMoved(unsigned instance, unsigned field) const {
    return std::any_of(program_.regions.begin(), program_.regions.end(), [&](const ir::Region& region) {
      return region.hidden && region.hidden->move && region.hidden->instance == instance &&
             region.hidden->field == field;
    });
  }

  bool isInRecord(unsigned instance) const {
    return std::any_of(program_.in_record.begin(), program_.in_record.end(),
                       [&](const ir::InRecord& in) { return in.instance == instance; });
  }

  bool isGone(unsigned instance) const { return isInRecord(instance) && !seen_.count(instance); }

  // ---- keys and edits

  void checkKey() {
    std::map<unsigned, std::vector<Range>> gone;  // headers, and where the key names them
    for (const model::KeyItem& item : model_.key) {
      if (const auto* field = std::get_if<model::KeyField>(&item)) {
        if (isGone(field->instance)) gone[field->instance].push_back(field->range);
        if (isHidden(field->instance, field->field) && !isMoved(field->instance, field->field))
          diagnostics_.error(field->range, "E0511",
                             fmt::format("'{}' says something else while the headers are gone",
                                         fmt::format("{}.{}", nameOf(field->instance),
                                                     headerOf(field->instance).fields[field->field].name)),
                             "a key is made of what the packet brings back unchanged");
      }
      if (const auto* digest = std::get_if<model::KeyDigest>(&item);
          digest && digest->unless && isGone(*digest->unless))
        gone[*digest->unless].push_back(digest->range);
      if (const auto* variable = std::get_if<model::KeyVariable>(&item);
          variable && stale_at_end_.count(variable->variable))
        diagnostics_.error(
            variable->range, "E0512",
            fmt::format("'{}' is set from the stripped headers, which are not there when the packet returns",
                        model_.variables[variable->variable].name),
            "a key is made of what the packet brings back unchanged");
    }
    refuseGone(gone);
  }

  /// Headers that are named by `strip`, and those that are cut out with them.
  void refuseGone(const std::map<unsigned, std::vector<Range>>& gone) {
    for (const bool named : {true, false}) {
      std::vector<std::string> names;
      std::vector<Range> places;
      for (const auto& [instance, ranges] : gone) {
        if (model_.instances[instance].stripped != named) continue;
        names.push_back(nameOf(instance));
        places.insert(places.end(), ranges.begin(), ranges.end());
      }
      if (names.empty()) continue;
      const char* const verb = names.size() > 1 ? "are" : "is";
      const char* const it = names.size() > 1 ? "they are" : "it is";
      diagnostics_.error(
          places, model_.key_range, "E0505",
          named ? fmt::format("{} {} stripped, so {} not there when the packet returns", ir::listed(names), verb, it)
                : fmt::format("{} {} cut out with the stripped headers, and no packet has {} behind them",
                              ir::listed(names), verb, names.size() > 1 ? "them" : "it"),
          "declare a key of headers that are there when the packet returns: `key NAME { HEADER.FIELD; ... }`");
    }
  }

  void checkReturn(const ir::Edit& statement) {
    if (const auto* node = std::get_if<ir::AssignVariable>(&statement.node)) checkReturn(node->value);
    if (const auto* node = std::get_if<ir::AssignField>(&statement.node)) {
      needRecord(statement.range, node->field.instance);
      checkReturn(node->value);
    }
    if (const auto* node = std::get_if<ir::CopyField>(&statement.node)) {
      needRecord(statement.range, node->to.instance);
      needRecord(statement.range, node->from.instance);
      if (node->index) checkReturn(node->index);
    }
    if (const auto* node = std::get_if<ir::SwapFields>(&statement.node)) {
      needRecord(statement.range, node->left.instance);
      needRecord(statement.range, node->right.instance);
    }
    if (const auto* node = std::get_if<ir::Pop>(&statement.node)) needRecord(statement.range, node->instance);
    if (const auto* node = std::get_if<ir::Insert>(&statement.node)) needRecord(statement.range, node->instance);
    if (const auto* node = std::get_if<ir::PushRoom>(&statement.node)) checkRoom(statement.range, node->instance);
    if (const auto* node = std::get_if<ir::Write>(&statement.node)) {
      needRecord(statement.range, node->instance);
      checkReturn(node->at);
    }
    if (const auto* node = std::get_if<ir::If>(&statement.node)) {
      checkReturn(node->condition);
      for (const ir::Edit& inner : node->then_branch) checkReturn(inner);
      for (const ir::Edit& inner : node->else_branch) checkReturn(inner);
    }
  }

  /// Room is behind all else that is stripped, so a packet cannot have brought what comes right before it.
  void checkRoom(Range range, unsigned instance) {
    bool last = false;
    ir::visit(model_.on_return, [&](const ir::Edit& statement) {
      const auto* node = std::get_if<ir::PushHeaders>(&statement.node);
      last = last || (node && node->instances.back() == instance);
    });
    if (!last)
      diagnostics_.error(
          range, "E0818",
          fmt::format("'{}' is not the last of headers that are pushed", model_.instances[instance].name),
          "room is pushed right behind headers that a packet did not have");
  }

  void checkTelemetry(const ir::Telemetry& telemetry) {
    for (const ir::ExprPtr& expr : {telemetry.by, telemetry.size})
      if (expr) checkReturn(expr);
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (const ir::TelemetryField& field : group.fields)
        if (field.value) checkReturn(field.value);
    for (const ir::Collected& one : telemetry.collected) {
      needRecord(one.range, one.instance);
      checkReturn(one.size);
      if (one.at) checkReturn(one.at);
    }
  }

  /// The most pushes of a kind on any way through the statements, with those before; a packet can have one.
  template <typename Push>
  unsigned countPushes(const std::vector<ir::Edit>& statements, const char* what, const char* hint,
                       unsigned pushes = 0) {
    for (const ir::Edit& statement : statements) {
      if (const auto* node = std::get_if<ir::If>(&statement.node))
        pushes = std::max(countPushes<Push>(node->then_branch, what, hint, pushes),
                          countPushes<Push>(node->else_branch, what, hint, pushes));
      if (!std::holds_alternative<Push>(statement.node)) continue;
      if (pushes > 0)
        diagnostics_.error(statement.range, "E0811", fmt::format("on one way to here {} has been pushed already", what),
                           hint);
      pushes++;
    }
    return pushes;
  }

  /// Edits of headers that stay in the packet: nobody makes room there, or recomputes a checksum.
  void checkInPlace(const ir::Edit& statement) {
    if (const auto* node = std::get_if<ir::AssignField>(&statement.node)) checkSummed(statement.range, node->field);
    if (const auto* node = std::get_if<ir::CopyField>(&statement.node)) checkSummed(statement.range, node->to);
    if (const auto* node = std::get_if<ir::SwapFields>(&statement.node)) {
      checkSummed(statement.range, node->left);
      checkSummed(statement.range, node->right);
    }
    if (std::holds_alternative<ir::Pop>(statement.node))
      diagnostics_.error(statement.range, "E0437", "a stack that stays in the packet cannot be popped",
                         "strip it, or change fields only");
    if (const auto* node = std::get_if<ir::If>(&statement.node)) {
      for (const ir::Edit& inner : node->then_branch) checkInPlace(inner);
      for (const ir::Edit& inner : node->else_branch) checkInPlace(inner);
    }
  }

  void checkSummed(Range range, const ir::FieldRef& ref) {
    const ir::Instance& instance = model_.instances[ref.instance];
    for (const ir::Field& field : model_.headers[instance.header].fields)
      if (field.derived != ir::Derived::No && field.derived != ir::Derived::Length)
        diagnostics_.error(
            range, "E0438",
            fmt::format("'{}.{}' covers this field, and nobody recomputes it", instance.name, field.name),
            "strip the header, or leave the field alone");
  }

  void checkReturn(const ir::ExprPtr& expr) {
    ir::visit(expr, [this](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && !std::count(program_.kept.begin(), program_.kept.end(), ref->instance))
        needRecord(part.range, ref->instance);
      if (const auto* size = std::get_if<ir::StackSize>(&part.node)) needRecord(part.range, size->instance);
    });
  }

  void needRecord(Range range, unsigned instance) {
    if (!isInRecord(instance))
      diagnostics_.error(
          range, "E0228",
          fmt::format("'{}' is not stripped, so it is not in the record", model_.instances[instance].name),
          "`on return` works on the stripped headers");
  }

  // ---- elements of stacks

  /// Elements are found by their number, and popped from the front: they must lie one behind the other.
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

  void checkElements(const ir::Edit& statement) {
    if (const auto* node = std::get_if<ir::AssignVariable>(&statement.node)) checkElements(node->value);
    if (const auto* node = std::get_if<ir::AssignField>(&statement.node)) {
      checkElement(statement.range, node->field);
      checkElements(node->value);
    }
    if (const auto* node = std::get_if<ir::CopyField>(&statement.node)) {
      checkElement(statement.range, node->to);
      checkElement(statement.range, node->from);
      if (node->index) {
        refuseScattered(statement.range, node->from.instance);
        checkElements(node->index);
      }
    }
    if (const auto* node = std::get_if<ir::SwapFields>(&statement.node)) {
      checkElement(statement.range, node->left);
      checkElement(statement.range, node->right);
    }
    if (const auto* node = std::get_if<ir::Pop>(&statement.node)) {
      refuseScattered(statement.range, node->instance);
      refuseOddPop(statement.range, node->instance);
    }
    if (const auto* node = std::get_if<ir::Write>(&statement.node)) checkElements(node->at);
    if (const auto* node = std::get_if<ir::If>(&statement.node)) {
      checkElements(node->condition);
      for (const ir::Edit& inner : node->then_branch) checkElements(inner);
      for (const ir::Edit& inner : node->else_branch) checkElements(inner);
    }
  }

  void checkElement(Range range, const ir::FieldRef& ref) {
    if (ref.element > 0 && ref.element != ir::FieldRef::Last) refuseScattered(range, ref.instance);
  }

  void refuseScattered(Range range, unsigned stack) {
    if (!isScattered(stack)) return;
    diagnostics_.error(range, "E0442",
                       fmt::format("between elements of '{}' there can be other bytes", model_.instances[stack].name),
                       "only [0] and .last of such a stack can be named, and it cannot be popped");
  }

  /// Can something else be read between two elements of a stack?
  bool isScattered(unsigned stack) const {
    const ir::Header& header = model_.headers[model_.instances[stack].header];
    if (header.variable_bits) return true;
    std::set<std::pair<size_t, bool>> seen;  // node, something else has been read since the last element
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

  /// The steps of a node from `from` on: is an element read with something else before it? Keeps track of `other`.
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
      if (edge.cut && std::count(edge.cut->covered.begin(), edge.cut->covered.end(), stack)) continue;
      if (seen.insert({edge.target.node, other}).second) open.emplace_back(edge.target.node, other);
    }
  }

  /// Behind an odd number of bytes fewer, a checksum would add up all bytes the other way round.
  void refuseOddPop(Range range, unsigned stack) {
    if (model_.headers[model_.instances[stack].header].size % 2 == 0) return;
    for (const ir::InRecord& in : program_.in_record)
      for (const ir::Field& field : model_.headers[model_.instances[in.instance].header].fields)
        if (field.derived == ir::Derived::TailChecksum || field.derived == ir::Derived::PseudoChecksum) {
          diagnostics_.error(
              range, "E0443",
              fmt::format("elements of '{}' have an odd number of bytes, and '{}.{}' covers what follows",
                          model_.instances[stack].name, model_.instances[in.instance].name, field.name),
              "such a checksum cannot be put right when they are popped");
          return;
        }
  }

  // ---- loops

  /// The headers that can be extracted in one loop: every combination of their numbers is a case of its own.
  void checkLoops(const ir::ParseGraph& walk) {
    const size_t n = walk.nodes.size();
    std::vector<std::vector<bool>> reach(n, std::vector<bool>(n));
    for (size_t i = 0; i < n; i++)
      for (const ir::Edge& edge : walk.nodes[i].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node) reach[i][edge.target.node] = true;
    ir::closeTransitively(reach);
    std::set<size_t> done;
    for (size_t i = 0; i < n; i++) {
      if (!reach[i][i] || done.count(i)) continue;
      std::set<unsigned> instances;
      for (size_t j = 0; j < n; j++) {
        if (!reach[i][j] || !reach[j][i]) continue;
        done.insert(j);
        for (const ir::Step& step : walk.nodes[j].steps)
          if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) instances.insert(extract->instance);
      }
      unsigned counts = 1;
      for (unsigned instance : instances) counts = std::min(counts * (model_.instances[instance].count + 1), 1u << 16);
      if (counts > MaxLoopCounts)
        diagnostics_.error(walk.nodes[i].range, "E0436",
                           fmt::format("the loop through state '{}' can extract its headers in too many different "
                                       "numbers for the verifier",
                                       model_.states[walk.nodes[i].state].name),
                           "fill one stack per loop, or make the stacks smaller");
    }
  }

  const model::Model& model_;
  const ir::Program& program_;
  const std::vector<ir::Node>& nodes_;
  Diagnostics& diagnostics_;
  std::set<unsigned> seen_;       // instances that the function can see
  std::vector<Variables> stale_;  // per node, before its steps
  Variables stale_at_end_;
};

}  // namespace

void checkWalks(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics) {
  WalkCheck(model, program, diagnostics).run();
}

}  // namespace sfc::lower
