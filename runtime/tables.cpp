// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/tables.h"

#include <fmt/format.h>

#include <fmt/ranges.h>

#include <cstring>
#include <map>
#include <set>

#include "lib/tables/values.h"
#include "runtime/cache_view.h"
#include "runtime/failure.h"
#include "runtime/slots.h"

namespace sfc {

namespace {

/// A table that entries are put into.
class OpenTable {
public:
  OpenTable(const Pins& pins, const plan::Plan& plan, const plan::Table& table)
      : plan_(plan), table_(table), map_(pins.openMap(table.map)) {
    if (!table.longestPrefix()) return;
    const auto keys = keysOf(*map_);
    prefixes_.insert(keys.begin(), keys.end());
  }

  void insert(const Entry& entry) {
    // A lookup in a map of prefixes finds shorter ones as well.
    const bool exists = table_.longestPrefix() && !prefixes_.insert(entry.key).second;
    const Inserted inserted = exists ? Inserted::Exists : insertEntry(*map_, entry.key, entry.record);
    if (inserted == Inserted::Exists)
      throw Failure(ErrorKind::Conflict, "table {} has an entry for {} already; delete it first", table_.name,
                    describe(decodeTableEntry(plan_, table_, entry.key, entry.record).key));
    if (inserted == Inserted::Full)
      throw Failure(ErrorKind::Conflict, "table {} is full: it has {} entries", table_.name, table_.entries);
  }

  void erase(const Entry& entry) { map_->erase(entry.key); }

private:
  const plan::Plan& plan_;
  const plan::Table& table_;
  std::unique_ptr<Map> map_;
  std::set<Bytes> prefixes_;  // that are there
};

}  // namespace

Inserted insertEntry(Map& map, const Bytes& key, Bytes record) {
  if (record.size() > map.valueSize()) throw Failure(ErrorKind::Input, "the plan's header record does not fit its map");
  record.resize(map.valueSize());
  return map.insert(key, record);
}

std::string describe(const std::vector<FieldValue>& key) {
  std::vector<std::string> parts;
  for (const FieldValue& field : key) parts.push_back(fmt::format("{}={}", field.name, field.value));
  return fmt::format("{}", fmt::join(parts, " "));
}

void insertEntries(PinTree& tree, const Pins& pins, const plan::Plan& plan, std::span<const Entry> entries,
                   const std::string& file) {
  // Between looking for a key and adding it, nobody else may do the same.
  const auto lock = tree.lockPins();
  std::map<size_t, OpenTable> tables;
  size_t done = 0;
  try {
    for (; done < entries.size(); ++done) {
      const size_t number = entries[done].table;
      tables.try_emplace(number, pins, plan, plan.tables.at(number)).first->second.insert(entries[done]);
    }
  } catch (const Failure& failure) {
    const unsigned line = entries[done].line;
    while (done > 0) {
      --done;
      tables.at(entries[done].table).erase(entries[done]);
    }
    if (file.empty()) throw;
    throw Failure(failure.error().kind, "{}:{}: {}; nothing has been added", file, line, failure.what());
  }
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
  if (plan::pushesHeaders(plan.kind)) entry.headers = decodeHeaders(plan, record);
  for (const plan::TableValue& value : table.values) {
    uint64_t number = 0;
    if (record.size() < value.offset + sizeof(number)) continue;
    std::memcpy(&number, record.data() + value.offset, sizeof(number));
    entry.values.push_back({value.name, showValue(value.name, valueOf(number, value.width_bits))});
  }
  return entry;
}

}  // namespace sfc
