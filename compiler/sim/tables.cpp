// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/tables.h"

#include <algorithm>
#include <cstring>

#include "lib/tables/values.h"

namespace sfc::sim {

namespace {

/// Does a key have the prefix of an entry?
bool hasPrefix(const Bytes& key, const Bytes& entry) {
  const size_t bits = prefixBits(entry);
  return bitsOf(key, 8 * PrefixBytes, bits) == bitsOf(entry, 8 * PrefixBytes, bits);
}

}  // namespace

Tables::Tables(const ir::Program& program, const std::vector<Entry>& entries)
    : program_(program), entries_(program.tables.size()) {
  for (const Entry& entry : entries) entries_[entry.table].emplace(entry.key, entry.record);
}

const Bytes* Tables::find(size_t table, BytesView frame, const Places& places) const {
  const auto key = keyOf(table, frame, places);
  if (!key) return nullptr;
  const Entries& entries = entries_[table];
  if (program_.table_layouts[table].longestPrefix()) return longestPrefix(entries, *key);
  const auto found = entries.find(*key);
  return found == entries.end() ? nullptr : &found->second;
}

uint64_t Tables::valueFor(const ir::TableValueRef& value, BytesView frame, const Places& places) const {
  uint64_t number = 0;
  if (const Bytes* entry = find(value.table, frame, places))
    std::memcpy(&number, entry->data() + program_.table_layouts[value.table].values[value.value].offset,
                sizeof(number));
  return number;
}

/// The key of a packet, without a prefix length.
std::optional<Bytes> Tables::keyOf(size_t table, BytesView frame, const Places& places) const {
  const plan::Table& layout = program_.table_layouts[table];
  Bytes key(layout.key_size);
  for (size_t i = 0; i < layout.fields.size(); i++) {
    const ir::FieldRef& ref = program_.tables[table].fields[i].field;
    const auto& elements = places[ref.instance];
    const bool last = ref.element == ir::FieldRef::Last;
    if (elements.empty() || (!last && ref.element >= elements.size())) return std::nullopt;
    const ir::Field& field = program_.fieldOf(ref);
    const size_t at = last ? elements.back() : elements[ref.element];
    const plan::TableField& place = layout.fields[i];
    putBits(key, 8 * size_t{place.offset + place.size} - field.width_bits, field.width_bits,
            bitsOf(frame, 8 * at + field.offset_bits, field.width_bits));
  }
  return key;
}

const Bytes* Tables::longestPrefix(const Entries& entries, const Bytes& key) {
  const Entries::value_type* best = nullptr;
  for (const auto& entry : entries)
    if (hasPrefix(key, entry.first) && (!best || prefixBits(entry.first) > prefixBits(best->first))) best = &entry;
  return best ? &best->second : nullptr;
}

}  // namespace sfc::sim
