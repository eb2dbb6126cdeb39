// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Decodes the bytes of an entry by the offsets in the plan. The plan came from a file and the entry from a map, so
// every access is checked: data that do not fit are left out.
#include "runtime/cache_view.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "lib/tables/values.h"

namespace sfc {
namespace {

using View = BytesView;

View part(View bytes, size_t offset, size_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return {};
  return bytes.subspan(offset, size);
}

template <typename T>
T hostOrder(View bytes, size_t offset) {
  T value = 0;
  if (const View at = part(bytes, offset, sizeof(T)); !at.empty()) std::memcpy(&value, at.data(), sizeof(T));
  return value;
}

std::vector<FieldValue> decodeKey(const plan::Entry& entry, View bytes) {
  const View key = part(bytes, entry.key_offset, entry.key_size);
  const auto valid = hostOrder<uint32_t>(key, 0);
  std::vector<FieldValue> fields;
  for (const plan::KeyField& field : entry.key_fields) {
    const bool present =
        field.valid_bit == plan::AlwaysValid || (field.valid_bit < 32 && (valid >> field.valid_bit & 1) != 0);
    if (!present || size_t{field.offset_bits} + field.width_bits > key.size() * 8) continue;
    fields.push_back({field.name, showValue(field.name, bitsOf(key, field.offset_bits, field.width_bits))});
  }
  return fields;
}

std::vector<FieldValue> decodeFields(const plan::Header& header, View bytes) {
  std::vector<FieldValue> fields;
  for (const plan::Field& field : header.fields) {
    if (size_t{field.offset_bits} + field.width_bits > bytes.size() * 8) continue;
    fields.push_back({field.name, showValue(field.name, bitsOf(bytes, field.offset_bits, field.width_bits))});
  }
  return fields;
}

/// The place of a stripped header among the stripped bytes, and the number of its elements.
struct Place {
  size_t at = 0;
  unsigned count = 0;
};

Place placeOf(const plan::Stripped& stripped, View record) {
  if (stripped.fixed) return {stripped.offset, stripped.is_stack ? stripped.max_count : 1};
  return {hostOrder<uint16_t>(record, stripped.offset), hostOrder<uint16_t>(record, stripped.offset + 2)};
}

void decodeStripped(const plan::Plan& plan, const plan::Stripped& stripped, View record, View bytes,
                    std::vector<HeaderValue>& headers) {
  const auto header = std::find_if(plan.headers.begin(), plan.headers.end(),
                                   [&](const plan::Header& candidate) { return candidate.name == stripped.header; });
  if (header == plan.headers.end() || header->size == 0) return;
  const Place place = placeOf(stripped, record);
  for (unsigned i = 0; i < std::min(place.count, stripped.max_count); ++i) {
    const View element = part(bytes, place.at + size_t{i} * header->size, header->size);
    if (element.empty()) return;
    headers.push_back(
        {stripped.is_stack ? fmt::format("{}[{}]", stripped.name, i) : stripped.name, decodeFields(*header, element)});
  }
}

/// The stripped bytes of all regions.
View strippedBytes(const plan::Record& plan, View record) {
  size_t length = 0;
  for (unsigned region = 0; region < plan.regions; ++region)
    length += hostOrder<uint16_t>(record, plan.lengths_offset + size_t{2} * region);
  return part(record, plan.bytes_offset, length);
}

}  // namespace

std::vector<HeaderValue> decodeHeaders(const plan::Plan& plan, BytesView record) {
  std::vector<HeaderValue> headers;
  const View stripped = strippedBytes(plan.entry.record, record);
  for (const plan::Stripped& header : plan.entry.record.stripped)
    decodeStripped(plan, header, record, stripped, headers);
  return headers;
}

CacheEntry decodeEntry(const plan::Plan& plan, const std::vector<uint8_t>& bytes, uint64_t now) {
  CacheEntry entry;
  entry.bytes = bytes;
  const auto arrived = hostOrder<uint64_t>(bytes, 0);
  entry.age_ns = now > arrived ? now - arrived : 0;
  entry.expired = entry.age_ns > plan.cache.lifetime_ns;
  entry.key = decodeKey(plan.entry, bytes);

  const View record = View(bytes).subspan(std::min<size_t>(plan.entry.record_offset, bytes.size()));
  for (const plan::Saved& saved : plan.entry.record.saved) {
    const View value = part(record, saved.offset, saved.size);
    if (!value.empty()) entry.saved.push_back({saved.name, showValue(saved.name, {value.begin(), value.end()})});
  }
  entry.headers = decodeHeaders(plan, record);
  return entry;
}

}  // namespace sfc
