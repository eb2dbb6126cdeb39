// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/tables.h"

#include <algorithm>

#include "lib/tables/values.h"

namespace sfc::sim {

namespace {

/// Are the bits of a key equal to as many of an entry's as count there?
bool hasPrefix(const Bytes& key, const Bytes& entry) {
  const size_t bits = prefixBits(entry);
  return bitsOf(key, 8 * PrefixBytes, bits) == bitsOf(entry, 8 * PrefixBytes, bits);
}

}  // namespace

Tables::Tables(const plan::Program& program, const std::vector<Entry>& entries)
    : program_(program), entries_(program.tables.size()) {
  for (const Entry& entry : entries) entries_[entry.table].emplace(entry.key, entry.record);
}

const Bytes* Tables::find(size_t table, BytesView frame, const Places& places) const {
  const auto key = keyOf(table, frame, places);
  if (!key) return nullptr;
  const Entries& entries = entries_[table];
  if (program_.tables[table].longestPrefix()) return longestPrefix(entries, *key);
  const auto found = entries.find(*key);
  return found == entries.end() ? nullptr : &found->second;
}

/// The key of a packet; the length of a prefix in it says nothing.
std::optional<Bytes> Tables::keyOf(size_t table, BytesView frame, const Places& places) const {
  const model::Model& model = program_.model;
  const plan::Table& layout = program_.tables[table];
  Bytes key(layout.key_size);
  for (size_t i = 0; i < layout.fields.size(); i++) {
    const auto& ref = std::get<model::FieldRef>(model.tables[table].fields[i].field->node);
    const auto& elements = places[ref.instance];
    const bool last = ref.element == model::FieldRef::Last;
    if (elements.empty() || (!last && ref.element >= elements.size())) return std::nullopt;
    const model::Field& field = model.headers[model.instances[ref.instance].header].fields[ref.field];
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
