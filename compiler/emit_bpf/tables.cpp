// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A requirement makes its key and looks it up at once: that there is an entry is all it wants to know. A classifier's
// keys are filled where the packet has been read (spec_parseEgress), and looked up by the hook: what a lookup finds is
// known to the verifier only in the function that made it.
#include "compiler/emit_bpf/tables.h"

#include <fmt/format.h>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

/// Both kinds take memory for an entry when it is added.
void emitMap(const plan::Table& table, const char* value, Writer& out) {
  out.line("struct {}_key {{", table.map);
  out.line("  __u8 bytes[{}];", table.key_size);
  out.line("}};");
  out.line("SFC_MAP struct {{");
  out.line("  __uint(type, {});", table.longestPrefix() ? "BPF_MAP_TYPE_LPM_TRIE" : "BPF_MAP_TYPE_HASH");
  out.line("  __uint(max_entries, {});", table.entries);
  out.line("  __uint(map_flags, BPF_F_NO_PREALLOC);");
  out.line("  __type(key, struct {}_key);", table.map);
  out.line("  __type(value, {});", value);
  out.line("}} {};", table.map);
  out.blank();
}

/// Whole bytes, in pieces that one load can take.
void emitBytes(const plan::TableField& place, unsigned from, const std::string& look, Writer& out) {
  for (unsigned done = 0; done < place.size;) {
    unsigned size = 8;
    while (size > place.size - done) size /= 2;
    out.line("*(__u{0} *)(key + {1}) = sfc_load{0}({2} + {3});", size * 8, place.offset + done, look, from + done);
    done += size;
  }
}

}  // namespace

void emitTableField(const plan::TableField& place, const ir::Field& field, unsigned header_size,
                    const std::string& look, Writer& out) {
  if (place.match == plan::Match::Lpm) out.line("*(__u32 *)key = {};", (place.offset + place.size - 4) * 8);
  if (place.size * 8 == field.width_bits && field.offset_bits % 8 == 0)
    emitBytes(place, field.offset_bits / 8, look, out);
  else
    out.line("sfc_put{}(key + {}, {});", place.size * 8, place.offset, loadField(look, field, header_size));
}

void emitTableMaps(const ir::Program& program, Writer& out) {
  if (program.plan.tables.empty()) return;
  out.raw("#line 1 \"tables\"\n");
  const bool pushes = program.plan.kind == plan::Kind::Classifier;
  for (const plan::Table& table : program.plan.tables) emitMap(table, pushes ? "struct sfc_record" : "__u8", out);
}

void emitLookUp(const ir::Program& program, Writer& out) {
  out.raw("#line 1 \"lookup\"\n");
  out.line("static __always_inline const struct sfc_record *spec_lookUp(const struct sfc_packet *p) {{");
  out.indent();
  out.line("const struct sfc_record *record;");
  for (size_t i = 0; i < program.plan.tables.size(); i++) {
    out.line("if (p->key[0] & {:#x}) {{", uint64_t{1} << i);
    out.line("  record = bpf_map_lookup_elem(&{}, &p->key[{}]);", program.plan.tables[i].map, program.table_words[i]);
    out.line("  if (record) return record;");
    out.line("}}");
  }
  out.line("return 0;");
  out.outdent();
  out.line("}}");
  out.blank();
}

}  // namespace sfc::emit_bpf
