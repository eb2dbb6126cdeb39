// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/tables.h"

#include <fmt/format.h>

#include "lib/tables/entries.h"
#include "lib/tables/values.h"
#include "runtime/cache_view.h"
#include "runtime/failure.h"

namespace sfc {

Inserted insertEntry(Map& map, const Bytes& key, Bytes record) {
  if (record.size() > map.valueSize()) throw Failure(ErrorKind::Input, "the plan's record does not fit its map");
  record.resize(map.valueSize());
  return map.insert(key, record);
}

TableEntry decodeTableEntry(const plan::Plan& plan, const plan::Table& table, BytesView key, BytesView record) {
  TableEntry entry;
  for (const plan::TableField& field : table.fields) {
    if (size_t{field.offset} + field.size > key.size() || size_t{field.size} * 8 < field.width_bits) continue;
    const size_t at = size_t{field.offset + field.size} * 8 - field.width_bits;
    std::string value = showValue(field.name, bitsOf(key, at, field.width_bits));
    if (field.match == plan::Match::Lpm) {
      value += fmt::format("/{}", prefixBits(key) - (field.offset - PrefixBytes) * 8);
    }
    entry.key.push_back({field.name, std::move(value)});
  }
  if (plan.kind == plan::Kind::Classifier) entry.headers = decodeHeaders(plan, record);
  return entry;
}

}  // namespace sfc
