// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/counters.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "runtime/abi.h"

namespace sfc {
namespace {

std::vector<uint64_t> sumOverCpus(const Map& map, size_t count) {
  std::vector<uint64_t> sums(count);
  for (const Bytes& value : map.findPerCpu(0)) {
    for (size_t i = 0; i < std::min(count, value.size() / sizeof(uint64_t)); ++i) {
      uint64_t one = 0;
      std::memcpy(&one, value.data() + i * sizeof(one), sizeof(one));
      sums[i] += one;
    }
  }
  return sums;
}

void addTo(std::vector<std::pair<std::string, uint64_t>>& by_name, const std::string& name, uint64_t value) {
  const auto found = std::find_if(by_name.begin(), by_name.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == by_name.end()) {
    by_name.emplace_back(name, value);
  } else {
    found->second += value;
  }
}

/// All but the entries that are there.
Stats readFlushed(const plan::Plan& plan, const CountedMaps& maps, uint64_t& flushed) {
  Stats stats = readCounters(plan, maps.counters);
  stats.by_name.emplace_back("flushed", std::atomic_ref<uint64_t>(flushed).load());
  return stats;
}

}  // namespace

uint64_t Stats::operator[](std::string_view name) const {
  const auto found = std::find_if(by_name.begin(), by_name.end(), [&](const auto& pair) { return pair.first == name; });
  return found == by_name.end() ? 0 : found->second;
}

Stats readCounters(const plan::Plan& plan, const Map& counters) {
  Stats stats;
  stats.raw = sumOverCpus(counters, plan.counters.size());
  for (size_t i = 0; i < stats.raw.size(); ++i) addTo(stats.by_name, plan.counters[i].name, stats.raw[i]);
  return stats;
}

Stats readStats(const plan::Plan& plan, Store store, const CountedMaps& maps, uint64_t& flushed) {
  return readLook(plan, store, maps, flushed).after;
}

Look readLook(const plan::Plan& plan, Store store, const CountedMaps& maps, uint64_t& flushed) {
  Look look;
  look.before = readFlushed(plan, maps, flushed);
  const uint64_t live = store == Store::Hash ? keysOf(maps.hash).size() : countLive(maps.slots);
  look.after = readFlushed(plan, maps, flushed);
  for (Stats* stats : {&look.before, &look.after}) stats->by_name.emplace_back("live", live);
  look.cpus = static_cast<unsigned>(maps.counters.findPerCpu(0).size());
  return look;
}

Residence readResidence(const plan::Plan& plan, const Map& counters) {
  const auto all = sumOverCpus(counters, plan.counters.size() + SFC_RESIDENCE_BUCKETS);
  return {{all.begin() + static_cast<std::ptrdiff_t>(plan.counters.size()), all.end()}};
}

}  // namespace sfc
