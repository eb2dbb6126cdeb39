// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What waits for packets to return: the slots store (compiler/bpf/slots.h) as one packet after the other sees it.
//
// There, a bucket of SFC_WAYS ways serves all keys that share a seeded hash. Here every key has a bucket of its own, so
// that nothing depends on chance. The difference shows where keys do share a bucket: there it can be full, or an
// expired entry be taken over and counted, although this key has few entries. With the buckets that the loader makes,
// which are of more than twice `entries` ways, that is rare while no more packets than that wait.
#pragma once

#include <unordered_map>

#include "compiler/sim/record.h"

namespace sfc::sim {

class Cache {
public:
  explicit Cache(uint64_t lifetime_ns) : lifetime_ns_(lifetime_ns) {}

  /// Makes room for a record. False if there is none. `now` is the time in ns; entries that are older than the lifetime
  /// may give way, and count in `expired`.
  bool insert(const Key& key, uint64_t now, uint64_t& expired, Record record);

  /// Takes the record out that was inserted last under a key.
  void takeBack(const Key& key);

  /// Takes the oldest record of a key out, if there is one. Those that are older than the lifetime are nobody's: they
  /// are thrown away and counted.
  std::optional<Record> claim(const Key& key, uint64_t now, uint64_t& expired);

  /// Records that wait, whether they have expired or not.
  uint64_t live() const { return live_; }

private:
  struct Entry {
    uint64_t ticket = 0;  // the smallest is the oldest
    uint64_t arrived = 0;
    Record record;
  };
  /// The ways of a bucket as far as they have ever been used.
  using Bucket = std::vector<std::optional<Entry>>;

  bool isExpired(const Entry& entry, uint64_t now) const;
  std::optional<size_t> wayFor(Bucket& bucket, uint64_t now, uint64_t& expired);
  std::optional<size_t> freeWay(Bucket& bucket, size_t from, size_t to) const;
  std::optional<size_t> expiredWay(Bucket& bucket, size_t from, size_t to, uint64_t now, uint64_t& expired);
  void removeIfEmpty(const Key& key);

  const uint64_t lifetime_ns_;
  uint64_t ticket_ = 0;
  uint64_t live_ = 0;
  std::unordered_map<Key, Bucket> buckets_;
};

}  // namespace sfc::sim
