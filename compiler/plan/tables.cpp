// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/plan/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiler/sema/print.h"

namespace sfc::plan {

namespace {

constexpr unsigned MaxKeyBytes = 64;
constexpr unsigned PrefixBytes = 4;

unsigned wordsOf(const Table& table) {
  return (table.key_size + 7) / 8;
}

Table layoutTable(const model::Table& table, const model::Model& model) {
  Table result{table.name, fmt::format("sfc_table_{}", table.name), 0, table.entries, {}};
  if (!table.fields.empty() && table.fields.back().match == Match::Lpm) result.key_size = PrefixBytes;
  for (const model::TableField& one : table.fields) {
    const auto& ref = std::get<model::FieldRef>(one.field->node);
    const model::Field& field = model.headers[model.instances[ref.instance].header].fields[ref.field];
    const unsigned bytes = (field.width_bits + 7) / 8;
    const bool whole = field.offset_bits % 8 == 0 && field.width_bits % 8 == 0;
    // What is not whole bytes is read as a number and stored as one.
    const unsigned size = whole ? bytes : std::bit_ceil(bytes);
    result.fields.push_back({model::print(ref, model), one.match, field.width_bits, result.key_size, size});
    result.key_size += size;
  }
  return result;
}

}  // namespace

void layoutTables(Program& program, Diagnostics& diagnostics) {
  for (const model::Table& table : program.model.tables) {
    program.tables.push_back(layoutTable(table, program.model));
    if (program.tables.back().key_size > MaxKeyBytes)
      diagnostics.error(table.range, "E0709",
                        fmt::format("the key of '{}' takes {} bytes; at most {} are possible", table.name,
                                    program.tables.back().key_size, MaxKeyBytes),
                        "name fewer fields");
  }
  if (program.model.kind == Kind::Classifier) program.key.words = keyWordOf(program, program.tables.size());
}

unsigned askedWords(const Program& program) {
  unsigned words = 0;
  if (program.model.kind != Kind::Classifier)
    for (const Table& table : program.tables) words = std::max(words, wordsOf(table));
  return words;
}

unsigned keyWordOf(const Program& program, size_t table) {
  unsigned word = 1;
  for (size_t i = 0; i < table; i++) word += wordsOf(program.tables[i]);
  return word;
}

}  // namespace sfc::plan
