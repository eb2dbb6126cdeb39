// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks that both hooks read a packet alike.
//
// The problem: ingress reads a packet with its headers, egress the same packet without them. All values that decide the
// path through the parser, or go into the key, must be equal at both, or the packet does not find its headers again.
//
// The idea: only two things differ between the two packets. The removed bytes are gone, and with them all
// that was read from them; and the next-header field has another value. So it is enough to follow these
// two through the nodes of the ingress graph that read what the SF sees (Node::seen_by_sf).
#include "compiler/lower/check_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/ir/print.h"

namespace sfc::lower {

namespace {

class ReadCheck {
public:
  ReadCheck(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics)
      : model_(model), program_(program), nodes_(program.ingress.nodes), diagnostics_(diagnostics) {
    for (const ir::Node& node : nodes_)
      for (const ir::Step& step : node.steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && node.seen_by_sf)
          seen_.insert(extract->instance);
    findStale();
  }

  void run() {
    for (size_t n = 0; n < nodes_.size(); n++)
      if (nodes_[n].seen_by_sf) checkNode(n);
    checkKey();
  }

private:
  using Variables = std::set<unsigned>;

  const std::string& nameOf(unsigned instance) const { return model_.instances[instance].name; }
  const ir::Header& headerOf(unsigned instance) const { return model_.headerOf(instance); }
  const std::string& stateOf(size_t n) const { return model_.states[nodes_[n].state].name; }

  // ---- variables set from removed headers

  void findStale() {
    Variables set_before;
    for (const ir::Node& node : nodes_)
      for (const ir::Step& step : node.steps)
        if (const auto* assign = std::get_if<ir::AssignStep>(&step.node); assign && !node.seen_by_sf)
          set_before.insert(assign->variable);
    stale_.resize(nodes_.size());
    for (size_t round = 0; round <= nodes_.size(); round++)
      for (size_t n = 0; n < nodes_.size(); n++) {
        Variables out = stale_[n];
        for (const ir::Step& step : nodes_[n].steps)
          if (const auto* assign = std::get_if<ir::AssignStep>(&step.node)) out.erase(assign->variable);
        for (const ir::Edge& edge : nodes_[n].edges) {
          if (edge.decap) out = set_before;
          if (edge.target.kind == ir::EdgeTarget::Kind::Node) stale_[edge.target.node].insert(out.begin(), out.end());
          if (edge.target.kind == ir::EdgeTarget::Kind::Accept) stale_at_end_.insert(out.begin(), out.end());
        }
      }
  }

  // ---- nodes

  void checkNode(size_t n) {
    Variables stale = stale_[n];
    const bool early = leadsToDecap(n);
    bool is_anchor = false;
    for (const ir::Edge& edge : nodes_[n].edges) is_anchor = is_anchor || !edge.anchors.empty();
    for (const ir::Step& step : nodes_[n].steps) {
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node); extract && early)
        checkRetained(step.range, *extract);
      if (const auto* limit = std::get_if<ir::LimitStep>(&step.node); limit && early && !isRetainedLength(limit->bytes))
        diagnostics_.error(
            step.range, "E0430",
            fmt::format("the limit in state '{}' includes the stripped headers, which are removed", stateOf(n)),
            "use `limit` behind the stripped headers, or strip the header with the length as well");
      if (auto expr = exprOf(step)) checkExpr(expr, stale, early);
      if (const auto* assign = std::get_if<ir::AssignStep>(&step.node)) stale.erase(assign->variable);
    }
    for (const ir::ExprPtr& key : nodes_[n].keys) {
      if (is_anchor || selectsNextHeader(key, n)) continue;
      checkExpr(key, stale, early);
    }
  }

  /// Is it a length in an enclosing header? At both hooks, it counts the bytes that it covers there.
  bool isRetainedLength(const ir::ExprPtr& expr) const {
    bool found = false;
    ir::visit(expr, [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && std::count(program_.enclosing.begin(), program_.enclosing.end(), ref->instance))
        found = found || model_.fieldOf(*ref).computed == ir::Computed::Length;
    });
    return found;
  }

  /// A retained header before the region that does not enclose it must have no computed field over the removed bytes.
  void checkRetained(Range range, const ir::ExtractStep& step) {
    if (std::count(program_.enclosing.begin(), program_.enclosing.end(), step.instance)) return;
    const ir::Instance& instance = model_.instances[step.instance];
    const ir::Header& header = model_.headerOf(step.instance);
    for (unsigned f = 0; f < header.fields.size(); f++) {
      const ir::Computed computed = header.fields[f].computed;
      bool changes = computed != ir::Computed::No && computed != ir::Computed::HeaderChecksum;
      for (unsigned other = 0; other < header.fields.size(); other++)
        changes = changes || (computed == ir::Computed::HeaderChecksum && isNextHeader(step.instance, other));
      if (changes)
        diagnostics_.error(range, "E0441",
                           fmt::format("'{}.{}' covers bytes that are removed, but its header is retained",
                                       instance.name, header.fields[f].name),
                           "strip this header as well");
    }
  }

  /// The anchor's state reads the next-header field behind the region as well, and there it is not rewritten.
  bool selectsNextHeader(const ir::ExprPtr& key, size_t n) const {
    for (const ir::Node& other : nodes_) {
      if (other.state != nodes_[n].state) continue;
      for (const ir::Edge& edge : other.edges)
        if (!edge.anchors.empty()) return std::holds_alternative<ir::FieldRef>(key->node);
    }
    return false;
  }

  bool leadsToDecap(size_t from) const {
    const auto behind = ir::reachedFrom<size_t>({from}, [&](size_t n, const auto& visit) {
      for (const ir::Edge& edge : nodes_[n].edges)
        if (edge.target.kind == ir::EdgeTarget::Kind::Node) visit(edge.target.node);
    });
    return std::any_of(behind.begin(), behind.end(), [&](size_t n) {
      return std::any_of(nodes_[n].edges.begin(), nodes_[n].edges.end(),
                         [](const ir::Edge& edge) { return edge.decap.has_value(); });
    });
  }

  /// Behind the regions (not `early`), a moved field has at both hooks the value that the SF sees.
  void checkExpr(const ir::ExprPtr& expr, const Variables& stale, bool early) {
    ir::visit(expr, [&](const ir::Expr& part) {
      std::string gone;
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) {
        if (isNextHeader(ref->instance, ref->field) && (early || !isMoved(ref->instance, ref->field)))
          diagnostics_.error(part.range, "E0431",
                             fmt::format("'{}' is rewritten while the headers are removed", ir::print(*ref, model_)),
                             "use it only in the select that leads to the stripped headers");
        if (isGone(ref->instance)) gone = ir::print(*ref, model_);
      }
      if (const auto* size = std::get_if<ir::StackSize>(&part.node); size && isGone(size->instance))
        gone = model_.instances[size->instance].name + (model_.instances[size->instance].is_stack ? ".size" : ".valid");
      if (const auto* ref = std::get_if<ir::VariableRef>(&part.node); ref && stale.count(ref->variable))
        gone = model_.variables[ref->variable].name;
      if (!gone.empty())
        diagnostics_.error(part.range, "E0432",
                           fmt::format("'{}' is not known at egress, where the stripped headers are missing", gone),
                           "parse the headers behind the stripped ones without it");
    });
  }

  bool isNextHeader(unsigned instance, unsigned field) const {
    return std::any_of(program_.regions.begin(), program_.regions.end(), [&](const ir::Region& region) {
      return region.next_header && region.next_header->instance == instance && region.next_header->field == field;
    });
  }

  bool isMoved(unsigned instance, unsigned field) const {
    return std::any_of(program_.regions.begin(), program_.regions.end(), [&](const ir::Region& region) {
      return region.next_header && region.next_header->move && region.next_header->instance == instance &&
             region.next_header->field == field;
    });
  }

  bool isGone(unsigned instance) const {
    return program_.placeInRecord(instance).has_value() && !seen_.count(instance);
  }

  // ---- keys

  void checkKey() {
    std::map<unsigned, std::vector<Range>> gone;  // headers, and where the key names them
    for (const model::KeyItem& item : model_.key) {
      if (const auto* field = std::get_if<model::KeyField>(&item)) {
        if (isGone(field->instance)) gone[field->instance].push_back(field->range);
        if (isNextHeader(field->instance, field->field) && !isMoved(field->instance, field->field))
          diagnostics_.error(field->range, "E0511",
                             fmt::format("'{}' is rewritten while the headers are removed",
                                         fmt::format("{}.{}", nameOf(field->instance),
                                                     headerOf(field->instance).fields[field->field].name)),
                             "use fields that the packet brings back unchanged");
      }
      if (const auto* digest = std::get_if<model::KeyDigest>(&item);
          digest && digest->unless && isGone(*digest->unless))
        gone[*digest->unless].push_back(digest->range);
      if (const auto* variable = std::get_if<model::KeyVariable>(&item);
          variable && stale_at_end_.count(variable->variable))
        diagnostics_.error(
            variable->range, "E0512",
            fmt::format("'{}' is set from the stripped headers, which the returning packet does not have",
                        model_.variables[variable->variable].name),
            "use fields that the packet brings back unchanged");
    }
    refuseGone(gone);
  }

  /// Headers that `strip` names, and those that are removed with them.
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
          named ? fmt::format("{} {} stripped, so {} not in the returning packet", ir::listed(names), verb, it)
                : fmt::format("{} {} removed with the stripped headers, and no packet has {} behind them",
                              ir::listed(names), verb, names.size() > 1 ? "them" : "it"),
          "declare a key of headers that the returning packet has: `key NAME { HEADER.FIELD; ... }`");
    }
  }

  const model::Model& model_;
  const ir::Program& program_;
  const std::vector<ir::Node>& nodes_;
  Diagnostics& diagnostics_;
  std::set<unsigned> seen_;       // instances that the SF can see
  std::vector<Variables> stale_;  // per node, before its steps
  Variables stale_at_end_;
};

}  // namespace

void checkReads(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics) {
  ReadCheck(model, program, diagnostics).run();
}

}  // namespace sfc::lower
