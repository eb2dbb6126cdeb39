// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/plan/validate.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

namespace sfc::plan {
namespace {

// No size in bytes is larger: sums of a few of them fit wherever they are added.
constexpr uint64_t most_bytes = 1 << 16;
constexpr uint64_t most_entries = 1 << 24;
constexpr unsigned word_bits = 64;
constexpr unsigned length_bytes = 2;  // of a region, in the record
constexpr unsigned place_bytes = 4;   // of a header whose place the record says
constexpr unsigned prefix_bytes = 4;  // before the fields of a key of prefixes
constexpr unsigned time_bytes = 8;    // at the beginning of an entry
constexpr unsigned number_bytes = 8;  // of a value in an entry of a table
constexpr unsigned valid_bits = 32;

template <typename Value, typename... Args>
[[noreturn]] void fail(const std::string& field, const Value& value, fmt::format_string<Args...> why, Args&&... args) {
  throw std::runtime_error(fmt::format("{} is {}: {}", field, value, fmt::format(why, std::forward<Args>(args)...)));
}

std::string at(const std::string& list, size_t index) {
  return fmt::format("{}[{}]", list, index);
}

/// `least` to `most`, both included.
void requireWithin(const std::string& field, uint64_t value, uint64_t least, uint64_t most) {
  if (value < least || value > most) fail(field, value, "it must be {} to {}", least, most);
}

/// Something of `size` at `offset` lies before `end`; all in the same unit.
void requireRoom(const std::string& field, uint64_t offset, uint64_t size, uint64_t end, const char* whole) {
  if (offset > end || end - offset < size) fail(field, offset, "{} from there exceed the {} of {}", size, whole, end);
}

/// Names are printed, and compared with user input.
void requireName(const std::string& field, const std::string& name) {
  const auto printed = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (name.empty() || !std::all_of(name.begin(), name.end(), printed))
    fail(field, "'" + name + "'", "it is not a name");
}

/// The name of a file or a map: it cannot form a path.
void requireWord(const std::string& field, const std::string& name) {
  const auto in_word = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), in_word))
    fail(field, "'" + name + "'", "it is not a name");
}

/// Names of one list, without duplicates.
class Names {
public:
  void add(const std::string& field, const std::string& name) {
    requireName(field, name);
    if (!names_.insert(name).second) fail(field, name, "it occurs twice");
  }

private:
  std::set<std::string> names_;
};

void requireValue(const std::string& field, uint64_t value, unsigned width_bits) {
  if (width_bits < word_bits && value >> width_bits != 0) fail(field, value, "it has {} bits", width_bits);
}

// ---- parameters, headers

void checkParams(const Plan& plan) {
  const uint64_t all = std::max<uint64_t>(8, 8 * uint64_t{plan.params.size()});
  if (plan.params_size != all) fail("params_size", plan.params_size, "{} parameters take {}", plan.params.size(), all);
  Names names;
  std::set<unsigned> offsets;
  for (size_t i = 0; i < plan.params.size(); ++i) {
    const Param& param = plan.params[i];
    const std::string here = at("params", i);
    names.add(here + ".name", param.name);
    requireWithin(here + ".width_bits", param.width_bits, 1, word_bits);
    requireRoom(here + ".offset", param.offset, 8, all, "parameters");
    if (param.offset % 8 != 0 || !offsets.insert(param.offset).second)
      fail(here + ".offset", param.offset, "it overlaps another parameter or is not aligned");
    requireValue(here + ".initial", param.initial, param.width_bits);
  }
}

void checkHeaders(const Plan& plan) {
  Names names;
  for (size_t i = 0; i < plan.headers.size(); ++i) {
    const Header& header = plan.headers[i];
    const std::string here = at("headers", i);
    names.add(here + ".name", header.name);
    requireWithin(here + ".size", header.size, 1, most_bytes);
    if (header.fields.empty()) fail(here + ".fields", "[]", "a header has at least one field");
    for (size_t j = 0; j < header.fields.size(); ++j) {
      const std::string field = at(here + ".fields", j);
      requireName(field + ".name", header.fields[j].name);
      requireWithin(field + ".width_bits", header.fields[j].width_bits, 1, header.size * uint64_t{8});
      requireRoom(field + ".offset_bits", header.fields[j].offset_bits, header.fields[j].width_bits,
                  header.size * uint64_t{8}, "header");
    }
  }
}

const Header* headerNamed(const Plan& plan, const std::string& name) {
  const auto found =
      std::find_if(plan.headers.begin(), plan.headers.end(), [&](const Header& header) { return header.name == name; });
  return found == plan.headers.end() ? nullptr : &*found;
}

// ---- entries

void checkStripped(const Plan& plan, const Stripped& stripped, const std::string& here) {
  const Record& record = plan.entry.record;
  const Header* header = headerNamed(plan, stripped.header);
  if (header == nullptr) fail(here + ".header", "'" + stripped.header + "'", "there is no such header");
  requireWithin(here + ".max_count", stripped.max_count, 1, stripped.is_stack ? most_bytes : 1);
  if (!stripped.fixed) {
    // Entries with headers are written at fixed places.
    if (pushesHeaders(plan.kind)) fail(here + ".fixed", false, "headers are pushed at a fixed place");
    requireRoom(here + ".offset", stripped.offset, place_bytes, record.bytes_offset, "head of the record");
    return;
  }
  requireRoom(here + ".offset", stripped.offset, uint64_t{stripped.max_count} * header->size, record.max_bytes,
              "stripped bytes");
}

void checkRecord(const Plan& plan) {
  const Record& record = plan.entry.record;
  requireWithin("entry.record.bytes_offset", record.bytes_offset, length_bytes, most_bytes);
  requireWithin("entry.record.max_bytes", record.max_bytes, 0, most_bytes);
  requireWithin("entry.record.regions", record.regions, 1, record.bytes_offset / length_bytes);
  requireRoom("entry.record.lengths_offset", record.lengths_offset, uint64_t{length_bytes} * record.regions,
              record.bytes_offset, "head of the record");
  for (size_t i = 0; i < record.saved.size(); ++i) {
    const std::string here = at("entry.record.saved", i);
    requireName(here + ".name", record.saved[i].name);
    requireWithin(here + ".size", record.saved[i].size, 1, record.bytes_offset);
    requireRoom(here + ".offset", record.saved[i].offset, record.saved[i].size, record.bytes_offset,
                "head of the record");
  }
  Names names;
  for (size_t i = 0; i < record.stripped.size(); ++i) {
    const std::string here = at("entry.record.stripped", i);
    names.add(here + ".name", record.stripped[i].name);
    checkStripped(plan, record.stripped[i], here);
  }
}

void checkKeyFields(const Entry& entry) {
  for (size_t i = 0; i < entry.key_fields.size(); ++i) {
    const KeyField& field = entry.key_fields[i];
    const std::string here = at("entry.key_fields", i);
    const uint64_t key_bits = entry.key_size * uint64_t{8};
    requireName(here + ".name", field.name);
    if (field.valid_bit != AlwaysValid) requireWithin(here + ".valid_bit", field.valid_bit, 0, valid_bits - 1);
    requireWithin(here + ".width_bits", field.width_bits, 1, key_bits);
    requireRoom(here + ".offset_bits", field.offset_bits, field.width_bits, key_bits, "key");
  }
}

void checkEntry(const Plan& plan) {
  const Entry& entry = plan.entry;
  requireWithin("entry.size", entry.size, 1, most_bytes);
  requireWithin("entry.key_size", entry.key_size, 8, entry.size);
  if (entry.key_size % 8 != 0) fail("entry.key_size", entry.key_size, "it must be a multiple of 8");
  requireWithin("entry.key_offset", entry.key_offset, time_bytes, entry.size);
  requireRoom("entry.key_offset", entry.key_offset, entry.key_size, entry.record_offset, "bytes before the record");
  checkKeyFields(entry);
  checkRecord(plan);
  requireRoom("entry.record_offset", entry.record_offset, uint64_t{entry.record.bytes_offset} + entry.record.max_bytes,
              entry.size, "entry");
  requireWithin("cache.entries", plan.cache.entries, 0, most_entries);
}

// ---- tables

void checkTableField(const Table& table, size_t index, const std::string& here) {
  const TableField& field = table.fields[index];
  const bool prefix = field.match == Match::Lpm;
  requireWithin(here + ".size", field.size, 1, table.key_size);
  requireWithin(here + ".width_bits", field.width_bits, 1, field.size * uint64_t{8});
  requireRoom(here + ".offset", field.offset, field.size, table.key_size, "key");
  if (table.longestPrefix()) requireWithin(here + ".offset", field.offset, prefix_bytes, table.key_size);
  if (!prefix) return;
  if (index + 1 != table.fields.size()) fail(here + ".match", "lpm", "only the last field can match a prefix");
  if (field.offset + field.size != table.key_size || field.width_bits != field.size * 8)
    fail(here + ".offset", field.offset, "a prefix must end the key");
}

void checkTables(const Plan& plan) {
  Names names, maps;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const Table& table = plan.tables[i];
    const std::string here = at("tables", i);
    names.add(here + ".name", table.name);
    maps.add(here + ".map", table.map);
    requireWord(here + ".map", table.map);
    requireWithin(here + ".key_size", table.key_size, 1, most_bytes);
    requireWithin(here + ".entries", table.entries, 1, most_entries);
    if (table.fields.empty()) fail(here + ".fields", "[]", "a key has at least one field");
    Names fields;
    for (size_t j = 0; j < table.fields.size(); ++j) {
      fields.add(at(here + ".fields", j) + ".name", table.fields[j].name);
      checkTableField(table, j, at(here + ".fields", j));
    }
    Names values;
    for (size_t j = 0; j < table.values.size(); ++j) {
      const std::string value = at(here + ".values", j);
      values.add(value + ".name", table.values[j].name);
      requireWithin(value + ".width_bits", table.values[j].width_bits, 1, 64);
      requireRoom(value + ".offset", table.values[j].offset, number_bytes, number_bytes * table.values.size(), "value");
    }
  }
}

void checkPushDefaults(const Plan& plan) {
  const auto& pushed = plan.entry.record.stripped;
  for (size_t i = 0; i < plan.push_defaults.size(); ++i) {
    const PushDefault& one = plan.push_defaults[i];
    const std::string here = at("push_defaults", i);
    const auto stripped = std::find_if(pushed.begin(), pushed.end(),
                                       [&](const Stripped& candidate) { return candidate.name == one.header; });
    if (stripped == pushed.end()) fail(here + ".header", "'" + one.header + "'", "no pushed header has this name");
    const auto& fields = headerNamed(plan, stripped->header)->fields;
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) { return candidate.name == one.field; });
    if (field == fields.end()) fail(here + ".field", "'" + one.field + "'", "the header has no such field");
    // A stack has at least one element.
    requireValue(here + ".value", one.value + static_cast<uint64_t>(one.per_element), field->width_bits);
  }
}

// ---- telemetry

/// Items requested by the same bits have no gap between them.
void requireBehind(const TelemetryItem& before, const TelemetryItem& item, const std::string& field) {
  const bool together = before.gated == item.gated && before.first == item.first && before.last == item.last;
  const uint64_t end = uint64_t{before.offset_bits} + before.width_bits;
  if (item.offset_bits < end || (together && item.offset_bits > end))
    fail(field, item.offset_bits, "the item before ends at {}", end);
}

/// Items in `size` bytes, some of them requested by bits of a field of `gate_bits`.
void checkItems(const std::vector<TelemetryItem>& items, unsigned gate_bits, uint64_t size, const std::string& here) {
  requireWithin(here + ".gate_bits", gate_bits, 0, word_bits);
  for (size_t i = 0; i < items.size(); ++i) {
    const TelemetryItem& item = items[i];
    const std::string place = at(here + ".items", i);
    requireName(place + ".name", item.name);
    requireWithin(place + ".width_bits", item.width_bits, 1, word_bits);
    requireRoom(place + ".offset_bits", item.offset_bits, item.width_bits, 8 * size, "items");
    if (i > 0) requireBehind(items[i - 1], item, place + ".offset_bits");
    if (!item.gated) continue;
    if (gate_bits == 0) fail(place + ".gated", true, "no bits request items");
    requireWithin(place + ".last", item.last, 0, gate_bits - 1);
    requireWithin(place + ".first", item.first, 0, item.last);
  }
}

void checkTelemetry(const Plan& plan) {
  for (size_t i = 0; i < plan.telemetry.size(); ++i) {
    const Telemetry& telemetry = plan.telemetry[i];
    const std::string here = at("telemetry", i);
    requireName(here + ".name", telemetry.name);
    requireWithin(here + ".size", telemetry.size, 0, most_bytes);
    checkItems(telemetry.items, telemetry.gate_bits, telemetry.size, here);
    for (size_t j = 0; j < telemetry.collected.size(); ++j) {
      const Collected& collected = telemetry.collected[j];
      const std::string place = at(here + ".collected", j);
      requireName(place + ".name", collected.name);
      requireName(place + ".hop", collected.hop);
      checkItems(collected.items, collected.gate_bits, most_bytes, place);
    }
  }
}

}  // namespace

void validate(const Plan& plan) {
  requireWord("name", plan.name);
  requireName("proxy", plan.proxy);
  for (size_t i = 0; i < plan.counters.size(); ++i) requireName(at("counters", i) + ".name", plan.counters[i].name);
  checkParams(plan);
  checkHeaders(plan);
  checkEntry(plan);
  checkTables(plan);
  checkPushDefaults(plan);
  checkTelemetry(plan);
  requireWithin("max_growth", plan.max_growth, 0, most_bytes);
}

}  // namespace sfc::plan
