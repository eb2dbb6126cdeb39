// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/enclosing.h"

#include <fmt/format.h>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

class EnclosingEmitter {
public:
  EnclosingEmitter(const ir::Program& program, c::Unit& unit) : program_(program), unit_(unit) {}

  void cover() {
    c::Block& body = unit_.function("static __always_inline int", "spec_updateEnclosing",
                                    {{"__u8 *", "head"},
                                     {"__u64", "end"},
                                     {"const struct sfc_packet *", "p"},
                                     {"const struct sfc_record *", "record"},
                                     {"__s64", "grown"},
                                     {"__u16", "sum"},
                                     {"__u32 *", "pending"}});
    if (program_.enclosing.empty()) return body.returns(0);
    for (unsigned i = 0; i < program_.enclosing.size(); i++) {
      const unsigned size = headerOf(i).size;
      body.declare("__u8 *", fmt::format("h{}", i), c::call("sfc_retainedAt", {c::name("head"), place(i), size}));
      // Else clang checks the place instead of the pointer.
      body.call("barrier_var", {header(i)});
      body.declare("const __u32", fmt::format("was{}", i),
                   c::choose(header(i), c::call("sfc_headerSum", {header(i), size}), 0), c::Use::Maybe);
    }
    if (program_.regions.front().next_header) next_header(*program_.regions.front().next_header, body);
    for (unsigned i = 0; i < program_.enclosing.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.computed == ir::Computed::Length)
          body.when(header(i) && c::call("sfc_enclosingLength", {header(i) + field.offset_bits / 8, c::name("grown")}))
              .returns(0);
    for (unsigned i = 0; i < program_.enclosing.size(); i++)
      for (const ir::Field& field : headerOf(i).fields) checksum(i, field, body);
    body.returns(1);
  }

  /// The part that `pending` defers.
  void applyPending() {
    c::Block& body = unit_.function("static __always_inline int", "spec_applyPending",
                                    {{"struct __sk_buff *", "skb"},
                                     {"const struct sfc_packet *", "p"},
                                     {"const __u32 *", "pending"},
                                     {"__u64", "end"},
                                     {"__u64", "grown"},
                                     {"__u16", "sum"}});
    for (unsigned i = 0; i < program_.enclosing.size(); i++)
      for (const ir::Field& field : headerOf(i).fields) {
        if (field.computed != ir::Computed::PseudoChecksum) continue;
        const c::Expr failed = c::call(
            "sfc_applyPending", {c::name("skb"), place(i) + field.offset_bits / 8, c::name("pending").at(i),
                                 c::name("end") - place(i), c::name("grown"), c::name("sum"), zeroIsNone(field)});
        body.when(place(i) != c::name("SFC_NOWHERE") && failed).returns(0);
      }
    body.returns(1);
  }

private:
  const ir::Header& headerOf(unsigned i) const { return program_.headerOf(program_.enclosing[i]); }
  static c::Expr header(unsigned i) { return c::name(fmt::format("h{}", i)); }
  static c::Expr sumBefore(unsigned i) { return c::name(fmt::format("was{}", i)); }
  static c::Expr place(unsigned i) { return c::name("p").arrow("retained").at(i); }
  static c::Expr region(const char* member) { return c::name("p").arrow("region").at(0).dot(member); }
  static unsigned zeroIsNone(const ir::Field& field) { return field.zero_is_none ? 1 : 0; }

  /// Headers that are pushed follow the same value in all packets.
  bool pushes() const { return plan::pushesHeaders(program_.kind); }

  /// The next-header field: its value while the headers are gone, or the saved one.
  void next_header(const ir::NextHeader& next_header, c::Block& out) const {
    const c::Expr field = c::name("field"), mask = c::wide(next_header.mask), record = c::name("record");
    const c::Expr sum = c::call("sfc_fieldSum", {field, next_header.size});
    out.declare("__u8 *", "field",
                c::call("sfc_retainedAt", {c::name("head"), region("next_header_at"), next_header.size}));
    out.when(!field).returns(0);
    out.declare("const __u16", "field_was", sum, c::Use::Maybe);
    const c::Expr saved = pushes() ? c::wide(program_.regions.front().push_value << next_header.shift)
                                   : bigEndian(record.arrow("saved") + next_header.saved_offset, next_header.size);
    const c::Expr said = c::choose(record, saved, region("next_header_value") << next_header.shift);
    putBigEndian(field, next_header.size, (bigEndian(field, next_header.size) & ~mask) | (said & mask), out);
    out.declare("const __u16", "field_grown",
                c::call("sfc_fold", {c::cast("__u32", sum) + c::cast("__u16", ~c::name("field_was"))}), c::Use::Maybe);
  }

  /// The change of a checksum with a pseudo-header by that field, if it is in a header behind its own.
  c::Expr withNextHeader(unsigned i, const c::Expr& sum) const {
    const auto& next_header = program_.regions.front().next_header;
    if (!next_header || next_header->instance == program_.enclosing[i]) return sum;
    return sum + c::call("sfc_enclosingField", {place(i), region("next_header_at"), c::name("field_grown")});
  }

  void checksum(unsigned i, const ir::Field& field, c::Block& out) const {
    const unsigned at = field.offset_bits / 8, size = headerOf(i).size;
    if (field.computed == ir::Computed::HeaderChecksum)
      out.when(header(i)).call("sfc_enclosingChecksum", {header(i), size, at, sumBefore(i), 0, 0});
    if (field.computed != ir::Computed::PseudoChecksum) return;
    out.when(header(i) && c::name("pending"))
        .set(c::name("pending").at(i), withNextHeader(i, c::call("sfc_headerChange", {header(i), size, sumBefore(i)})));
    const c::Expr covered = c::call("sfc_enclosingSum", {c::name("end") - place(i), c::name("grown"), c::name("sum")});
    out.otherwise().when(header(i)).call(
        "sfc_enclosingChecksum", {header(i), size, at, sumBefore(i), withNextHeader(i, covered), zeroIsNone(field)});
  }

  const ir::Program& program_;
  c::Unit& unit_;
};

}  // namespace

void emitEnclosing(const ir::Program& program, c::Unit& unit) {
  unit.section("cover");
  EnclosingEmitter emitter(program, unit);
  emitter.cover();
  emitter.applyPending();
}

}  // namespace sfc::emit_bpf
