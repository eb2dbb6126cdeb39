// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Items that nobody asks for are written as well, and then overwritten by what follows: the place of the next one is
// calculated, not branched to, so that the verifier does not go through the rest once for every set of items. Where
// data are filled up with ones, these are there first: what always says that nothing is known is not written, and what
// nobody asks for is written as ones.
#include "compiler/emit_bpf/telemetry.h"

#include <fmt/format.h>
#include <linux/types.h>

#include <algorithm>
#include <map>

#include "lib/abi/sfc_abi.h"

namespace sfc::emit_bpf {

namespace {

class TelemetryEmitter {
public:
  TelemetryEmitter(const ir::Program& program, unsigned number, const Access& access, Writer& out)
      : program_(program),
        telemetry_(program.telemetry[number]),
        number_(number),
        arguments_(telemetryArguments(program)),
        access_(access),
        out_(out) {}

  void all() {
    needed();
    function("__u64", "size", "");
    out_.line("return {};", telemetry_.size ? print(telemetry_.size, access_)
                                            : fmt::format("spec_needed_{}({})", number_, arguments_));
    end();
    if (telemetry_.layout_only) return;
    function("int", "holds", ", __u64 size");
    out_.line("return size <= {} && size % 4 == 0 && spec_needed_{}({}) <= size;", telemetry_.max_bytes, number_,
              arguments_);
    end();
    if (!telemetry_.is_room) measure();
  }

  /// `place` is the telemetry's in plan.telemetry.
  void report(unsigned place) {
    unsigned bytes = 0;
    for (const ir::TelemetryGroup& group : telemetry_.groups) bytes += group.bytes;
    function("void", "report", "");
    if (telemetry_.collected.empty())
      out_.line("struct sfc_report *report = sfc_openReport(c, record, {}, {});", place, bytes);
    else
      out_.line("struct sfc_report *report = sfc_composeReport(c, record, {});", place);
    if (telemetry_.collected.empty()) {
      out_.line("if (!report) return;");
      out_.line("barrier_var(report);");
    }
    if (program_.plan.kind == plan::Kind::Proxy) {
      out_.line("report->left = now;");
      out_.line("report->egress_port = skb->ifindex;");
    }
    out_.line("__u8 *item = (__u8 *)(report + 1);");
    out_.line("report->asked = {};", telemetry_.by ? print(telemetry_.by, access_) : "0");
    for (const ir::Collected& one : telemetry_.collected) collect(one);
    for (const ir::TelemetryGroup& group : telemetry_.groups) {
      fields(group);
      out_.line("item += {};", group.bytes);
    }
    if (telemetry_.collected.empty())
      out_.line("sfc_submitReport(report, {});", bytes);
    else
      out_.line("sfc_handOver(c, report, {} + sfc_copyPacket(ctx, p, item));",
                bytes + telemetry_.collected.size() * sizeof(sfc_collected));
    end();
  }

private:
  void function(const char* type, const char* name, const char* more) {
    out_.line("static __always_inline {} spec_{}_{}({}{}) {{", type, name, number_, telemetryParameters(program_),
              more);
    out_.indent();
  }

  void end() {
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

  /// 1 if this bit asks for its items, else 0.
  std::string isAsked(unsigned bit) const { return fmt::format("(by >> {} & 1)", telemetry_.by_bits - 1 - bit); }

  void needed() {
    function("__u64", "needed", "");
    if (telemetry_.by) out_.line("const __u64 by __maybe_unused = {};", print(telemetry_.by, access_));
    unsigned always = 0;
    std::map<unsigned, uint64_t> bits;  // by the bytes that they ask for
    for (const ir::TelemetryGroup& group : telemetry_.groups) {
      if (!group.gated) always += group.bytes;
      for (unsigned bit = group.first; group.gated && bit <= group.last; bit++)
        bits[group.bytes] |= uint64_t{1} << (telemetry_.by_bits - 1 - bit);
    }
    std::string sum = std::to_string(always);
    for (const auto& [bytes, mask] : bits) sum += fmt::format(" + {} * sfc_countOnes(by & {:#x}ULL)", bytes, mask);
    out_.line("return {};", sum);
    end();
  }

  void collect(const ir::Collected& one) {
    const ir::Telemetry& hop = program_.telemetry[one.telemetry];
    const unsigned region = program_.instances[one.instance].region;
    std::string begin = "0";
    for (unsigned i = 0; i < region; i++) begin += fmt::format(" + record->length[{}]", i);
    out_.line(
        "sfc_collect((struct sfc_collected *)item, {}, spec_size_{}({}), {}{}, {}, {}, p->region[{}].at, "
        "p->region[{}].length);",
        hop.by ? print(hop.by, access_) : "0", one.telemetry, arguments_, access_.end(one.instance),
        one.at ? " + " + print(one.at, access_) : "", print(one.size, access_), begin, region, region);
    out_.line("item += sizeof(struct sfc_collected);");
  }

  void measure() {
    function("void", "measure", ", __u8 *to");
    if (telemetry_.by) out_.line("const __u64 by __maybe_unused = {};", print(telemetry_.by, access_));
    out_.line("__u64 at __maybe_unused = 0;");
    if (telemetry_.size) {
      out_.line("#pragma unroll");
      out_.line("for (__u32 i = 0; i < {}; i += 8) *(__u64 *)(to + i) = ~0ULL;", telemetry_.max_bytes);
    }
    // Behind the last item that is written nothing has to be found.
    size_t written = telemetry_.groups.size();
    while (written > 0 && !isWritten(telemetry_.groups[written - 1])) written--;
    for (size_t i = 0; i < written; i++)
      for (unsigned bit = telemetry_.groups[i].first; bit <= telemetry_.groups[i].last; bit++)
        write(telemetry_.groups[i], bit);
    end();
  }

  /// Is the group something else than the ones that are there already?
  bool isWritten(const ir::TelemetryGroup& group) const {
    return !telemetry_.size || !std::all_of(group.fields.begin(), group.fields.end(), ir::isUnknown);
  }

  void write(const ir::TelemetryGroup& group, unsigned bit) {
    if (!isWritten(group)) {
      out_.line("at += {}{};", group.bytes, group.gated ? " * " + isAsked(bit) : "");
      return;
    }
    out_.line("{{");
    out_.indent();
    if (group.gated) out_.line("const __u64 asked = {};", isAsked(bit));
    out_.line("barrier_var(at);");
    out_.line("mask_var(at, SFC_TELEMETRY_MASK);");
    out_.line("__u8 *item = to + at;");
    fields(group, telemetry_.size && group.gated ? " | (asked - 1)" : "");
    out_.line("at += {}{};", group.bytes, group.gated ? " * asked" : "");
    out_.outdent();
    out_.line("}}");
  }

  /// The fields of a group, at `item`. `more` stands behind each value.
  void fields(const ir::TelemetryGroup& group, const char* more = "") {
    unsigned offset = 0;
    for (const ir::TelemetryField& field : group.fields) {
      const ir::Field place{field.name, offset, field.width_bits, false, {}};
      const uint64_t mask = field.width_bits == 64 ? UINT64_MAX : (uint64_t{1} << field.width_bits) - 1;
      out_.line("{{ const __u64 value = ({}{}) & {:#x}ULL; {} }}", print(field.value, access_), more, mask,
                storeField("item", place, group.bytes, "value"));
      offset += field.width_bits;
    }
  }

  const ir::Program& program_;
  const ir::Telemetry& telemetry_;
  const unsigned number_;
  const char* const arguments_;
  const Access& access_;
  Writer& out_;
};

}  // namespace

const char* telemetryParameters(const ir::Program& program) {
  return program.plan.kind == plan::Kind::Proxy
             ? "struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, "
               "__u8 *bytes, const struct sfc_gap *gap, const struct sfc_params *params, __u64 now, __u64 tai_ahead"
             : "struct xdp_md *ctx, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, "
               "__u8 *bytes, const struct sfc_gap *gap, const struct sfc_params *params, __u64 tai_ahead";
}

const char* telemetryArguments(const ir::Program& program) {
  return program.plan.kind == plan::Kind::Proxy ? "skb, p, c, record, bytes, gap, params, now, tai_ahead"
                                                : "ctx, p, c, record, bytes, gap, params, tai_ahead";
}

void emitTelemetry(const ir::Program& program, const Access& access, Writer& out) {
  for (unsigned i = 0; i < program.telemetry.size(); i++) TelemetryEmitter(program, i, access, out).all();
  for (unsigned place = 0; place < program.reported.size(); place++)
    TelemetryEmitter(program, program.reported[place], access, out).report(place);
}

}  // namespace sfc::emit_bpf
