// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The newest header record of each key (compiler/bpf/newest.h) as packets see it that come one after the other. There,
// keys share buckets by a seeded hash, and one that finds its bucket full takes the place of an expired one; here all
// keys share all the room, so that nothing depends on chance.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "compiler/sim/record.h"

namespace sfc::sim {

class Newest {
public:
  /// Has as many ways as the loader makes for so many keys.
  Newest(uint64_t keys, uint64_t lifetime_ns);

  enum class Stored { Inserted, Replaced, Renewed, Full };
  /// Stores a record as the newest of a key at the time `now`, in ns. Expired ones that make room count in `expired`.
  Stored store(const Key& key, uint64_t now, uint64_t& expired, Record record);

  /// The newest record of a key, if there is a valid one. An expired one is thrown away and counted.
  std::optional<Record> find(const Key& key, uint64_t now, uint64_t& expired);

  /// Records that are stored, whether they have expired or not.
  uint64_t live() const { return entries_.size(); }

private:
  struct Entry {
    uint64_t renewed = 0;
    Record record;
  };
  bool isExpired(const Entry& entry, uint64_t now) const;

  const uint64_t room_, lifetime_ns_;
  std::unordered_map<Key, Entry> entries_;
};

}  // namespace sfc::sim
