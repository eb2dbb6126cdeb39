// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A requirement makes its key and looks it up at once: it needs to know that there is an entry, and numbers of it. Keys
// of headers that are pushed are filled once the packet has been parsed (spec_parseEgress), and looked up by the hook:
// the verifier knows the result of a lookup only in the function that made it.
#include "compiler/emit_bpf/tables.h"

#include <fmt/format.h>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

/// Maps of both kinds allocate an entry when it is added.
void emitMap(const plan::Table& table, const std::string& value, c::Unit& unit) {
  const std::string key = table.map + "_key";
  unit.structure(key, {{"__u8", fmt::format("bytes[{}]", table.key_size)}});
  const char* const type = table.longestPrefix() ? "BPF_MAP_TYPE_LPM_TRIE" : "BPF_MAP_TYPE_HASH";
  unit.object("SFC_MAP", table.map,
              {c::call("__uint", {c::name("type"), c::name(type)}),
               c::call("__uint", {c::name("max_entries"), c::name(std::to_string(table.entries))}),
               c::call("__uint", {c::name("map_flags"), c::name("BPF_F_NO_PREALLOC")}),
               c::call("__type", {c::name("key"), c::name("struct " + key)}),
               c::call("__type", {c::name("value"), c::name(value)})});
}

/// Whole bytes, in pieces of the size of a load.
void emitBytes(const plan::TableField& place, unsigned from, const c::Expr& key, const c::Expr& look, c::Block& out) {
  for (unsigned done = 0; done < place.size;) {
    unsigned size = 8;
    while (size > place.size - done) size /= 2;
    out.set(c::pointee(c::cast(fmt::format("__u{} *", size * 8), key + (place.offset + done))),
            c::call(fmt::format("sfc_load{}", size * 8), {look + (from + done)}));
    done += size;
  }
}

}  // namespace

void emitTableField(const plan::TableField& place, const ir::Field& field, unsigned header_size, const c::Expr& key,
                    const c::Expr& look, c::Block& out) {
  if (place.match == plan::Match::Lpm)
    out.set(c::pointee(c::cast("__u32 *", key)), (place.offset + place.size - 4) * 8);
  if (place.size * 8 == field.width_bits && field.offset_bits % 8 == 0)
    emitBytes(place, field.offset_bits / 8, key, look, out);
  else
    putBigEndian(key + place.offset, place.size, loadField(look, field, header_size), out);
}

void emitTableMaps(const ir::Program& program, c::Unit& unit) {
  if (program.table_layouts.empty()) return;
  unit.section("tables");
  const bool pushes = plan::pushesHeaders(program.kind);
  for (const plan::Table& table : program.table_layouts) {
    const std::string value = fmt::format("{}_value", table.map);
    if (!table.values.empty()) unit.structure(value, {{"__u64", fmt::format("value[{}]", table.values.size())}});
    emitMap(table, pushes ? "struct sfc_record" : table.values.empty() ? "__u8" : "struct " + value, unit);
  }
}

namespace {

c::Expr pushedValue(const ir::PushDefault& one, const ir::Program& program, const Access& access) {
  if (one.per_element == 0) return valueOf(one.value, access);
  return c::wide(static_cast<uint64_t>(ir::pushedValue(one, program)));
}

/// Without tables, all packets get the headers of the spec.
void emitHeaders(const ir::Program& program, c::Unit& unit) {
  c::Block& body = unit.function("static __always_inline const struct sfc_record *", "spec_lookUp",
                                 {{"const struct sfc_packet *", "p"}});
  const c::Expr scratch = c::name("scratch"), params = c::name("params"), record = c::name("record");
  body.declare("struct sfc_scratch *", "scratch", c::call("sfc_scratchHere", {}));
  body.declare("struct sfc_params *", "params", c::call("sfc_paramsHere", {}));
  body.when(!scratch || !params).returns(0);
  body.declare("struct sfc_record *", "record", c::addressOf(scratch.arrow("entry").dot("record")));
  body.declare("__u8 *", "to");
  Access access;
  access.params = params;
  unsigned length = 0;
  for (const ir::InRecord& in : program.in_record)
    length = in.offset + program.headerOf(in.instance).size * ir::pushedElements(in.instance, program);
  body.call("__builtin_memset", {record.arrow("bytes"), 0, length});
  body.set(record.arrow("length").at(0), length);
  for (const ir::InRecord& in : program.in_record) {
    const ir::Header& header = program.headerOf(in.instance);
    for (unsigned element = 0; element < ir::pushedElements(in.instance, program); element++) {
      body.set(c::name("to"), record.arrow("bytes") + (in.offset + element * header.size));
      for (const ir::PushDefault& one : program.push_defaults)
        if (ir::appliesTo(one, in.instance, element, program))
          storeField(c::name("to"), header.fields[one.field], header.size, pushedValue(one, program, access), body);
    }
  }
  body.returns(record);
}

}  // namespace

void emitLookUp(const ir::Program& program, c::Unit& unit) {
  unit.section("lookup");
  if (program.tables.empty()) return emitHeaders(program, unit);
  c::Block& body = unit.function("static __always_inline const struct sfc_record *", "spec_lookUp",
                                 {{"const struct sfc_packet *", "p"}});
  const c::Expr key = c::name("p").arrow("key"), record = c::name("record");
  body.declare("const struct sfc_record *", "record");
  for (size_t i = 0; i < program.table_layouts.size(); i++) {
    c::Block& block = body.when(key.at(0) & c::hex(uint64_t{1} << i));
    block.set(record, c::call("bpf_map_lookup_elem", {c::addressOf(c::name(program.table_layouts[i].map)),
                                                      c::addressOf(key.at(program.table_words[i]))}));
    block.when(record).returns(record);
  }
  body.returns(0);
}

}  // namespace sfc::emit_bpf
