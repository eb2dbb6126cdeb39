// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The stores from outside: entries are counted, copied and taken out while programs on other CPUs work on them. The
// rules are those of sfc_abi.h: a word that is ready is claimed by compare-and-swap, and a copy counts only if the word
// was the same before and after.
#pragma once

#include <vector>

#include "runtime/kernel.h"

namespace sfc {

/// The maps of the slots store.
struct SlotMaps {
  Map& buckets;
  Map& far;
  Map& entries;
};

/// Ways that are in use.
uint64_t countLive(const SlotMaps& maps);
/// Copies of the entries that are ready, each of `entry_size` bytes.
std::vector<Bytes> copyEntries(const SlotMaps& maps, unsigned entry_size);
/// Claims every ready entry and frees its way. Adds each to `flushed`, which is shared with other processes.
uint64_t flushEntries(const SlotMaps& maps, uint64_t& flushed);

/// The keys of a hash map; those that come or go meanwhile may be missing.
std::vector<Bytes> keysOf(const Map& hash);
/// Copies of the values of a hash map.
std::vector<Bytes> copyValues(const Map& hash);
/// Deletes every key, as flushEntries does.
uint64_t flushHash(Map& hash, uint64_t& flushed);

}  // namespace sfc
