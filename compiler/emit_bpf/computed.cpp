// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The headers with computed fields, the last on the wire first: a checksum may cover those behind it.
#include "compiler/emit_bpf/computed.h"

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

using ir::Computed;

/// Where a stripped header is in the record. A classifier knows that of those that it pushes.
c::Expr where(const ir::Program& program, unsigned index) {
  if (program.fixed_layout) return c::call("sfc_whereAt", {program.in_record[index].offset, 1U});
  return c::name("record").arrow("where").at(index);
}

/// A pointer to `size` bytes of a stripped header in `bytes`, from its byte `at` on; 0 if it is not there.
c::Expr headerAt(const ir::Program& program, const c::Expr& bytes, unsigned index, unsigned at, unsigned size) {
  return c::call("sfc_headerAt", {bytes, where(program, index), at, size});
}

c::Expr recordBytes() {
  return c::name("record").arrow("bytes");
}

/// Calls `visit` with each field of each header, the first header first.
template <typename Visit>
void eachField(const ir::Program& program, Visit visit) {
  for (unsigned i = 0; i < program.in_record.size(); i++)
    for (const ir::Field& field : program.headerOf(program.in_record[i].instance).fields) visit(i, field);
}

/// The same, the last header first.
template <typename Visit>
void eachFieldBackwards(const ir::Program& program, Visit visit) {
  for (size_t i = program.in_record.size(); i-- > 0;)
    for (const ir::Field& field : program.headerOf(program.in_record[i].instance).fields)
      visit(static_cast<unsigned>(i), field);
}

/// Does the packet have the header of a checksum, and the bytes before it that the checksum covers?
c::Expr isThere(const ir::Program& program, unsigned index, const ir::Field& field) {
  const c::Expr there = where(program, index).dot("count");
  return field.before.value_or(0) ? there && where(program, index).dot("at") >= *field.before : there;
}

/// The start of the bytes that a checksum covers.
c::Expr beginning(const ir::Program& program, unsigned index, const ir::Field& field) {
  const c::Expr at = where(program, index).dot("at");
  return field.before.value_or(0) ? at - *field.before : at;
}

unsigned zeroIsNone(const ir::Field& field) {
  return field.zero_is_none ? 1 : 0;
}

/// The part of a partial checksum from another field, or from its own header's length.
void addPseudo(const ir::Program& program, unsigned index, const ir::Field& field, c::Block& out) {
  const c::Expr pseudo = c::name("pseudo"), h = c::name("h");
  eachField(program, [&](unsigned i, const ir::Field& part) {
    const bool own_length = i == index && field.protocol && part.computed == Computed::Length;
    if (!own_length && !(field.protocol && part.is_pseudo && i != index)) return;
    c::Block& block = own_length ? out.scope() : out.when(where(program, i).dot("at") < c::name("from"));
    block.declare("const __u8 *", "h", headerAt(program, recordBytes(), i, part.offset_bits / 8, part.width_bits / 8));
    block.when(h).add(pseudo, c::call("sfc_wordsSum", {h, part.width_bits / 16}));
  });
}

void finish(const ir::Program& program, unsigned index, const ir::Field& field, c::Block& out) {
  const c::Expr pseudo = c::name("pseudo"), from = c::name("from"), at = c::name("field");
  c::Block& block = out.when(isThere(program, index, field));
  block.declare("const __u64", "from", beginning(program, index, field));
  block.declare("__u32", "pseudo", c::hex((field.protocol & 0xFF) << 8));
  addPseudo(program, index, field, block);
  block.declare("const __u8 *", "field", headerAt(program, recordBytes(), index, field.offset_bits / 8, 2));
  block.when(at && c::call("sfc_isStarted", {c::call("sfc_load16", {at}), pseudo, zeroIsNone(field)}))
      .change(
          c::name("finished"), "|",
          c::call("sfc_finishChecksum", {c::name("record"), c::name("length"), from,
                                         field.offset_bits / 8 + field.before.value_or(0), pseudo, zeroIsNone(field)}));
}

/// The change of the pseudo-header: of addresses in the headers before, and of the length in the header itself.
void pseudoHeader(const ir::Program& program, unsigned index, c::Block& out) {
  const c::Expr pseudo = c::name("pseudo"), work = c::name("work");
  eachField(program, [&](unsigned i, const ir::Field& field) {
    if (!field.is_pseudo || i == index) return;
    const c::Expr change = c::call(
        "sfc_changeOf", {work, where(program, i).dot("at") + field.offset_bits / 8, field.width_bits / 8, pseudo});
    out.when(where(program, i).dot("count") && where(program, i).dot("at") < c::name("from"))
        .set(pseudo, c::call("sfc_fold", {change}));
  });
  for (const ir::Field& field : program.headerOf(program.in_record[index].instance).fields) {
    if (field.computed != Computed::Length) continue;
    const unsigned at = field.offset_bits / 8;
    const c::Expr before = c::name("old"), after = c::name("new");
    out.declare("const __u8 *", "old", headerAt(program, work.arrow("before"), index, at, 2));
    out.declare("const __u8 *", "new", headerAt(program, work.arrow("after"), index, at, 2));
    out.when(before && after)
        .add(pseudo, c::call("sfc_load16", {after}) + c::cast("__u16", ~c::call("sfc_load16", {before})));
  }
}

/// The size of a header, its variable-length field included.
c::Expr headerBytes(const ir::Program& program, unsigned index) {
  const ir::Header& header = program.headerOf(program.in_record[index].instance);
  if (!header.variable_bits) return header.size;
  const c::Expr h = c::name("h");
  c::Block look;
  look.declare("const __u8 *", "h", headerAt(program, c::name("work").arrow("after"), index, 0, header.size));
  return c::statements(std::move(look), c::choose(h, c::Expr(header.size) + (variableBits(header, h) >> 3), 0));
}

void checksum(const ir::Program& program, unsigned index, const ir::Field& field, c::Block& out) {
  if (!ir::isUpdated(field, program)) return;
  const bool tail = field.computed != Computed::HeaderChecksum;
  const c::Expr from = c::name("from"), end = c::name("change").arrow("length");
  c::Block& block = out.when(isThere(program, index, field));
  block.declare("__u64", "from", beginning(program, index, field));
  block.declare("__u32", "pseudo", 0);
  if (field.computed == Computed::PseudoChecksum) pseudoHeader(program, index, block);
  block.declare("__u64", "n", tail ? c::choose(end > from, end - from, 0) : headerBytes(program, index));
  block.call("sfc_fixChecksum", {c::name("work"), where(program, index), field.offset_bits / 8, from, c::name("n"),
                                 tail ? 1U : 0U, zeroIsNone(field), c::name("pseudo"), c::name("change")});
}

}  // namespace

void emitWantsSum(const ir::Program& program, c::Unit& unit) {
  unit.section("remembered");
  c::Block& wants =
      unit.function("static __always_inline int", "spec_wantsSum", {{"const struct sfc_record *", "record"}});
  eachField(program, [&](unsigned index, const ir::Field& field) {
    if (field.computed != Computed::TailChecksum && field.computed != Computed::PseudoChecksum) return;
    // After pops, another element of a stack may be the first, with a checksum of its own.
    const bool may_be_none = field.zero_is_none && !program.instances[program.in_record[index].instance].is_stack;
    const c::Expr h = c::name("h");
    c::Block& block = wants.scope();
    block.declare("const __u8 *", "h",
                  headerAt(program, c::cast("__u8 *", recordBytes()), index, field.offset_bits / 8, 2));
    block.when(may_be_none ? h && c::call("sfc_load16", {h}) : h).returns(1);
  });
  wants.returns(0);
  if (!program.finishes_checksums) return;
  c::Block& finishes = unit.function("static __always_inline int", "spec_finish",
                                     {{"struct sfc_record *", "record"}, {"__u64", "length"}});
  finishes.declare("int", "finished", 0);
  eachFieldBackwards(program, [&](unsigned index, const ir::Field& field) {
    if (ir::canFinish(field)) finish(program, index, field, finishes);
  });
  finishes.returns(c::name("finished"));
}

void emitComputed(const ir::Program& program, c::Unit& unit) {
  unit.section("computed");
  c::Block& body = unit.function(
      "static __always_inline int", "spec_updateComputed",
      {{"struct sfc_record *", "record"}, {"struct sfc_work *", "work"}, {"const struct sfc_change *", "change"}});
  eachField(program, [&](unsigned index, const ir::Field& field) {
    if (field.computed != Computed::Length) return;
    body.when(c::call("sfc_fixLength", {c::name("work").arrow("after"), where(program, index), field.offset_bits / 8,
                                        c::name("change")}))
        .returns(0);
  });
  eachFieldBackwards(program, [&](unsigned index, const ir::Field& field) { checksum(program, index, field, body); });
  body.returns(1);
}

}  // namespace sfc::emit_bpf
