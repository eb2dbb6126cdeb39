// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/slots.h"

#include <algorithm>
#include <atomic>

#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

using Word = std::atomic_ref<__u64>;

bool isReady(uint64_t word) {
  return word != 0 && (word & SFC_WORD_BUSY) == 0;
}

/// One way of one bucket, as the lines of the map hold it.
struct Way {
  sfc_bucket& bucket;
  __u64& word;
  unsigned way;
  size_t entry;  // its index in the map of entries
};

/// Calls `visit` with every way of every bucket.
template <typename Visit>
void forEachWay(Map& buckets, const Visit& visit) {
  const auto memory = buckets.memory();
  auto* lines = reinterpret_cast<sfc_line*>(memory.data());
  const size_t count = memory.size() / sizeof(sfc_line) / SFC_LINES(1);
  for (size_t bucket = 0; bucket < count; ++bucket) {
    sfc_bucket& near = lines[bucket].near;
    for (unsigned way = 0; way < SFC_NEAR_WAYS; ++way)
      visit(Way{near, near.word[way], way, SFC_ENTRY_INDEX(bucket, way, count)});
    for (unsigned far = 0; far < SFC_WAYS - SFC_NEAR_WAYS; ++far) {
      const unsigned way = SFC_NEAR_WAYS + far;
      visit(Way{near, lines[SFC_FAR_LINE(bucket, far / SFC_LINE_WAYS, count)].far[far % SFC_LINE_WAYS], way,
                SFC_ENTRY_INDEX(bucket, way, count)});
    }
  }
}

/// Takes one way out if it is ready.
bool claim(const Way& way) {
  Word word(way.word);
  __u64 held = word.load();
  if (!isReady(held) || !word.compare_exchange_strong(held, 0)) return false;
  // Counted down after the way is free: meanwhile lookups read the far lines without need, which does no harm.
  if (way.way >= SFC_NEAR_WAYS) Word(way.bucket.spilled).fetch_sub(1);
  return true;
}

}  // namespace

uint64_t countLive(Map& buckets) {
  uint64_t live = 0;
  forEachWay(buckets, [&](const Way& way) { live += Word(way.word).load() != 0 ? 1 : 0; });
  return live;
}

std::vector<Bytes> copyEntries(Map& buckets, Map& entries, unsigned entry_size) {
  const auto memory = entries.memory();
  const size_t stride = (size_t{entries.valueSize()} + 7) & ~size_t{7};
  if (entry_size > stride) throw Failure(ErrorKind::Input, "the plan's entries do not fit the map of entries");
  std::vector<Bytes> copies;
  forEachWay(buckets, [&](const Way& way) {
    const size_t at = way.entry * stride;
    Word word(way.word);
    const __u64 before = word.load();
    if (!isReady(before) || at + stride > memory.size()) return;
    const auto begin = memory.begin() + static_cast<std::ptrdiff_t>(at);
    Bytes copy(begin, begin + entry_size);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (word.load() == before) copies.push_back(std::move(copy));
  });
  return copies;
}

uint64_t flushEntries(Map& buckets, uint64_t& flushed) {
  uint64_t count = 0;
  forEachWay(buckets, [&](const Way& way) {
    if (!claim(way)) return;
    std::atomic_ref<uint64_t>(flushed).fetch_add(1);
    ++count;
  });
  return count;
}

std::vector<Bytes> keysOf(const Map& hash) {
  std::vector<Bytes> keys;
  // A walk starts over when its key is deleted under it, so duplicates are possible; more than the map can hold means
  // that it went round.
  for (auto key = hash.nextKey(std::nullopt); key && keys.size() < size_t{2} * hash.maxEntries();
       key = hash.nextKey(key)) {
    keys.push_back(*key);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<Bytes> copyValues(const Map& hash) {
  std::vector<Bytes> values;
  for (const Bytes& key : keysOf(hash)) {
    if (auto value = hash.find(key)) values.push_back(*std::move(value));
  }
  return values;
}

uint64_t flushHash(Map& hash, uint64_t& flushed) {
  uint64_t count = 0;
  for (const Bytes& key : keysOf(hash)) {
    if (!hash.erase(key)) continue;
    std::atomic_ref<uint64_t>(flushed).fetch_add(1);
    ++count;
  }
  return count;
}

}  // namespace sfc
