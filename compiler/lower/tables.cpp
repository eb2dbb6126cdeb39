// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiler/ir/print.h"

namespace sfc::lower {

namespace {

constexpr unsigned MaxKeyBytes = 64;
constexpr unsigned PrefixBytes = 4;
constexpr unsigned ValueBytes = 8;

unsigned wordsOf(const plan::Table& table) {
  return (table.key_size + 7) / 8;
}

plan::Table layoutTable(const ir::Table& table, const ir::Declarations& declarations) {
  plan::Table result{table.name, fmt::format("sfc_table_{}", table.name), 0, table.entries, {}, {}};
  if (!table.fields.empty() && table.fields.back().match == plan::Match::Lpm) result.key_size = PrefixBytes;
  for (const ir::TableField& one : table.fields) {
    const ir::Field& field = declarations.fieldOf(one.field);
    const unsigned bytes = (field.width_bits + 7) / 8;
    const bool whole = field.offset_bits % 8 == 0 && field.width_bits % 8 == 0;
    // A field that is not whole bytes is read as a number and stored as one.
    const unsigned size = whole ? bytes : std::bit_ceil(bytes);
    result.fields.push_back({ir::print(one.field, declarations), one.match, field.width_bits, result.key_size, size});
    result.key_size += size;
  }
  for (const ir::TableValue& value : table.values)
    result.values.push_back({value.name, value.width_bits, ValueBytes * static_cast<unsigned>(result.values.size())});
  return result;
}

}  // namespace

void layoutTables(ir::Program& program, Diagnostics& diagnostics) {
  const bool pushes = plan::pushesHeaders(program.kind);
  unsigned word = 1;
  for (const ir::Table& table : program.tables) {
    const plan::Table& layout = program.table_layouts.emplace_back(layoutTable(table, program));
    if (layout.key_size > MaxKeyBytes)
      diagnostics.error(table.range, "E0709",
                        fmt::format("the key of '{}' takes {} bytes; at most {} are possible", table.name,
                                    layout.key_size, MaxKeyBytes),
                        "use fewer fields");
    program.table_words.push_back(word);
    word += wordsOf(layout);
    if (!pushes) program.asked_words = std::max(program.asked_words, wordsOf(layout));
  }
  if (pushes) program.key.words = program.key.short_words = word;
}

}  // namespace sfc::lower
