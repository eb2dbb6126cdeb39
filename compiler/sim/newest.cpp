// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/newest.h"

#include "lib/abi/buckets.h"

namespace sfc::sim {

namespace {

/// Are the headers the same, and so what will be put back?
bool sameHeaders(const Record& a, const Record& b) {
  return a.lengths == b.lengths && a.whole == b.whole && a.saved == b.saved && a.where == b.where &&
         a.bytes == b.bytes && a.tail == b.tail;
}

}  // namespace

Newest::Newest(uint64_t keys, uint64_t lifetime_ns)
    : room_(uint64_t{SFC_NEAR_WAYS} * bucketsForKeys(keys)), lifetime_ns_(lifetime_ns) {}

bool Newest::isExpired(const Entry& entry, uint64_t now) const {
  return static_cast<int64_t>(now - entry.renewed) > static_cast<int64_t>(lifetime_ns_);
}

Newest::Stored Newest::store(const Key& key, uint64_t now, uint64_t& expired, Record record) {
  auto found = entries_.find(key);
  if (found != entries_.end() && isExpired(found->second, now)) {
    expired++;
    entries_.erase(found);
    found = entries_.end();
  }
  if (found == entries_.end()) {
    if (live() >= room_)
      expired += std::erase_if(entries_, [&](const auto& one) { return isExpired(one.second, now); });
    if (live() >= room_) return Stored::Full;
    entries_.emplace(key, Entry{now, std::move(record)});
    return Stored::Inserted;
  }
  found->second.renewed = now;
  if (sameHeaders(found->second.record, record)) return Stored::Renewed;
  found->second.record = std::move(record);
  return Stored::Replaced;
}

std::optional<Record> Newest::find(const Key& key, uint64_t now, uint64_t& expired) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  if (!isExpired(found->second, now)) return found->second.record;
  expired++;
  entries_.erase(found);
  return std::nullopt;
}

}  // namespace sfc::sim
