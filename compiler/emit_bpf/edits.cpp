// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/stripped.h"
#include "compiler/emit_bpf/telemetry.h"
#include "lib/source/working.h"

namespace sfc::emit_bpf {

namespace {

c::Expr fits(unsigned telemetry) {
  return c::name(fmt::format("fits_{}", telemetry));
}

/// A header that is not there reads as 0, and assigning to it changes nothing.
class EditEmitter {
public:
  EditEmitter(const ir::Program& program, HeaderAccess headers, const SourceMap& sources)
      : program_(program),
        returns_(plan::restoresHeaders(program.kind)),
        headers_(std::move(headers)),
        stripped_(program),
        sources_(sources) {
    access_.field = [this](const ir::FieldRef& ref) { return field(ref); };
    access_.stack_size = headers_.count;
    access_.end = [this](unsigned instance) {
      c::Block look;
      look.declare("const __u8 *", "header", headers_.pointer(instance, 0));
      const c::Expr header = c::name("header");
      return c::statements(std::move(look), c::choose(header, stripped_.end(instance, header), c::name("SFC_NOWHERE")));
    };
    access_.telemetry = [this](const ir::TelemetryRef& ref) { return telemetry(ref); };
    access_.counters = c::name("c");
    access_.params = c::name("params");
    access_.record = c::name("record");
    access_.tai_ahead = c::name("tai_ahead");
    access_.flags = c::name("flags");
    access_.table_value = [this](const ir::TableValueRef& ref) {
      return c::name("record").arrow("values").at(program_.placeOfValue(ref).value());
    };
    if (!returns_) return;
    access_.now = c::name("now");
    access_.skb = c::name("skb");
  }

  const Access& access() const { return access_; }

  /// Sets the stripped field to the value of the retained one when the packet returned.
  void moveBack(const ir::Move& move, c::Block& out) {
    c::Block& scope = out.scope();
    scope.declare("__u8 *", "to", pointer(move.stripped));
    scope.declare("const __u64", "value", c::name("p").arrow("region").at(0).dot("next_header_value"));
    store(move.stripped, c::name("value"), scope.when(c::name("to")));
  }

  void all(const std::vector<ir::Edit>& edits, c::Block& out) {
    for (const ir::Edit& edit : edits) {
      const Working working("emitting an edit", edit.range);
      lineDirective(edit.range, sources_, out);
      std::visit([&](const auto& node) { emit(node, out); }, edit.node);
      if (!std::holds_alternative<ir::If>(edit.node) && !std::holds_alternative<ir::Drop>(edit.node)) changed(out);
    }
  }

private:
  c::Expr value(const ir::ExprPtr& expr) const { return valueOf(expr, access_); }
  c::Expr pointer(const ir::FieldRef& ref) const { return headers_.pointer(ref.instance, ref.element); }

  // ---- values of expressions

  /// Of a retained header in the packet, of a stripped one among the stripped bytes.
  c::Expr field(const ir::FieldRef& ref) const {
    const unsigned size = program_.headerOf(ref.instance).size;
    const c::Expr h = c::name("h");
    c::Block look;
    if (const auto retained = program_.placeInRetained(ref.instance)) {
      const auto context = [&](const char* member) {
        return c::cast("void *", c::cast("long", c::name(returns_ ? "skb" : "ctx").arrow(member)));
      };
      look.declare("const __u8 *", "h",
                   c::call("sfc_retainedHere",
                           {context("data"), context("data_end"), c::name("p").arrow("retained").at(*retained), size}));
    } else {
      look.declare("const __u8 *", "h", pointer(ref));
    }
    return c::statements(std::move(look), c::choose(h, loadField(h, program_.partOf(ref), size), 0));
  }

  c::Expr call(const char* what, unsigned telemetry) const {
    return c::call(telemetryFunction(what, telemetry), telemetryArguments(program_));
  }

  c::Expr holds(unsigned telemetry) const {
    std::vector<c::Expr> arguments = telemetryArguments(program_);
    arguments.push_back(c::name("size"));
    return c::call(telemetryFunction("holds", telemetry), std::move(arguments));
  }

  /// Does the device take the packet if it grows by `size` bytes?
  static c::Expr mayGrowBy(const c::Expr& size) {
    return c::call("sfc_mayGrowBy", {c::name("skb"), c::name("length"), c::name("popped"), size});
  }

  c::Expr telemetry(const ir::TelemetryRef& ref) const {
    using What = ir::TelemetryRef::What;
    if (ref.what == What::Needed) return call("needed", ref.telemetry);
    c::Expr size = call("size", ref.telemetry);
    if (ref.what == What::Size) return size;
    c::Block look;
    look.declare("__u64", "size", size);
    if (ref.what == What::Holds) return c::statements(std::move(look), c::cast("__u64", holds(ref.telemetry)));
    look.set(fits(ref.telemetry), holds(ref.telemetry) && mayGrowBy(c::name("size")));
    return c::statements(std::move(look), c::cast("__u64", fits(ref.telemetry)));
  }

  // ---- edits of fields

  void store(const ir::FieldRef& ref, const c::Expr& value, c::Block& out) const {
    storeField(c::name("to"), program_.partOf(ref), program_.headerOf(ref.instance).size, value, out);
  }

  void emit(const ir::AssignVariable& node, c::Block& out) {
    out.set(variable(node.variable), value(node.value) & c::wide(onesOf(program_.variables[node.variable].width_bits)));
  }

  void emit(const ir::AssignField& node, c::Block& out) {
    c::Block& scope = out.scope();
    scope.declare("__u8 *", "to", pointer(node.field));
    c::Block& there = scope.when(c::name("to"));
    there.declare("__u64", "value", value(node.value) & c::wide(onesOf(program_.partOf(node.field).width_bits)));
    store(node.field, c::name("value"), there);
  }

  void emit(const ir::CopyField& node, c::Block& out) {
    const ir::Field &to = program_.fieldOf(node.to), &from = program_.fieldOf(node.from);
    c::Block& scope = out.scope();
    scope.declare("__u8 *", "to", pointer(node.to));
    scope.declare("const __u8 *", "from",
                  node.index ? headers_.pointer(node.from.instance, Element(value(node.index))) : pointer(node.from));
    scope.when(c::name("to") && c::name("from"))
        .call("__builtin_memmove",
              {c::name("to") + to.offset_bits / 8, c::name("from") + from.offset_bits / 8, to.width_bits / 8});
  }

  void emit(const ir::SwapFields& node, c::Block& out) {
    const unsigned size = program_.fieldOf(node.left).width_bits / 8;
    const c::Expr left = c::name("left"), right = c::name("right"), retained = c::name("retained");
    c::Block& scope = out.scope();
    scope.declare("__u8 *", "left", pointer(node.left));
    scope.declare("__u8 *", "right", pointer(node.right));
    scope.declareArray("__u8", "retained", size);
    c::Block& there = scope.when(left && right);
    there.add(left, program_.fieldOf(node.left).offset_bits / 8);
    there.add(right, program_.fieldOf(node.right).offset_bits / 8);
    there.call("__builtin_memcpy", {retained, left, size});
    there.call("__builtin_memcpy", {left, right, size});
    there.call("__builtin_memcpy", {right, retained, size});
  }

  // ---- drops and branches

  static void emit(const ir::Drop& node, c::Block& out) { out.returns(node.exit); }

  void emit(const ir::If& node, c::Block& out) {
    all(node.then_branch, out.when(value(node.condition)));
    if (!node.else_branch.empty()) all(node.else_branch, out.otherwise());
    if (ir::popsIn(node.then_branch) + ir::popsIn(node.else_branch) > 0) launderPops(out);
  }

  /// Behind paths that differ in the number of popped elements.
  void launderPops(c::Block& out) const {
    if (!program_.launders_pops) return;
    for (const char* member : {"at", "length"}) {
      const c::Expr popped = c::name("popped").arrow(member);
      out.set(popped, c::call("sfc_launder", {c::name("c"), popped}));
    }
  }

  /// To the verifier, each number of elements that there can be is a path.
  void emit(const ir::Pop& node, c::Block& out) {
    for (unsigned i = 0; i < node.count; i++) pop(node.instance, out);
    if (node.count > 1) launderPops(out);
  }

  void pop(unsigned instance, c::Block& out) {
    const unsigned size = program_.headerOf(instance).size;
    const c::Expr at = c::name("popped").arrow("at"), length = c::name("popped").arrow("length");
    if (program_.fixed_layout) {
      c::Block& there = out.when(regionLength(0) - length >= stripped_.fixedOffset(instance) + size);
      there.set(at, stripped_.fixedOffset(instance));
      there.add(length, size);
      return;
    }
    const c::Expr where = stripped_.where(instance);
    c::Block& there = out.when(where.dot("count"));
    there.when(!length).set(at, where.dot("at"));
    there.add(where.dot("at"), size);
    there.change(where.dot("count"), "-", 1);
    there.add(length, size);
  }

  // ---- telemetry, and headers that are pushed

  /// Data that have been found to fit need not fit any more.
  void changed(c::Block& out) const {
    if (!returns_) return;
    for (unsigned i = 0; i < program_.telemetry.size(); i++) out.set(fits(i), 0);
  }

  void emit(const ir::PushHeaders& node, c::Block& out) {
    const c::Expr length = c::name("length");
    unsigned bytes = 0;
    std::vector<c::Expr> counts;
    for (const unsigned instance : node.instances) {
      bytes += program_.headerOf(instance).size;
      counts.push_back(stripped_.where(instance).dot("count"));
    }
    c::Block& pushed = out.when(!*c::joined("||", counts) && mayGrowBy(bytes) &&
                                c::call("sfc_append", {c::name("bytes"), length, bytes}));
    unsigned at = 0;
    for (const unsigned instance : node.instances) {
      pushed.set(stripped_.where(instance), c::literal("struct sfc_where", {length + at, 1}));
      at += program_.headerOf(instance).size;
    }
    for (const ir::Move& move : program_.moves) announce(move, pushed);
    growRegion(bytes, pushed);
  }

  /// Lengthens the last region.
  void growRegion(const c::Expr& bytes, c::Block& out) const {
    out.add(regionLength(static_cast<unsigned>(program_.regions.size()) - 1), bytes);
    out.add(c::name("length"), bytes);
  }

  /// Sets the next-header field to the pushed headers, and their field to its old value.
  void announce(const ir::Move& move, c::Block& out) {
    const ir::Region& region = program_.regions.front();
    const ir::NextHeader& next_header = *region.next_header;
    const c::Expr saved = c::name("record").arrow("saved");
    moveBack(move, out);
    c::Block& first = out.when(!c::name("length"));
    putBigEndian(saved, next_header.size,
                 (bigEndian(saved, next_header.size) & ~c::wide(next_header.mask)) |
                     c::wide(region.push_value << next_header.shift),
                 first);
    first.set(c::name("insert").arrow("first"), 1);
  }

  /// A block with the header as `header`, if it is there, its end as `end`, counted from the first stripped byte, and
  /// the bytes of the data as `size`, if `condition` holds.
  c::Block& withData(unsigned telemetry, unsigned instance, const c::Expr& condition, c::Block& out) {
    const c::Expr header = c::name("header");
    c::Block& scope = out.scope();
    scope.declare("const __u8 *", "header", headers_.pointer(instance, 0));
    scope.declare("const __u64", "size", call("size", telemetry));
    c::Block& there = scope.when(header && condition);
    there.declare("__u64", "end", stripped_.end(instance, header));
    return there;
  }

  /// Do data of `size` bytes fit into the packet?
  c::Expr fitIn(unsigned telemetry) const {
    return fits(telemetry) || (holds(telemetry) && mayGrowBy(c::name("size")));
  }

  void measure(unsigned telemetry, c::Block& out) const {
    std::vector<c::Expr> arguments = telemetryArguments(program_);
    arguments.push_back(c::name("pushed"));
    out.call(telemetryFunction("measure", telemetry), std::move(arguments));
  }

  void emit(const ir::Insert& node, c::Block& out) {
    c::Block& there = withData(node.telemetry, node.instance, fitIn(node.telemetry), out);
    measure(node.telemetry, there);
    there.set(c::name("insert").arrow("at"), c::name("end"));
    there.set(c::name("insert").arrow("length"), c::choose(c::name("end") <= c::name("length"), c::name("size"), 0));
  }

  void emit(const ir::PushRoom& node, c::Block& out) {
    const unsigned most = program_.telemetry[node.telemetry].max_bytes;
    const c::Expr size = c::name("size"), length = c::name("length");
    c::Block& there = withData(node.telemetry, node.instance, fitIn(node.telemetry), out);
    growRegion(size, there.when(c::name("end") == length && size <= most &&
                                c::call("sfc_append", {c::name("bytes"), length, most})));
  }

  void emit(const ir::Write& node, c::Block& out) {
    const c::Expr size = c::name("size"), length = c::name("length"), end = c::name("end"), at = c::name("at");
    c::Block& there = withData(node.telemetry, node.instance, holds(node.telemetry), out);
    there.declare("const __u64", "at", value(node.at));
    c::Block& inside = there.when(end <= length && at <= length - end && size <= length - end - at);
    measure(node.telemetry, inside);
    inside.call("sfc_overwrite", {c::name("bytes"), end + at, c::name("pushed"), size});
  }

  void emit(const ir::Report& node, c::Block& out) { out.eval(call("report", node.telemetry)); }

  const ir::Program& program_;
  const bool returns_;  // the packet comes back; else its headers go for good, or stay in place
  const HeaderAccess headers_;
  const StrippedHeaders stripped_;
  const SourceMap& sources_;
  Access access_;
};

/// The variables and parameters of edits of stripped headers.
void declareParams(const ir::Program& program, const char* failure, c::Block& out) {
  for (unsigned i = 0; i < program.variables.size(); i++) out.declare("__u64", c::print(variable(i)), 0, c::Use::Maybe);
  if (!program.params.empty()) {
    out.declare("struct sfc_params *", "params", c::call("sfc_paramsHere", {}));
    out.when(!c::name("params")).returns(c::name(failure));
  } else if (!program.telemetry.empty()) {
    out.declare("const struct sfc_params *", "params", 0);
  }
}

/// The per-CPU state, if the edits want it.
void declareCounters(const ir::Program& program, const char* failure, c::Block& out) {
  bool wanted = program.measured.tai || !program.telemetry.empty() || program.measured.flight || program.launders_pops;
  for (const std::vector<ir::Edit>* edits : {&program.on_arrival, &program.on_return})
    ir::visitExpressions(
        *edits, [&](const ir::Expr& part) { wanted = wanted || std::holds_alternative<ir::Sampled>(part.node); });
  if (!wanted) return;
  out.declare("struct sfc_counters *", "c", c::call("sfc_countersHere", {}));
  out.when(!c::name("c")).returns(c::name(failure));
}

void declareTai(const ir::Program& program, const c::Expr& now, c::Block& out) {
  const c::Expr ahead = c::call("sfc_taiAhead", {c::name("c"), now});
  if (program.measured.tai)
    out.declare("const __u64", "tai_ahead", program.timed ? c::choose(now, ahead, 0) : ahead, c::Use::Maybe);
  else if (!program.telemetry.empty())
    out.declare("const __u64", "tai_ahead", 0);
}

void declareFlags(const ir::Program& program, c::Block& out) {
  if (program.remembersBits())
    out.declare("const __u64", "flags", c::name("record").arrow("flags").at(0), c::Use::Maybe);
}

c::Block& onArrival(const ir::Program& program, c::Unit& unit) {
  const char* const failure = "SFC_C_RX_DROP_HEADROOM";
  c::Block& body = unit.function("static __always_inline __u32", "spec_onArrival",
                                 {{"struct xdp_md *", "ctx"},
                                  {"const struct sfc_packet *", "p"},
                                  {"struct sfc_record *", "record"},
                                  {"__u8 *", "bytes"},
                                  {"const struct sfc_popped *", "popped"}});
  declareParams(program, failure, body);
  declareFlags(program, body);
  declareCounters(program, failure, body);
  declareTai(program, c::name("record").arrow("arrived").at(0), body);
  return body;
}

c::Block& onReturn(const ir::Program& program, c::Unit& unit) {
  const char* const failure = "SFC_C_TX_DROP_INTERNAL";
  c::Block& body = unit.function("static __always_inline __u32", "spec_onReturn",
                                 {{"struct __sk_buff *", "skb"},
                                  {"const struct sfc_packet *", "p"},
                                  {"struct sfc_record *", "record"},
                                  {"__u8 *", "bytes"},
                                  {"__u64", "length"},
                                  {"struct sfc_popped *", "popped"},
                                  {"struct sfc_insert *", "insert"},
                                  {"__u8 *", "pushed"}});
  declareParams(program, failure, body);
  declareFlags(program, body);
  for (unsigned i = 0; i < program.telemetry.size(); i++)
    body.declare("int", fmt::format("fits_{}", i), 0, c::Use::Maybe);
  declareCounters(program, failure, body);
  if (program.measured.now)
    body.declare("const __u64", "now", c::name("p").arrow("now").at(0), c::Use::Maybe);
  else if (!program.telemetry.empty())
    body.declare("const __u64", "now", 0);
  declareTai(program, c::name("now"), body);
  return body;
}

}  // namespace

void emitEditsInPlace(const ir::Program& program, const std::vector<ir::Edit>& edits, const HeaderAccess& headers,
                      const SourceMap& sources, c::Block& out) {
  EditEmitter(program, headers, sources).all(edits, out);
}

void emitEdits(const ir::Program& program, const SourceMap& sources, c::Unit& unit) {
  const bool returns = plan::restoresHeaders(program.kind);
  unit.section(returns ? "on return" : "on arrival");
  const StrippedHeaders stripped(program);
  EditEmitter edits(program,
                    {[&](unsigned instance, const Element& element) { return stripped.pointer(instance, element); },
                     [&](unsigned instance) { return stripped.count(instance); }},
                    sources);
  emitTelemetry(program, edits.access(), unit);
  c::Block& body = returns ? onReturn(program, unit) : onArrival(program, unit);
  if (returns)
    for (const ir::Move& move : program.moves) edits.moveBack(move, body);
  edits.all(returns ? program.on_return : program.on_arrival, body);
  body.returns(0);
}

}  // namespace sfc::emit_bpf
