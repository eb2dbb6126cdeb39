// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/cover.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::emit_bpf {

namespace {

class CoverEmitter {
public:
  CoverEmitter(const ir::Program& program, Writer& out) : program_(program), out_(out) {}

  void cover() {
    out_.line(
        "static __always_inline int spec_cover(__u8 *head, __u64 end, const struct sfc_packet *p, const struct "
        "sfc_record *record, __s64 grown, __u16 sum, __u32 *owed) {{");
    out_.indent();
    if (program_.covering.empty()) out_.line("return 0;");
    for (unsigned i = 0; i < program_.covering.size(); i++) {
      out_.line("__u8 *h{0} = sfc_keptAt(head, p->kept[{0}], {1});", i, headerOf(i).size);
      // Or clang asks whether the place is good, and not for the pointer.
      out_.line("barrier_var(h{});", i);
      out_.line("const __u32 was{0} __maybe_unused = h{0} ? sfc_headerSum(h{0}, {1}) : 0;", i, headerOf(i).size);
    }
    if (!program_.covering.empty() && program_.regions.front().hidden) hidden(*program_.regions.front().hidden);
    for (unsigned i = 0; i < program_.covering.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.derived == ir::Derived::Length)
          out_.line("if (h{0} && sfc_coverLength(h{0} + {1}, grown)) return 0;", i, field.offset_bits / 8);
    for (unsigned i = 0; i < program_.covering.size(); i++)
      for (const ir::Field& field : headerOf(i).fields) checksum(i, field);
    if (!program_.covering.empty()) out_.line("return 1;");
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

  /// What `owed` is about.
  void settle() {
    out_.line(
        "static __always_inline int spec_settle(struct __sk_buff *skb, const struct sfc_packet *p, const __u32 *owed, "
        "__u64 end, __u64 grown, __u16 sum) {{");
    out_.indent();
    for (unsigned i = 0; i < program_.covering.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.derived == ir::Derived::PseudoChecksum)
          out_.line(
              "if (p->kept[{0}] != SFC_NOWHERE && sfc_settle(skb, p->kept[{0}] + {1}, owed[{0}], end - p->kept[{0}], "
              "grown, sum, {2})) return 0;",
              i, field.offset_bits / 8, field.zero_is_none ? 1 : 0);
    out_.line("return 1;");
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

private:
  const ir::Header& headerOf(unsigned i) const { return program_.headerOf(program_.covering[i]); }

  /// The field that names what is stripped: what it says meanwhile, or what it said.
  void hidden(const ir::Hidden& hidden) {
    out_.line("__u8 *field = sfc_keptAt(head, p->region[0].hidden_at, {});", hidden.size);
    out_.line("if (!field) return 0;");
    out_.line("const __u16 field_was __maybe_unused = sfc_fieldSum(field, {});", hidden.size);
    const std::string load = hidden.size == 1 ? "sfc_load8" : fmt::format("sfc_be{}", hidden.size * 8);
    out_.line(
        "sfc_put{0}(field, ({1}(field) & ~{2:#x}ULL) | ((record ? {1}(record->saved + {3}) : p->region[0].hidden_value "
        "<< {4}) & {2:#x}ULL));",
        hidden.size * 8, load, hidden.mask, hidden.saved_offset, hidden.shift);
    out_.line("const __u16 field_grown __maybe_unused = sfc_fold((__u32)sfc_fieldSum(field, {}) + (__u16)~field_was);",
              hidden.size);
  }

  /// What a checksum with a pseudo-header adds up of that field, if it is in a header behind its own.
  std::string hiddenIn(unsigned i) const {
    const auto& hidden = program_.regions.front().hidden;
    if (!hidden || hidden->instance == program_.covering[i]) return "";
    return fmt::format(" + sfc_coverField(p->kept[{}], p->region[0].hidden_at, field_grown)", i);
  }

  void checksum(unsigned i, const ir::Field& field) {
    using ir::Derived;
    if (field.derived == Derived::HeaderChecksum)
      out_.line("if (h{0}) sfc_coverChecksum(h{0}, {1}, {2}, was{0}, 0, 0);", i, headerOf(i).size,
                field.offset_bits / 8);
    if (field.derived == Derived::PseudoChecksum)
      out_.line(
          "if (h{0} && owed) owed[{0}] = sfc_headerChange(h{0}, {1}, was{0}){4}; else if (h{0}) "
          "sfc_coverChecksum(h{0}, "
          "{1}, {2}, was{0}, sfc_coverSum(end - p->kept[{0}], grown, sum){4}, {3});",
          i, headerOf(i).size, field.offset_bits / 8, field.zero_is_none ? 1 : 0, hiddenIn(i));
  }

  const ir::Program& program_;
  Writer& out_;
};

}  // namespace

void emitCover(const ir::Program& program, Writer& out) {
  out.raw("#line 1 \"cover\"\n");
  CoverEmitter emitter(program, out);
  emitter.cover();
  emitter.settle();
}

}  // namespace sfc::emit_bpf
