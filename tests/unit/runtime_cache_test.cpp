// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries decoded by the plan, and entries taken out of the slots store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "runtime/abi.h"
#include "runtime/fake/fake_kernel.h"
#include "runtime/slots.h"
#include "sfc/cache.h"

namespace sfc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

MATCHER_P2(Is, name, value, "") {
  return arg.name == name && arg.value == value;
}

// An entry: arrival (8), key (16: valid bits, 12-bit tag, IPv4 source, 4 unused), record (2 length, 2 saved, 8 bytes).
plan::Plan samplePlan() {
  plan::Plan plan;
  plan.headers = {{"label_t", 4, {{"label", 0, 20}, {"tc", 20, 3}, {"bos", 23, 1}, {"ttl", 24, 8}}}};
  plan.entry.size = 40;
  plan.entry.key_offset = 8;
  plan.entry.key_size = 16;
  plan.entry.key_fields = {{"tag.vid", 0, 36, 12}, {"ip.src", 1, 64, 32}, {"digest", plan::AlwaysValid, 48, 16}};
  plan.entry.record_offset = 24;
  plan.entry.record = {1, 0, 4, 8, {{"ether.type", 2, 2}}, {{"labels", "label_t", 0, true, 2, true}}};
  plan.cache.lifetime_ns = 1000;
  return plan;
}

std::vector<uint8_t> sampleEntry(uint32_t valid, uint16_t length) {
  std::vector<uint8_t> bytes(40);
  const uint64_t arrived = 5000;
  std::memcpy(bytes.data(), &arrived, sizeof(arrived));
  std::memcpy(bytes.data() + 8, &valid, sizeof(valid));
  const std::array<uint8_t, 8> key = {0xf1, 0x23, 0x00, 0x07, 10, 0, 0, 1};
  std::copy(key.begin(), key.end(), bytes.begin() + 12);
  std::memcpy(bytes.data() + 24, &length, sizeof(length));
  const std::array<uint8_t, 10> record = {0x88, 0x47, 0x03, 0xe8, 0x00, 0x40, 0x03, 0xe8, 0x11, 0x3f};
  std::copy(record.begin(), record.end(), bytes.begin() + 26);
  return bytes;
}

/// A record of two regions that says where its headers are: lengths 4 and 4, places (4 bytes each), bytes from 12 on.
TEST(CacheEntry, FollowsThePlacesThatTheRecordHas) {
  plan::Plan plan = samplePlan();
  plan.entry.record = {2, 0,  12,
                       8, {}, {{"outer", "label_t", 4, false, 1, false}, {"labels", "label_t", 8, false, 2, true}}};
  std::vector<uint8_t> bytes = sampleEntry(0b11, 4);
  bytes.resize(24 + 20);
  const std::array<uint16_t, 6> words = {4, 4, 0, 0, 4, 1};  // no outer; labels at 4, one
  std::memcpy(bytes.data() + 24, words.data(), sizeof(words));
  const std::array<uint8_t, 8> stripped = {1, 2, 3, 4, 0x03, 0xe8, 0x11, 0x3f};
  std::copy(stripped.begin(), stripped.end(), bytes.begin() + 36);
  const CacheEntry entry = decodeEntry(plan, bytes, 5500);
  ASSERT_EQ(entry.headers.size(), 1U);
  EXPECT_EQ(entry.headers[0].name, "labels[0]");
  EXPECT_THAT(entry.headers[0].fields, Contains(Is("label", "16001")));
}

TEST(CacheEntry, DecodesWhatThePacketHas) {
  const CacheEntry entry = decodeEntry(samplePlan(), sampleEntry(0b11, 8), 5500);
  EXPECT_EQ(entry.age_ns, 500U);
  EXPECT_FALSE(entry.expired);
  EXPECT_THAT(entry.key, ElementsAre(Is("tag.vid", "291"), Is("ip.src", "10.0.0.1"), Is("digest", "7")));
  EXPECT_THAT(entry.saved, ElementsAre(Is("ether.type", "34887")));
  ASSERT_EQ(entry.headers.size(), 2U);
  EXPECT_EQ(entry.headers[1].name, "labels[1]");
  EXPECT_THAT(entry.headers[1].fields,
              ElementsAre(Is("label", "16001"), Is("tc", "0"), Is("bos", "1"), Is("ttl", "63")));
}

TEST(CacheEntry, LeavesOutWhatIsNotValid) {
  const CacheEntry entry = decodeEntry(samplePlan(), sampleEntry(0b10, 4), 7000);
  EXPECT_TRUE(entry.expired);
  EXPECT_THAT(entry.key, ElementsAre(Is("ip.src", "10.0.0.1"), Is("digest", "7")));
  EXPECT_EQ(entry.headers.size(), 1U);
}

TEST(CacheEntry, SurvivesAPlanThatDoesNotFit) {
  plan::Plan plan = samplePlan();
  plan.entry.record_offset = 1000;
  plan.entry.key_fields.push_back({"far", plan::AlwaysValid, 4000, 64});
  EXPECT_TRUE(decodeEntry(plan, sampleEntry(0b11, 60000), 0).headers.empty());
  EXPECT_TRUE(decodeEntry(samplePlan(), {1, 2, 3}, 0).headers.empty());
}

class SlotsTest : public ::testing::Test {
protected:
  static constexpr unsigned bucket_count = 2;
  static constexpr unsigned entry_size = 16;

  SlotsTest()
      : loaded_(kernel_.load("", "",
                             {{},
                              {{SFC_MAP_BUCKETS, bucket_count},
                               {SFC_MAP_FAR, SFC_FAR_ELEMENTS(bucket_count)},
                               {SFC_MAP_ENTRIES, bucket_count * (SFC_WAYS - 1)},
                               {SFC_MAP_HASH, 8}}})) {}

  SlotMaps maps() {
    return {*loaded_.maps.at(SFC_MAP_BUCKETS), *loaded_.maps.at(SFC_MAP_FAR), *loaded_.maps.at(SFC_MAP_ENTRIES)};
  }
  size_t cellSize() const { return sizeof(sfc_bucket) + kernel_.entry_size; }
  sfc_bucket& bucket(size_t i) {
    return *reinterpret_cast<sfc_bucket*>(maps().buckets.memory().data() + i * cellSize());
  }
  uint8_t& firstEntry(size_t i) { return maps().buckets.memory()[i * cellSize() + sizeof(sfc_bucket)]; }
  uint8_t& entry(size_t i, size_t way) {
    return maps().entries.memory()[SFC_ENTRY_INDEX(i, way, bucket_count) * kernel_.entry_size];
  }
  sfc_far* far() { return reinterpret_cast<sfc_far*>(maps().far.memory().data()); }
  __u64& lastWord(size_t i) { return far()[i].word[SFC_FAR_WAYS - 1]; }
  __u64& flushedInKernel() { return far()[bucket_count].flushed; }

  FakeKernel kernel_;
  LoadedObject loaded_;
};

TEST_F(SlotsTest, CopiesWhatIsReady) {
  bucket(1).word[3] = 7 << SFC_TICKET_SHIFT | 1;
  bucket(1).word[4] = 7 << SFC_TICKET_SHIFT;  // free
  bucket(0).word[0] = SFC_WORD_BUSY | 1;
  entry(1, 3) = 42;
  auto copies = copyEntries(maps(), entry_size);
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0][0], 42);
  EXPECT_EQ(countLive(maps()), 2U);

  bucket(0).word[0] = 9 << SFC_TICKET_SHIFT | 1;
  firstEntry(0) = 41;
  lastWord(1) = 8 << SFC_TICKET_SHIFT | 1;
  entry(1, SFC_WAYS - 1) = 43;
  copies = copyEntries(maps(), entry_size);
  ASSERT_EQ(copies.size(), 3U);
  EXPECT_EQ(copies[0][0], 41);
  EXPECT_EQ(copies[1][0], 42);
  EXPECT_EQ(copies[2][0], 43);
}

TEST_F(SlotsTest, FlushTakesWhatIsReadyAndCounts) {
  bucket(0).word[0] = 1 << SFC_TICKET_SHIFT | 3;
  bucket(0).word[1] = 5 << SFC_TICKET_SHIFT;  // free
  lastWord(0) = 2 << SFC_TICKET_SHIFT | 4;
  bucket(0).others = 1;
  bucket(0).spilled = 1;
  bucket(1).word[5] = SFC_WORD_BUSY | 5;
  flushedInKernel() = 3;
  uint64_t flushed = 10;
  EXPECT_EQ(flushEntries(maps(), flushed), 2U);
  EXPECT_EQ(flushed, 12U);
  EXPECT_EQ(bucket(0).others, 0U);
  EXPECT_EQ(bucket(0).spilled, 0U);
  EXPECT_EQ(bucket(0).word[0], 1U << SFC_TICKET_SHIFT);  // the way keeps its ticket
  EXPECT_EQ(bucket(1).word[5], SFC_WORD_BUSY | 5);
  EXPECT_EQ(countLive(maps()), 1U);
  EXPECT_EQ(flushedInKernel(), 5U);
}

/// A far way may be in use for another bucket, which counts it.
TEST_F(SlotsTest, FlushCountsWhereTheEntryIsFrom) {
  far()[1].word[7] = 5 << SFC_TICKET_SHIFT | 3;
  far()[1].home[7] = 0;
  far()[0].word[2] = 6 << SFC_TICKET_SHIFT | 3;
  far()[0].home[2] = 0;
  far()[0].word[3] = 4 << SFC_TICKET_SHIFT | 9;
  far()[0].home[3] = 1;
  far()[1].word[8] = 7 << SFC_TICKET_SHIFT | 9;
  far()[1].home[8] = bucket_count;  // nobody's: never so, and no reason to write elsewhere
  bucket(0).others = bucket(0).spilled = 2;
  bucket(1).others = bucket(1).spilled = 1;
  EXPECT_EQ(countLive(maps()), 4U);
  uint64_t flushed = 0;
  EXPECT_EQ(flushEntries(maps(), flushed), 4U);
  for (size_t i = 0; i < bucket_count; ++i) {
    EXPECT_EQ(bucket(i).others, 0U);
    EXPECT_EQ(bucket(i).spilled, 0U);
  }
  EXPECT_EQ(far()[1].word[7], 5U << SFC_TICKET_SHIFT);
  EXPECT_EQ(countLive(maps()), 0U);
}

TEST_F(SlotsTest, FlushesAHash) {
  Map& hash = *loaded_.maps.at(SFC_MAP_HASH);
  for (uint8_t i = 0; i < 5; ++i) hash.update(Bytes{i}, Bytes{i, i});
  EXPECT_EQ(copyValues(hash).size(), 5U);
  uint64_t flushed = 0;
  EXPECT_EQ(flushHash(hash, flushed), 5U);
  EXPECT_EQ(flushed, 5U);
  EXPECT_TRUE(keysOf(hash).empty());
}

}  // namespace
}  // namespace sfc
