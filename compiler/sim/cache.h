// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The slots store (compiler/bpf/slots.h) as packets see it that come one after the other.
//
// There, a bucket serves all keys that share a seeded hash, and uses far ways of other buckets when its own are taken.
// Here every key has the near ways of a bucket of its own, and all share the far ways, so that nothing depends on
// chance. The difference shows if keys do share a bucket: then the kernel may throw away and count an expired entry
// although its key has few entries. The loader makes buckets with more than twice `entries` ways, so that this is rare
// while no more than `entries` packets wait.
#pragma once

#include <deque>
#include <unordered_map>

#include "compiler/sim/record.h"

namespace sfc::sim {

class Cache {
public:
  /// Has as many ways as the loader makes for so many entries.
  Cache(uint64_t entries, uint64_t lifetime_ns);

  /// Makes room for a record. False if there is none. `now` is the time in ns; entries that are older than the lifetime
  /// are removed if need be, and count in `expired`.
  bool insert(const Key& key, uint64_t now, uint64_t& expired, Record record);

  /// Takes the record out that was inserted last under a key.
  void takeBack(const Key& key);

  /// Takes the oldest record of a key out, if there is one. Expired ones are thrown away and counted.
  std::optional<Record> claim(const Key& key, uint64_t now, uint64_t& expired);

  /// Records that wait, whether they have expired or not.
  uint64_t live() const { return near_ + far_; }

private:
  struct Entry {
    uint64_t arrived = 0;
    bool far = false;
    Record record;
  };
  /// The entries of a key, the oldest first.
  using Entries = std::deque<Entry>;

  bool isExpired(const Entry& entry, uint64_t now) const;
  bool hasNearWay(const Entries& entries) const;
  bool hasFarWay() const;
  template <typename Chosen>
  uint64_t sweep(Entries& entries, uint64_t now, const Chosen& chosen);
  uint64_t sweepFar(uint64_t now);
  void uncount(const Entry& entry);
  void removeIfEmpty(const Key& key);

  const uint64_t buckets_, lifetime_ns_;
  uint64_t near_ = 0, far_ = 0;      // ways in use
  uint64_t none_expires_until_ = 0;  // of the far entries
  std::unordered_map<Key, Entries> entries_;
};

}  // namespace sfc::sim
