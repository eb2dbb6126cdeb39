// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/slots.h"

#include <algorithm>
#include <atomic>
#include <span>

#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

using Word = std::atomic_ref<__u64>;

bool isFree(uint64_t word) {
  return (word & SFC_WORD_TAG) == 0;
}

bool isReady(uint64_t word) {
  return !isFree(word) && (word & SFC_WORD_BUSY) == 0;
}

/// One way of one bucket, as the maps hold it.
struct Way {
  __u64& word;
  unsigned way;
  std::span<uint8_t> entry;
  uint64_t number;  ///< of the bucket
  __u32* home;      ///< of a far way: whose entry it has
};

/// Elements of an array map begin at multiples of 8 bytes.
size_t strideOf(const Map& map) {
  return (size_t{map.valueSize()} + 7) & ~size_t{7};
}

__u64& flushedOf(const SlotMaps& maps) {
  return reinterpret_cast<sfc_far*>(maps.far.memory().data())[maps.far.maxEntries() - 1].flushed;
}

sfc_bucket& bucketAt(const SlotMaps& maps, size_t number) {
  return *reinterpret_cast<sfc_bucket*>(maps.buckets.memory().data() + number * strideOf(maps.buckets));
}

/// Calls `visit` with every way of every bucket. Where the newest headers are kept, there are no far ways.
template <typename Visit>
void forEachWay(const SlotMaps& maps, const Visit& visit) {
  const auto buckets = maps.buckets.memory(), entries = maps.entries.memory();
  const auto fars = reinterpret_cast<sfc_far*>(maps.far.memory().data());
  const size_t cell = strideOf(maps.buckets), size = strideOf(maps.entries), count = maps.buckets.maxEntries();
  const bool has_far = maps.far.maxEntries() > count;
  for (size_t number = 0; number < count; ++number) {
    const auto first = buckets.subspan(number * cell, cell).subspan(sizeof(sfc_bucket));
    sfc_bucket& near = bucketAt(maps, number);
    sfc_far& far = fars[has_far ? number : 0];
    visit(Way{near.word[0], 0, first, number, nullptr});
    for (unsigned way = 1; way < (has_far ? SFC_WAYS : SFC_NEAR_WAYS); ++way) {
      const auto entry = entries.subspan(SFC_ENTRY_INDEX(number, way, count) * size, size);
      if (way < SFC_NEAR_WAYS) {
        visit(Way{near.word[way], way, entry, number, nullptr});
      } else {
        visit(Way{far.word[way - SFC_NEAR_WAYS], way, entry, number, &far.home[way - SFC_NEAR_WAYS]});
      }
    }
  }
}

/// Takes one way out if it is ready.
bool claim(const SlotMaps& maps, const Way& way) {
  Word word(way.word);
  __u64 held = word.load();
  // The home is read between two reads of the word, so that it is right if the word has not changed.
  const uint64_t home = way.home ? std::atomic_ref(*way.home).load() : way.number;
  if (!isReady(held) || !word.compare_exchange_strong(held, held & ~SFC_WORD_TAG)) return false;
  if (way.way == 0 || home >= maps.buckets.maxEntries()) return true;
  // Counted down after the way is free: meanwhile lookups read more than they need, which does no harm.
  sfc_bucket& bucket = bucketAt(maps, home);
  Word(bucket.others).fetch_sub(1);
  if (way.way >= SFC_NEAR_WAYS) Word(bucket.spilled).fetch_sub(1);
  return true;
}

}  // namespace

uint64_t countLive(const SlotMaps& maps) {
  uint64_t live = 0;
  forEachWay(maps, [&](const Way& way) { live += isFree(Word(way.word).load()) ? 0 : 1; });
  return live;
}

std::vector<Bytes> copyEntries(const SlotMaps& maps, unsigned entry_size) {
  if (entry_size > maps.entries.valueSize())
    throw Failure(ErrorKind::Input, "the plan's entries do not fit the map of entries");
  std::vector<Bytes> copies;
  forEachWay(maps, [&](const Way& way) {
    Word word(way.word);
    const __u64 before = word.load();
    if (!isReady(before)) return;
    Bytes copy(way.entry.begin(), way.entry.begin() + entry_size);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (word.load() == before) copies.push_back(std::move(copy));
  });
  return copies;
}

uint64_t flushEntries(const SlotMaps& maps, uint64_t& flushed) {
  uint64_t count = 0;
  forEachWay(maps, [&](const Way& way) {
    if (!claim(maps, way)) return;
    std::atomic_ref<uint64_t>(flushed).fetch_add(1);
    Word(flushedOf(maps)).fetch_add(1);
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
