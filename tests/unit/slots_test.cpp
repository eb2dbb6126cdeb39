// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The slots store of the programs, without a kernel: look-alikes in order, one bucket's entries in the ways of others,
// expiry, and threads as CPUs. Whatever happens, what is counted is what is there.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "lib/abi/buckets.h"
#include "tests/unit/slots_program.h"

namespace sfc {
namespace {

constexpr uint64_t lifetime = 1000;
constexpr uint64_t capacity(uint64_t buckets) {
  return SFC_NEAR_WAYS + SFC_FAR_WAYS * buckets;  // of one bucket
}

void expectTrueCounts() {
  const SlotsState state = slotsState();
  EXPECT_EQ(state.others, state.live - state.first);
  EXPECT_EQ(state.spilled, state.far);
}

void expectEmpty() {
  EXPECT_EQ(slotsState().live, 0U);
  expectTrueCounts();
}

/// Packets of some keys, of which the oldest come back first.
class Function {
public:
  explicit Function(uint32_t bucket = 3, uint16_t tag = 7) : bucket_(bucket), tag_(tag) {}

  bool send(uint64_t key = 1) {
    if (!slotsInsert(bucket_, tag_, key, next_)) return false;
    waiting_[key].push_back(next_++);
    return true;
  }
  void giveBack(uint64_t key = 1) {
    uint64_t record = ~0ULL;
    ASSERT_TRUE(slotsClaim(bucket_, tag_, key, &record));
    ASSERT_EQ(record, waiting_[key].front());
    waiting_[key].pop_front();
  }
  void lose(uint64_t key = 1) { waiting_[key].pop_front(); }
  void loseAll(uint64_t key = 1) { waiting_[key].clear(); }
  size_t waiting(uint64_t key = 1) { return waiting_[key].size(); }
  void giveAllBack() {
    for (auto& [key, records] : waiting_)
      while (!records.empty()) ASSERT_NO_FATAL_FAILURE(giveBack(key));
  }

private:
  const uint32_t bucket_;
  const uint16_t tag_;
  uint64_t next_ = 0;
  std::map<uint64_t, std::deque<uint64_t>> waiting_;
};

TEST(SlotsStore, OneKeyFillsItInOrder) {
  for (uint32_t buckets : {1U, 2U, 8U, 1024U}) {
    slotsMake(buckets, lifetime);
    Function function(buckets / 2);
    for (uint64_t i = 0; i < capacity(buckets); ++i) ASSERT_TRUE(function.send()) << i << " of " << buckets;
    EXPECT_FALSE(function.send());
    EXPECT_EQ(slotsState().live, capacity(buckets));
    expectTrueCounts();
    ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
    uint64_t record;
    EXPECT_FALSE(slotsClaim(buckets / 2, 7, 1, &record));
    expectEmpty();
  }
}

/// The chain goes round its ring many times, and no packet looks at more than a few hosts.
TEST(SlotsStore, ManyThatWaitCostLittle) {
  slotsMake(1024, lifetime);
  Function function;
  constexpr uint64_t waiting = 10000, packets = 200000;
  for (uint64_t i = 0; i < waiting; ++i) ASSERT_TRUE(function.send());
  for (uint64_t i = 0; i < packets; ++i) {
    ASSERT_NO_FATAL_FAILURE(function.giveBack());
    ASSERT_TRUE(function.send());
  }
  EXPECT_LT(slotsState().hosts, 3 * packets);
  ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
  expectEmpty();
}

/// An entry that nobody claims does not stop others of its bucket, and does not cost for ever.
TEST(SlotsStore, WhatStaysBehindDoesNotStopOthers) {
  for (const auto& [buckets, waiting] : {std::pair{1U, 30}, {2U, 60}, {8U, 60}, {8U, 200}, {64U, 300}}) {
    slotsMake(buckets, lifetime);
    Function function(0);
    const auto flood = [&](int packets) {
      for (int i = 0; i < packets; ++i) {
        ASSERT_TRUE(function.send()) << i << " of " << buckets;
        ASSERT_NO_FATAL_FAILURE(function.giveBack());
      }
    };
    for (int i = 0; i < waiting; ++i) ASSERT_TRUE(function.send());
    ASSERT_TRUE(function.send(2));
    function.lose(2);
    ASSERT_NO_FATAL_FAILURE(flood(20000));
    slotsSetTime(lifetime / 2);
    ASSERT_NO_FATAL_FAILURE(flood(1000));
    slotsSetTime(2 + lifetime);
    ASSERT_NO_FATAL_FAILURE(flood(1000));
    const uint64_t before = slotsState().hosts;
    ASSERT_NO_FATAL_FAILURE(flood(10000));
    const uint64_t hosts = slotsState().hosts - before;
    ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
    EXPECT_EQ(slotsState().expired + slotsState().live, 1U);
    expectTrueCounts();
    if (capacity(buckets) < 4U * waiting) continue;  // too many for a chain that could ever get short again
    EXPECT_EQ(slotsState().expired, 1U) << buckets;
    EXPECT_LT(hosts, 35000U) << buckets;
  }
}

TEST(SlotsStore, KeysOfOneBucketKeepTheirOwnOrder) {
  slotsMake(16, lifetime);
  Function function;
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    const uint64_t key = random() % 3;
    if (random() % 512 < (i / 4096 % 2 ? 200U : 312U)) {
      function.send(key);
    } else if (function.waiting(key) > 0) {
      ASSERT_NO_FATAL_FAILURE(function.giveBack(key));
    }
  }
  expectTrueCounts();
  ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
  expectEmpty();
}

TEST(SlotsStore, BucketsShareTheirFarWays) {
  slotsMake(8, lifetime);
  std::deque<Function> functions;
  for (uint32_t bucket = 0; bucket < 8; ++bucket) functions.emplace_back(bucket, bucket + 1);
  uint64_t sent = 0;
  for (bool room = true; room;) {
    room = false;
    for (Function& function : functions) {
      if (!function.send()) continue;
      room = true;
      ++sent;
    }
  }
  EXPECT_EQ(sent, uint64_t{SFC_WAYS} * 8);
  expectTrueCounts();
  for (Function& function : functions) ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
  expectEmpty();
}

/// The SF drops everything: there is room again after the lifetime, for the same key and for others.
TEST(SlotsStore, WhatHasExpiredMakesRoom) {
  constexpr uint32_t buckets = 16;
  slotsMake(buckets, lifetime);
  Function lossy(3), other(4);
  uint64_t expired = 0;
  for (uint64_t round = 0; round < 5; ++round) {
    for (uint64_t i = 0; i < capacity(buckets); ++i) ASSERT_TRUE(lossy.send()) << i;
    EXPECT_FALSE(lossy.send());
    lossy.loseAll();
    slotsSetTime((round + 1) * (lifetime + 1) + 1);
    if (round % 2 == 1) {
      for (uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(other.send()) << i;
      ASSERT_NO_FATAL_FAILURE(other.giveAllBack());
    }
    expectTrueCounts();
    EXPECT_GE(slotsState().expired, expired);
    expired = slotsState().expired;
  }
  EXPECT_EQ(slotsState().expired + slotsState().live, 5 * capacity(buckets));
  // What is left is thrown away by whoever looks for such a packet.
  uint64_t record;
  EXPECT_FALSE(slotsClaim(3, 7, 1, &record));
  expectEmpty();
}

TEST(SlotsStore, WhatIsRolledBackIsGone) {
  slotsMake(4, lifetime);
  Function function;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(function.send());
    ASSERT_TRUE(slotsRollBack(3, 7, 1));
    expectTrueCounts();
  }
  ASSERT_NO_FATAL_FAILURE(function.giveAllBack());
  expectEmpty();
}

TEST(SlotsStore, ATokenNamesAWayOfAnotherBucket) {
  slotsMake(4, lifetime);
  std::vector<std::pair<uint32_t, uint64_t>> tokens(capacity(4));
  for (size_t i = 0; i < tokens.size(); ++i)
    ASSERT_TRUE(slotsInsertToken(2, i, &tokens[i].first, &tokens[i].second)) << i;
  for (size_t i = tokens.size(); i-- > 0;) {
    uint64_t record = ~0ULL;
    ASSERT_TRUE(slotsClaimToken(tokens[i].first, tokens[i].second, &record));
    EXPECT_EQ(record, i);
    EXPECT_FALSE(slotsClaimToken(tokens[i].first, tokens[i].second, &record)) << "a second time";
  }
  expectEmpty();
}

// The SF has copied a packet, and the copy comes back when the slot is another packet's.
TEST(SlotsStore, AStampIsNoLongerGoodWhenItsSlotIsAnotherPackets) {
  slotsMake(4, lifetime);
  SlotsPacket packet{}, next{};
  uint64_t record = 0;
  ASSERT_TRUE(slotsInsertStamped(2, 11, &packet));
  ASSERT_TRUE(slotsClaimStamped(&packet, &record));
  EXPECT_EQ(record, 11U);
  EXPECT_FALSE(slotsClaimStamped(&packet, &record)) << "a second time";
  ASSERT_TRUE(slotsInsertStamped(2, 22, &next));
  ASSERT_EQ(next.place, packet.place);
  EXPECT_NE(next.time, packet.time);
  EXPECT_FALSE(slotsClaimStamped(&packet, &record)) << "another packet's slot";
  ASSERT_TRUE(slotsClaimStamped(&next, &record));
  EXPECT_EQ(record, 22U);
  expectEmpty();
}

// ---- threads

constexpr uint64_t sender_shift = 32;

/// Takes out until all have been sent and nothing is left.
void claimAll(const std::atomic<int>& senders, std::vector<std::vector<uint64_t>>& seen) {
  for (bool last = false;;) {
    uint64_t record;
    if (slotsClaim(3, 7, 1, &record)) {
      seen[record >> sender_shift].push_back(record & 0xFFFFFFFF);
    } else if (last) {
      return;
    } else {
      last = senders == 0;
      std::this_thread::yield();
    }
  }
}

void sendMany(uint64_t sender, uint64_t count) {
  for (uint64_t i = 0; i < count;) {
    if (i % 7 == 0) slotsRollBack(3, 7, 1);
    if (slotsInsert(3, 7, 1, sender << sender_shift | i)) {
      ++i;
    } else {
      std::this_thread::yield();
    }
  }
}

/// What several CPUs have inserted, several CPUs claim in order, of each sender.
TEST(SlotsStore, ManyCpusAreInOrder) {
  constexpr int cpus = 3, rounds = 200;
  constexpr uint64_t each = 12;
  for (const uint32_t buckets : {1U, 8U, 1024U}) {
    slotsMake(buckets, lifetime);
    for (int round = 0; round < rounds; ++round) {
      std::vector<std::thread> threads;
      for (int i = 0; i < cpus; ++i) threads.emplace_back([i] { sendMany(i, each); });
      for (std::thread& thread : threads) thread.join();
      threads.clear();
      const std::atomic<int> senders = 0;
      std::vector<std::vector<std::vector<uint64_t>>> seen(cpus, std::vector<std::vector<uint64_t>>(cpus));
      for (int i = 0; i < cpus; ++i) threads.emplace_back([&, i] { claimAll(senders, seen[i]); });
      for (std::thread& thread : threads) thread.join();
      size_t claimed = 0;
      for (const auto& claimer : seen) {
        for (const auto& of_sender : claimer) {
          ASSERT_TRUE(std::is_sorted(of_sender.begin(), of_sender.end()));
          claimed += of_sender.size();
        }
      }
      ASSERT_EQ(claimed, cpus * each);
    }
    expectEmpty();
  }
}

/// Each is claimed once, by any number of CPUs; the store is so small that it is full now and then. A look for the
/// oldest entry is not one step, so what is inserted meanwhile may be found before what was inserted shortly before it.
TEST(SlotsStore, ManyCpusClaimEachOnce) {
  for (const auto& [sender_count, claimer_count, buckets] :
       std::vector<std::tuple<int, int, uint32_t>>{{1, 1, 1024}, {2, 1, 4}, {1, 2, 16}, {3, 3, 8}, {2, 2, 1}}) {
    slotsMake(buckets, lifetime);
    constexpr uint64_t count = 30000;
    std::atomic<int> senders = sender_count;
    std::vector<std::thread> threads;
    for (int i = 0; i < sender_count; ++i) {
      threads.emplace_back([&, i] {
        sendMany(i, count);
        --senders;
      });
    }
    std::vector<std::vector<std::vector<uint64_t>>> seen(claimer_count,
                                                         std::vector<std::vector<uint64_t>>(sender_count));
    for (int i = 0; i < claimer_count; ++i) threads.emplace_back([&, i] { claimAll(senders, seen[i]); });
    for (std::thread& thread : threads) thread.join();
    for (int sender = 0; sender < sender_count; ++sender) {
      std::vector<uint64_t> all;
      for (const auto& claimer : seen) {
        all.insert(all.end(), claimer[sender].begin(), claimer[sender].end());
      }
      std::sort(all.begin(), all.end());
      ASSERT_EQ(all.size(), count);
      for (uint64_t i = 0; i < count; ++i) ASSERT_EQ(all[i], i);
    }
    expectEmpty();
  }
}

/// Insertion, claims, rollback and expiry at once, for several buckets: what goes in comes out once, or expires.
TEST(SlotsStore, TheBooksBalanceWithManyCpus) {
  slotsMake(8, lifetime);
  constexpr int cpus = 4;
  std::atomic<uint64_t> inserted = 0, claimed = 0, time = 1;
  std::vector<std::thread> threads;
  for (int cpu = 0; cpu < cpus; ++cpu) {
    threads.emplace_back([&, cpu] {
      std::mt19937 random(cpu);
      for (int i = 0; i < 100000; ++i) {
        const uint32_t bucket = random() % 3, key = random() % 2;
        uint64_t record;
        switch (random() % 16) {
          case 0:
            slotsRollBack(bucket, 1 + key, key);
            break;
          case 1:
            slotsSetTime(time += 3);
            break;
          default:
            if (random() % 2) {
              inserted += slotsInsert(bucket, 1 + key, key, i);
            } else {
              claimed += slotsClaim(bucket, 1 + key, key, &record);
            }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  expectTrueCounts();
  EXPECT_EQ(inserted, claimed + slotsState().expired + slotsState().live);
  EXPECT_GT(slotsState().expired, 0U);
  uint64_t record;
  for (uint32_t bucket = 0; bucket < 3; ++bucket)
    for (uint32_t key = 0; key < 2; ++key)
      while (slotsClaim(bucket, 1 + key, key, &record)) ++claimed;
  EXPECT_EQ(inserted, claimed + slotsState().expired);
  expectEmpty();
}

}  // namespace
}  // namespace sfc
