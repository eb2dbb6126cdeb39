// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/cache.h"

#include <algorithm>

#include "lib/abi/buckets.h"

namespace sfc::sim {

Cache::Cache(uint64_t entries, uint64_t lifetime_ns) : buckets_(bucketsFor(entries)), lifetime_ns_(lifetime_ns) {}

bool Cache::isExpired(const Entry& entry, uint64_t now) const {
  return static_cast<int64_t>(now - entry.arrived) > static_cast<int64_t>(lifetime_ns_);
}

bool Cache::hasNearWay(const Entries& entries) const {
  const auto near = std::count_if(entries.begin(), entries.end(), [](const Entry& entry) { return !entry.far; });
  return near < SFC_NEAR_WAYS && live() < SFC_WAYS * buckets_;
}

bool Cache::hasFarWay() const {
  return far_ < SFC_FAR_WAYS * buckets_ && live() < SFC_WAYS * buckets_;
}

void Cache::uncount(const Entry& entry) {
  (entry.far ? far_ : near_)--;
}

/// Throws away the chosen entries that have expired. Returns their number.
template <typename Chosen>
uint64_t Cache::sweep(Entries& entries, uint64_t now, const Chosen& chosen) {
  return std::erase_if(entries, [&](const Entry& entry) {
    const bool goes = chosen(entry) && isExpired(entry, now);
    if (goes) uncount(entry);
    return goes;
  });
}

uint64_t Cache::sweepFar(uint64_t now) {
  if (now <= none_expires_until_) return 0;
  uint64_t gone = 0, oldest = now;
  for (auto& [key, entries] : entries_) {
    gone += sweep(entries, now, [](const Entry& entry) { return entry.far; });
    for (const Entry& entry : entries) oldest = std::min(oldest, entry.arrived);
  }
  none_expires_until_ = oldest + lifetime_ns_;
  return gone;
}

bool Cache::insert(const Key& key, uint64_t now, uint64_t& expired, Record record) {
  Entries& entries = entries_[key];
  if (!hasNearWay(entries)) expired += sweep(entries, now, [](const Entry& entry) { return !entry.far; });
  const bool near = hasNearWay(entries);
  if (!near && !hasFarWay()) expired += sweepFar(now);
  const bool room = near || hasFarWay();
  if (room) {
    (near ? near_ : far_)++;
    entries.push_back({now, !near, std::move(record)});
  }
  removeIfEmpty(key);
  return room;
}

void Cache::takeBack(const Key& key) {
  Entries& entries = entries_[key];
  uncount(entries.back());
  entries.pop_back();
  removeIfEmpty(key);
}

std::optional<Record> Cache::claim(const Key& key, uint64_t now, uint64_t& expired) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  Entries& entries = found->second;
  expired += sweep(entries, now, [](const Entry&) { return true; });
  std::optional<Record> record;
  if (!entries.empty()) {
    uncount(entries.front());
    record = std::move(entries.front().record);
    entries.pop_front();
  }
  removeIfEmpty(key);
  return record;
}

void Cache::removeIfEmpty(const Key& key) {
  const auto found = entries_.find(key);
  if (found->second.empty()) entries_.erase(found);
}

}  // namespace sfc::sim
