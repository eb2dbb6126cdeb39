// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/emit_bpf/edits.h"
#include "compiler/emit_bpf/parser_parts.h"
#include "lib/source/working.h"

namespace sfc::emit_bpf {

namespace {

/// Hides from clang that the pointer is derived from the cursor: else it derives another one at the start of a loop, of
/// which the verifier does not know how far it has been compared with the packet's end.
void pointAtCursor(const Parser& parser, c::Block& out) {
  out.set(parser.at, c::name("data") + parser.cursor);
  out.call("barrier_var", {parser.at});
}

/// The condition of a case, nothing if it always holds: a comparison for each key that it tests.
std::optional<c::Expr> conditionOf(const ir::Edge& edge) {
  std::vector<c::Expr> all;
  for (unsigned i = 0; i < edge.patterns.size(); i++) {
    const ir::Pattern& pattern = edge.patterns[i];
    const c::Expr key = c::name(fmt::format("key{}", i));
    if (pattern.any()) continue;
    if (pattern.interval)
      all.push_back(key >= c::wide(pattern.value) && key <= c::wide(pattern.mask));
    else if (pattern.mask == UINT64_MAX)
      all.push_back(key == c::wide(pattern.value));
    else
      all.push_back((key & c::wide(pattern.mask)) == c::wide(pattern.value));
  }
  return c::joined("&&", all);
}

/// The same condition as one comparison, from which the verifier learns nothing about the keys.
std::optional<c::Expr> conditionAtOnce(const ir::Edge& edge) {
  std::vector<c::Expr> all;
  for (unsigned i = 0; i < edge.patterns.size(); i++) {
    const ir::Pattern& pattern = edge.patterns[i];
    const c::Expr key = c::name(fmt::format("key{}", i));
    if (pattern.any()) continue;
    if (pattern.interval)
      all.push_back(c::call("sfc_outside", {key, c::wide(pattern.value), c::wide(pattern.mask)}));
    else
      all.push_back((key & c::wide(pattern.mask)) ^ c::wide(pattern.value));
  }
  const auto different = c::joined("|", all);
  return different ? std::optional(c::call("sfc_isZero", {*different})) : std::nullopt;
}

class ParserEmitter {
public:
  ParserEmitter(plan::Hook hook, const ir::Program& program, const SourceMap& sources)
      : parser_{program, program.graphOf(hook), hook == plan::Hook::Ingress, sources},
        program_(program),
        graph_(parser_.graph) {}

  void run(c::Unit& unit) {
    c::Block& body =
        unit.function("static __always_inline __u32", parser_.ingress ? "spec_parseIngress" : "spec_parseEgress",
                      {{parser_.ingress ? "sfc_arrival *" : "struct __sk_buff *", "ctx"},
                       {"struct sfc_packet *", "p"},
                       {"struct sfc_counters *", "c"},
                       {"const int", "keyed"}});
    declarations(body);
    body.jump(slowLabel(graph_.start));
    for (unsigned i = 0; i < graph_.nodes.size(); i++) node(i, body);
    body.label("accept");
    accept(body);
    emitQuestions(parser_, body);
    for (ir::Exit exit : parser_.left) {
      if (exit >= ir::FirstDoubt) continue;
      body.label(fmt::format("exit_{}", exit));
      body.returns(c::call("sfc_exit", {exit}));
    }
  }

private:
  static std::string slowLabel(unsigned node) { return fmt::format("node_{}", node); }
  static std::string fastLabel(unsigned node) { return fmt::format("fast_{}", node); }
  /// The slow path of a node with which a stretch of the fast path begins.
  static std::string offLabel(unsigned node) { return fmt::format("slow_{}", node); }

  void declarations(c::Block& out) {
    const auto context = [](const char* member) {
      return c::cast("void *", c::cast("long", c::name("ctx").arrow(member)));
    };
    using c::Use;
    out.declare("void *", "data", context("data"), Use::Maybe);
    out.declare("void *", "end", context("data_end"), Use::Maybe);
    out.declare("__u8 *", "at", c::name("data"), Use::Maybe);
    out.declare("__u64", "cursor", 0, Use::Maybe);
    out.declare("__u64", "limit", c::name("SFC_NO_LIMIT"), Use::Maybe);
    out.declare("__u32", "valid", 0, Use::Maybe);
    if (!graph_.doubts.empty()) out.declare("__u32", "drop", 0, Use::Maybe);
    for (unsigned i = 0; i < program_.instances.size(); i++) {
      const ir::Uses& uses = graph_.uses[i];
      const bool extracted = std::any_of(graph_.nodes.begin(), graph_.nodes.end(),
                                         [&](const ir::Node& node) { return ir::extracts(node, i); });
      if (extracted) out.declare("__u8 *", c::print(parser_.header(i)), 0, Use::Maybe);
      if (uses.counted) out.declare("__u32", c::print(parser_.count(i)), 0, Use::Maybe);
      if (uses.first) out.declare("__u64", c::print(parser_.first(i)), 0, Use::Maybe);
      if (uses.latest) out.declare("__u64", c::print(parser_.latest(i)), 0, Use::Maybe);
    }
    for (size_t i = 0; i < graph_.loops.size(); i++) out.declare("__u32", fmt::format("rounds_{}", i), 0);
    for (unsigned i = 0; i < program_.variables.size(); i++) out.declare("__u64", c::print(variable(i)), 0, Use::Maybe);
    if (!program_.params.empty()) {
      out.declare("struct sfc_params *", "params", c::call("sfc_paramsHere", {}));
      parser_.leave(graph_.too_long, out.when(!c::name("params")));
    }
    if (!parser_.ingress && (program_.mixedWhole() || program_.regions.size() > 1))
      for (unsigned i = 0; i < program_.regions.size(); i++)
        out.set(parser_.region(i).dot("at"), c::name("SFC_NOWHERE"));
  }

  // ---- nodes

  void node(unsigned number, c::Block& out) {
    out.label(slowLabel(number));
    if (graph_.nodes[number].joins) joinAt(graph_.nodes[number], out);
    if (const ir::Stretch* stretch = graph_.stretchFrom(number)) {
      out.when(c::call("unlikely", {parser_.at + stretch->bytes > c::cast("__u8 *", c::name("end"))}))
          .jump(offLabel(number));
      fastPath(*stretch, out);
      out.label(offLabel(number));
    }
    body({.node = number}, out);
  }

  /// A stretch of the fast path, all of whose bytes have been checked.
  void fastPath(const ir::Stretch& stretch, c::Block& out) {
    for (size_t i = 0; i < stretch.nodes.size(); i++) {
      Here here{.node = stretch.nodes[i], .fast = true};
      if (i + 1 < stretch.nodes.size()) here.next = stretch.nodes[i + 1];
      out.label(fastLabel(*here.node));
      leaveIfLonger(*here.node, i == 0, out);
      body(here, out);
    }
  }

  /// Headers longer than the shortest take the slow path.
  void leaveIfLonger(unsigned number, bool first, c::Block& out) {
    unsigned offset = 0;
    for (const ir::Step& step : graph_.nodes[number].steps) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      if (!extract) continue;
      const ir::Header& header = program_.headerOf(extract->instance);
      if (header.variable_bits) {
        c::Block& longer =
            out.when(c::call("unlikely", {variableBits(header, offset == 0 ? parser_.at : parser_.at + offset)}));
        joinPaths(parser_, graph_.nodes[number].may_be_limited, longer);
        longer.jump(first ? offLabel(number) : slowLabel(number));
      }
      offset += header.size;
    }
  }

  void body(Here here, c::Block& out) {
    const ir::Node& node = graph_.nodes[*here.node];
    const Working working("emitting a state", node.range);
    here.pointers = node.inherited;
    here.limited = node.may_be_limited;
    lineDirective(node.range, parser_.sources, out);
    c::Block& scope = out.scope();
    scope.comment(node.name);
    for (const ir::Step& step : node.steps) {
      lineDirective(step.range, parser_.sources, scope);
      // A block of its own for the pointers of its expression; extracted headers outlive it.
      const bool has_expression = !std::holds_alternative<ir::ExtractStep>(step.node);
      c::Block& inner = has_expression ? scope.scope() : scope;
      emitStep(parser_, here, step, inner);
    }
    transition(node, here, scope);
  }

  // ---- transitions

  void transition(const ir::Node& node, Here& here, c::Block& out) {
    std::set<std::string> declared;
    for (const ir::ExprPtr& key : node.keys) declareLooks(parser_, here, key, declared, out);
    emitLookahead(parser_, here, node.key_bytes, node.truncated, out);
    for (unsigned i = 0; i < node.keys.size(); i++)
      out.declare("__u64", fmt::format("key{}", i), valueOf(node.keys[i], accessAt(parser_, here)), c::Use::Maybe);
    // Not earlier: clang must assume that the store writes to the packet, and would read that again.
    writeKeyBlocks(parser_, here, out);
    for (const ir::Edge& edge : node.edges) {
      const auto condition = node.at_once ? conditionAtOnce(edge) : conditionOf(edge);
      if (!condition) return takeEdge(edge, here, out);
      const char* const hint = isFast(edge, here) ? "likely" : "unlikely";
      takeEdge(edge, here, out.when(here.fast ? c::call(hint, {*condition}) : *condition));
    }
    parser_.leave(node.no_match, out);
  }

  static bool isFast(const ir::Edge& edge, const Here& here) {
    return here.fast && edge.target.kind == ir::EdgeTarget::Kind::Node && here.next == edge.target.node;
  }

  void takeEdge(const ir::Edge& edge, const Here& here, c::Block& out) {
    const bool fast = isFast(edge, here);
    if (edge.loses_count && !fast) {
      launderCursor(parser_, out);
      pointAtCursor(parser_, out);
    }
    for (unsigned region : edge.anchors) markRegion(parser_, here, region, out);
    for (unsigned region : edge.returns) markRegion(parser_, here, region, out);
    // Without a key, egress needs only the place of the headers.
    if (std::count(edge.returns.begin(), edge.returns.end(), program_.regions.size() - 1) && !program_.computed &&
        !plan::pushesHeaders(program_.kind))
      out.when(!c::name("keyed")).returns(0);
    if (edge.checks) emitChecks(parser_, program_.early_checks, false, out);
    if (edge.decap) {
      emitDecapsulation(parser_, here, *edge.decap, out);
      if (!fast) joinPaths(parser_, here.limited, out);
    }
    if (fast) return out.jump(fastLabel(edge.target.node));
    switch (edge.target.kind) {
      case ir::EdgeTarget::Kind::Node:
        if (here.fast) joinPaths(parser_, here.limited, out);
        jump(*here.node, edge.target.node, out);
        break;
      case ir::EdgeTarget::Kind::Accept:
        out.jump("accept");
        break;
      case ir::EdgeTarget::Kind::Leave:
        parser_.leave(edge.target.exit, out);
        break;
    }
  }

  /// Back in a loop by a condition of which only the verifier knows that it holds: before Linux 6.2 it refuses a loop
  /// that is closed by an instruction that merely comes before its first.
  void jump(unsigned from, unsigned to, c::Block& out) {
    if (!ir::reaches(graph_, to, from)) return out.jump(slowLabel(to));
    out.when(c::call("sfc_always", {})).jump(slowLabel(to));
    parser_.leave(graph_.too_long, out);
  }

  /// Joins the paths that meet here (compiler/lower/paths.cpp).
  void joinAt(const ir::Node& node, c::Block& out) {
    const auto launder = [&](const c::Expr& what) { out.set(what, laundered(what)); };
    joinPaths(parser_, node.may_be_limited, out);
    for (const unsigned instance : node.laundered) {
      if (graph_.uses[instance].counted) launder(parser_.count(instance));
      if (graph_.uses[instance].first) launder(parser_.first(instance));
      if (graph_.uses[instance].latest) launder(parser_.latest(instance));
    }
    for (unsigned i = 0; i < program_.variables.size(); i++)
      if (graph_.set_by_path[i]) launder(variable(i));
    launder(c::name("valid"));
  }

  // ---- the end

  void accept(c::Block& out) {
    if (program_.computed) {
      const c::Expr length = c::call("sfc_frameLength", {c::name("ctx"), c::name(parser_.hookName())});
      launderLimit(parser_, out);
      out.set(c::name("p").arrow("end"), c::choose(parser_.limit == c::name("SFC_NO_LIMIT"), length, parser_.limit));
    }
    if (parser_.ingress || parser_.edits()) emitChecks(parser_, program_.late_checks, true, out);
    if (parser_.ingress) emitDecisions(parser_, out);
    if (parser_.edits()) editInPlace(out);
    if (plan::pushesHeaders(program_.kind) && !parser_.ingress)
      for (unsigned i = 0; i < program_.tables.size(); i++) emitTableKey(parser_, i, out);
    if (plan::restoresHeaders(program_.kind)) finishKey(parser_, out.when(c::name("keyed")));
    out.returns(0);
  }

  void editInPlace(c::Block& out) const {
    const auto header = [this](unsigned instance, const c::Expr& element) {
      const unsigned size = program_.headerOf(instance).size;
      const c::Expr place = parser_.first(instance) + element * size;
      return c::choose(parser_.count(instance) > element,
                       c::call("sfc_at", {c::name("data"), c::name("end"), place, size}), 0);
    };
    const HeaderAccess headers{[header](unsigned instance, const Element& element) {
                                 if (element.number()) return header(instance, element.value());
                                 c::Block once;
                                 once.declare("const __u64", "element", element.value());
                                 return c::statements(std::move(once), header(instance, c::name("element")));
                               },
                               [this](unsigned instance) { return c::cast("__u64", parser_.count(instance)); }};
    emitEditsInPlace(program_, parser_.ingress ? program_.on_arrival : program_.on_return, headers, parser_.sources,
                     out);
  }

  Parser parser_;
  const ir::Program& program_;
  const ir::ParseGraph& graph_;
};

}  // namespace

void Parser::leave(ir::Exit exit, c::Block& out) {
  left.insert(exit);
  out.jump(exit < ir::FirstDoubt ? fmt::format("exit_{}", exit) : fmt::format("doubt_{}", exit - ir::FirstDoubt));
}

void Parser::leaveIf(const c::Expr& condition, ir::Exit exit, c::Block& out) {
  leave(exit, out.when(c::call("unlikely", {condition})));
}

c::Expr laundered(const c::Expr& value) {
  return c::call("sfc_launder", {c::name("c"), value});
}

void launderCursor(Parser& parser, c::Block& out) {
  out.set(parser.cursor, laundered(parser.cursor));
  parser.leaveIf(parser.cursor > c::name("SFC_MAX_CURSOR"), parser.graph.too_long, out);
  out.call("mask_var", {parser.cursor, c::name("SFC_CURSOR_MASK")});
}

void launderLimit(const Parser& parser, c::Block& out) {
  out.set(parser.limit, laundered(parser.limit));
}

void joinPaths(Parser& parser, bool limited, c::Block& out) {
  launderCursor(parser, out);
  pointAtCursor(parser, out);
  if (limited) launderLimit(parser, out);
}

void emitParser(plan::Hook hook, const ir::Program& program, const SourceMap& sources, c::Unit& unit) {
  ParserEmitter(hook, program, sources).run(unit);
  if (hook == plan::Hook::Egress && !program.key.swaps.empty()) emitSwapKey(program, unit);
}

}  // namespace sfc::emit_bpf
