// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Items that nobody asks for are written as well, and then overwritten by what follows: the place of the next one is
// calculated, not branched to, so that the verifier does not go through the rest once for every set of items.
#include "compiler/emit_bpf/telemetry.h"

#include <fmt/format.h>

namespace sfc::emit_bpf {

namespace {

class TelemetryEmitter {
public:
  TelemetryEmitter(const model::Telemetry& telemetry, unsigned number, const Access& access, Writer& out)
      : telemetry_(telemetry), number_(number), access_(access), out_(out) {}

  void all() {
    needed();
    function("__u64", "size", "");
    out_.line("return {};", telemetry_.size ? print(telemetry_.size, access_)
                                            : fmt::format("spec_needed_{}({})", number_, telemetry_arguments));
    end();
    function("int", "holds", ", __u64 size");
    out_.line("return size <= {} && size % 4 == 0 && spec_needed_{}({}) <= size;", telemetry_.max_bytes, number_,
              telemetry_arguments);
    end();
    measure();
  }

  /// `place` is the telemetry's in plan.telemetry.
  void report(unsigned place) {
    unsigned bytes = 0;
    for (const model::TelemetryGroup& group : telemetry_.groups) bytes += group.bytes;
    function("void", "report", "");
    out_.line("struct sfc_report *report = sfc_openReport(skb, record, now, {}, {});", place, bytes);
    out_.line("if (!report) return;");
    out_.line("barrier_var(report);");
    out_.line("__u8 *item = (__u8 *)(report + 1);");
    out_.line("report->asked = {};", telemetry_.by ? print(telemetry_.by, access_) : "0");
    for (const model::TelemetryGroup& group : telemetry_.groups) {
      fields(group);
      out_.line("item += {};", group.bytes);
    }
    out_.line("bpf_ringbuf_submit(report, 0);");
    end();
  }

private:
  void function(const char* type, const char* name, const char* more) {
    out_.line("static __always_inline {} spec_{}_{}({}{}) {{", type, name, number_, telemetry_parameters, more);
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
    if (telemetry_.by) out_.line("const __u64 by = {};", print(telemetry_.by, access_));
    std::string sum;
    for (const model::TelemetryGroup& group : telemetry_.groups)
      for (unsigned bit = group.first; bit <= group.last; bit++)
        sum += fmt::format("{}{}{}", sum.empty() ? "" : " + ", group.bytes, group.gated ? " * " + isAsked(bit) : "");
    out_.line("return {};", sum);
    end();
  }

  void measure() {
    function("void", "measure", ", __u8 *to");
    if (telemetry_.by) out_.line("const __u64 by = {};", print(telemetry_.by, access_));
    out_.line("__u64 at = 0;");
    for (const model::TelemetryGroup& group : telemetry_.groups)
      for (unsigned bit = group.first; bit <= group.last; bit++) write(group, bit);
    if (telemetry_.size) {
      out_.line("/* What is left says that nothing is known. */");
      out_.line("for (__u32 i = 0; i < {}; i += 4)", telemetry_.max_bytes);
      out_.line("  if (i >= at) *(__u32 *)(to + i) = ~0;");
    }
    end();
  }

  void write(const model::TelemetryGroup& group, unsigned bit) {
    out_.line("{{");
    out_.indent();
    out_.line("barrier_var(at);");
    out_.line("mask_var(at, SFC_TELEMETRY_MASK);");
    out_.line("__u8 *item = to + at;");
    fields(group);
    out_.line("at += {}{};", group.bytes, group.gated ? " * " + isAsked(bit) : "");
    out_.outdent();
    out_.line("}}");
  }

  /// The fields of a group, at `item`.
  void fields(const model::TelemetryGroup& group) {
    unsigned offset = 0;
    for (const model::TelemetryField& field : group.fields) {
      const model::Field place{field.name, offset, field.width_bits, false, {}};
      const uint64_t mask = field.width_bits == 64 ? UINT64_MAX : (uint64_t{1} << field.width_bits) - 1;
      out_.line("{{ const __u64 value = {} & {:#x}ULL; {} }}", print(field.value, access_), mask,
                storeField("item", place, group.bytes, "value"));
      offset += field.width_bits;
    }
  }

  const model::Telemetry& telemetry_;
  const unsigned number_;
  const Access& access_;
  Writer& out_;
};

}  // namespace

const char* const telemetry_parameters =
    "struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_record *record, __u8 *bytes, const struct sfc_gap "
    "*gap, "
    "const struct sfc_params *params, __u64 now, __u64 now_tai";
const char* const telemetry_arguments = "skb, p, record, bytes, gap, params, now, now_tai";

void emitTelemetry(const plan::Program& program, const Access& access, Writer& out) {
  for (unsigned i = 0; i < program.model.telemetry.size(); i++)
    TelemetryEmitter(program.model.telemetry[i], i, access, out).all();
  const std::vector<unsigned> reported = model::reported(program.model);
  for (unsigned place = 0; place < reported.size(); place++)
    TelemetryEmitter(program.model.telemetry[reported[place]], reported[place], access, out).report(place);
}

}  // namespace sfc::emit_bpf
