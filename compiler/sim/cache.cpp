// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/cache.h"

#include <linux/types.h>

#include <algorithm>

#include "lib/abi/sfc_abi.h"

namespace sfc::sim {

bool Cache::isExpired(const Entry& entry, uint64_t now) const {
  return static_cast<int64_t>(now - entry.arrived) > static_cast<int64_t>(lifetime_ns_);
}

std::optional<size_t> Cache::freeWay(Bucket& bucket, size_t from, size_t to) const {
  for (size_t way = from; way < to; way++) {
    if (way == bucket.size()) bucket.emplace_back();
    if (!bucket[way]) return way;
  }
  return std::nullopt;
}

std::optional<size_t> Cache::expiredWay(Bucket& bucket, size_t from, size_t to, uint64_t now, uint64_t& expired) {
  for (size_t way = from; way < to; way++) {
    if (!isExpired(*bucket[way], now)) continue;
    bucket[way].reset();
    expired++;
    live_--;
    return way;
  }
  return std::nullopt;
}

/// A free near way, else an expired near one, else the same among the far ones.
std::optional<size_t> Cache::wayFor(Bucket& bucket, uint64_t now, uint64_t& expired) {
  constexpr size_t Near = SFC_NEAR_WAYS, All = SFC_WAYS;
  if (auto way = freeWay(bucket, 0, Near)) return way;
  if (auto way = expiredWay(bucket, 0, Near, now, expired)) return way;
  if (auto way = freeWay(bucket, Near, All)) return way;
  return expiredWay(bucket, Near, All, now, expired);
}

bool Cache::insert(const Key& key, uint64_t now, uint64_t& expired, Record record) {
  Bucket& bucket = buckets_[key];
  const auto way = wayFor(bucket, now, expired);
  if (!way) return false;
  bucket[*way] = Entry{++ticket_, now, std::move(record)};
  live_++;
  return true;
}

void Cache::takeBack(const Key& key) {
  for (auto& way : buckets_[key])
    if (way && way->ticket == ticket_) {
      way.reset();
      live_--;
    }
  removeIfEmpty(key);
}

std::optional<Record> Cache::claim(const Key& key, uint64_t now, uint64_t& expired) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return std::nullopt;
  std::optional<Entry>* oldest = nullptr;
  for (auto& way : found->second) {
    if (way && isExpired(*way, now)) {
      way.reset();
      expired++;
      live_--;
    }
    if (way && (!oldest || way->ticket < (*oldest)->ticket)) oldest = &way;
  }
  std::optional<Record> record;
  if (oldest) {
    record = std::move((*oldest)->record);
    oldest->reset();
    live_--;
  }
  removeIfEmpty(key);
  return record;
}

void Cache::removeIfEmpty(const Key& key) {
  const auto found = buckets_.find(key);
  const bool empty = std::none_of(found->second.begin(), found->second.end(), [](const auto& way) { return !!way; });
  if (empty) buckets_.erase(found);
}

}  // namespace sfc::sim
