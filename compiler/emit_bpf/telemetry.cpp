// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Items that are not requested are written as well, and then overwritten by the next: the place of that is computed,
// not branched to, so that the verifier does not check the rest once for every set of items. Data that are padded with
// ones start as ones: items that are always unknown are not written, and items that are not requested are written as
// ones.
#include "compiler/emit_bpf/telemetry.h"

#include <fmt/format.h>
#include <linux/types.h>

#include <algorithm>
#include <map>

#include "compiler/emit_bpf/stripped.h"
#include "lib/abi/sfc_abi.h"

namespace sfc::emit_bpf {

namespace {

std::vector<c::Parameter> parameters(const ir::Program& program) {
  const bool returns = plan::restoresHeaders(program.kind);
  std::vector<c::Parameter> all = {
      returns ? c::Parameter{"struct __sk_buff *", "skb"} : c::Parameter{"struct xdp_md *", "ctx"},
      {"const struct sfc_packet *", "p"},
      {"struct sfc_counters *", "c"},
      {"struct sfc_record *", "record"},
      {"__u8 *", "bytes"},
      {"const struct sfc_popped *", "popped"},
      {"const struct sfc_params *", "params"}};
  if (returns) all.push_back({"__u64", "now"});
  all.push_back({"__u64", "tai_ahead"});
  return all;
}

class TelemetryEmitter {
public:
  TelemetryEmitter(const ir::Program& program, unsigned number, const Access& access, c::Unit& unit)
      : program_(program),
        telemetry_(program.telemetry[number]),
        number_(number),
        arguments_(telemetryArguments(program)),
        access_(access),
        unit_(unit) {}

  void all() {
    needed();
    function("__u64", "size")
        .returns(telemetry_.size ? valueOf(telemetry_.size, access_)
                                 : c::call(telemetryFunction("needed", number_), arguments_));
    if (telemetry_.layout_only) return;
    const c::Expr size = c::name("size");
    function("int", "holds", {{"__u64", "size"}})
        .returns(size <= telemetry_.max_bytes && c::binary(size, "%", 4) == 0 &&
                 c::call(telemetryFunction("needed", number_), arguments_) <= size);
    if (!telemetry_.is_room) measure();
  }

  /// `place` is the telemetry's in plan.telemetry.
  void report(unsigned place) {
    const bool collects = !telemetry_.collected.empty();
    const c::Expr report = c::name("report"), item = c::name("item");
    unsigned bytes = 0;
    for (const ir::TelemetryGroup& group : telemetry_.groups) bytes += group.bytes;
    c::Block& out = function("void", "report");
    out.declare("struct sfc_report *", "report",
                collects ? c::call("sfc_composeReport", {c::name("c"), c::name("record"), place})
                         : c::call("sfc_openReport", {c::name("c"), c::name("record"), place, bytes}));
    if (!collects) {
      out.when(!report).returns();
      out.call("barrier_var", {report});
    }
    if (plan::restoresHeaders(program_.kind)) {
      out.set(report.arrow("left"), c::name("now"));
      out.set(report.arrow("egress_port"), c::name("skb").arrow("ifindex"));
    }
    out.declare("__u8 *", "item", c::cast("__u8 *", report + 1));
    out.set(report.arrow("asked"), by());
    for (const ir::Collected& one : telemetry_.collected) collect(one, out);
    for (const ir::TelemetryGroup& group : telemetry_.groups) {
      fields(group, std::nullopt, out);
      out.add(item, group.bytes);
    }
    if (!collects) return out.call("sfc_submitReport", {report, bytes});
    const auto fixed = static_cast<unsigned>(bytes + telemetry_.collected.size() * sizeof(sfc_collected));
    out.call("sfc_handOver",
             {c::name("c"), report, c::Expr(fixed) + c::call("sfc_copyPacket", {c::name("ctx"), c::name("p"), item})});
  }

private:
  c::Block& function(const char* type, const char* what, const std::vector<c::Parameter>& more = {}) {
    std::vector<c::Parameter> all = parameters(program_);
    all.insert(all.end(), more.begin(), more.end());
    return unit_.function(fmt::format("static __always_inline {}", type), telemetryFunction(what, number_),
                          std::move(all));
  }

  /// The field that requests items; 0 if there is none.
  c::Expr by() const { return telemetry_.by ? valueOf(telemetry_.by, access_) : c::Expr(0); }

  void declareBy(c::Block& out) const {
    if (telemetry_.by) out.declare("const __u64", "by", by(), c::Use::Maybe);
  }

  /// 1 if this bit requests its items, else 0.
  c::Expr isAsked(unsigned bit) const { return c::name("by") >> (telemetry_.by_bits - 1 - bit) & 1; }

  void needed() {
    c::Block& out = function("__u64", "needed");
    declareBy(out);
    unsigned always = 0;
    std::map<unsigned, uint64_t> bits;  // by the bytes that they request
    for (const ir::TelemetryGroup& group : telemetry_.groups) {
      if (!group.gated) always += group.bytes;
      for (unsigned bit = group.first; group.gated && bit <= group.last; bit++)
        bits[group.bytes] |= uint64_t{1} << (telemetry_.by_bits - 1 - bit);
    }
    c::Expr sum = always;
    for (const auto& [bytes, mask] : bits)
      sum = sum + c::Expr(bytes) * c::call("sfc_countOnes", {c::name("by") & c::wide(mask)});
    out.returns(sum);
  }

  void collect(const ir::Collected& one, c::Block& out) {
    const ir::Telemetry& hop = program_.telemetry[one.telemetry];
    const unsigned region = program_.instances[one.instance].region;
    const c::Expr found = c::name("p").arrow("region").at(region), end = access_.end(one.instance);
    c::Expr begin = 0;
    for (unsigned i = 0; i < region; i++) begin = begin + regionLength(i);
    out.call(
        "sfc_collect",
        {c::cast("struct sfc_collected *", c::name("item")), hop.by ? valueOf(hop.by, access_) : c::Expr(0),
         c::call(telemetryFunction("size", one.telemetry), arguments_), one.at ? end + valueOf(one.at, access_) : end,
         valueOf(one.size, access_), begin, found.dot("at"), found.dot("length")});
    out.add(c::name("item"), c::sizeOf("struct sfc_collected"));
  }

  void measure() {
    c::Block& out = function("void", "measure", {{"__u8 *", "to"}});
    declareBy(out);
    out.declare("__u64", "at", 0, c::Use::Maybe);
    if (telemetry_.size)
      out.unrolled("i", telemetry_.max_bytes, 8)
          .set(c::pointee(c::cast("__u64 *", c::name("to") + c::name("i"))), ~c::wide(0));
    // The last item that is written needs no place for a next one.
    size_t written = telemetry_.groups.size();
    while (written > 0 && !isWritten(telemetry_.groups[written - 1])) written--;
    for (size_t i = 0; i < written; i++)
      for (unsigned bit = telemetry_.groups[i].first; bit <= telemetry_.groups[i].last; bit++)
        write(telemetry_.groups[i], bit, out);
  }

  /// Does the group differ from the ones that are there already?
  bool isWritten(const ir::TelemetryGroup& group) const {
    return !telemetry_.size || !std::all_of(group.fields.begin(), group.fields.end(), ir::isUnknown);
  }

  void write(const ir::TelemetryGroup& group, unsigned bit, c::Block& out) {
    const c::Expr at = c::name("at"), asked = c::name("asked");
    const auto bytesIf = [&](const c::Expr& is_asked) {
      return group.gated ? c::Expr(group.bytes) * is_asked : c::Expr(group.bytes);
    };
    if (!isWritten(group)) return out.add(at, bytesIf(isAsked(bit)));
    c::Block& scope = out.scope();
    if (group.gated) scope.declare("const __u64", "asked", isAsked(bit));
    scope.call("barrier_var", {at});
    scope.call("mask_var", {at, c::name("SFC_TELEMETRY_MASK")});
    scope.declare("__u8 *", "item", c::name("to") + at);
    fields(group, telemetry_.size && group.gated ? std::optional(asked - 1) : std::nullopt, scope);
    scope.add(at, bytesIf(asked));
  }

  /// The fields of a group, at `item`, each or-ed with these bits.
  void fields(const ir::TelemetryGroup& group, const std::optional<c::Expr>& bits, c::Block& out) {
    unsigned offset = 0;
    for (const ir::TelemetryField& field : group.fields) {
      const ir::Field place{field.name, offset, field.width_bits, false, {}};
      const c::Expr value = valueOf(field.value, access_);
      c::Block& scope = out.scope();
      scope.declare("const __u64", "value", (bits ? value | *bits : value) & c::wide(onesOf(field.width_bits)));
      storeField(c::name("item"), place, group.bytes, c::name("value"), scope);
      offset += field.width_bits;
    }
  }

  const ir::Program& program_;
  const ir::Telemetry& telemetry_;
  const unsigned number_;
  const std::vector<c::Expr> arguments_;
  const Access& access_;
  c::Unit& unit_;
};

}  // namespace

std::string telemetryFunction(const char* what, unsigned telemetry) {
  return fmt::format("spec_{}_{}", what, telemetry);
}

std::vector<c::Expr> telemetryArguments(const ir::Program& program) {
  std::vector<c::Expr> arguments;
  for (const c::Parameter& one : parameters(program)) arguments.push_back(c::name(one.name));
  return arguments;
}

void emitTelemetry(const ir::Program& program, const Access& access, c::Unit& unit) {
  for (unsigned i = 0; i < program.telemetry.size(); i++) TelemetryEmitter(program, i, access, unit).all();
  for (unsigned place = 0; place < program.reported.size(); place++)
    TelemetryEmitter(program, program.reported[place], access, unit).report(place);
}

}  // namespace sfc::emit_bpf
