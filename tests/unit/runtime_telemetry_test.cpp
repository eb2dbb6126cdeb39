// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Records, reports and residence times from bytes made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "runtime/fake/fake_kernel.h"
#include "runtime/telemetry_report.h"
#include "sfc/proxy.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

/// Two words without gates: 4 and 28 bits, then 32.
plan::Telemetry plainTelemetry() {
  return {"plain", 0, 8, {{"kind", 0, 4}, {"latency", 4, 28}, {"node", 32, 32}}};
}

/// Gated by 16 bits as INT has them: node, two ports of 16 bits, latency, unknown queue, a time of 64 bits.
plan::Telemetry gatedTelemetry() {
  return {"gated",
          16,
          24,
          {{"node", 0, 32, true, 0, 0},
           {"in", 32, 16, true, 1, 1},
           {"out", 48, 16, true, 1, 1},
           {"latency", 64, 32, true, 2, 2},
           {"queue", 96, 32, true, 3, 3, false},
           {"time", 128, 64, true, 4, 4}}};
}

/// What hops have said that were asked like gatedTelemetry(), the queue by one of two bits, with a flag and a time
/// behind.
plan::Telemetry collectingTelemetry() {
  plan::Telemetry telemetry{"all", 16, 4, {{"domain", 0, 16}, {"flags", 16, 16}}, {}};
  telemetry.collected = {{"hops",
                          "hop",
                          16,
                          {{"node", 0, 32, true, 0, 0},
                           {"in", 32, 16, true, 1, 1},
                           {"out", 48, 16, true, 1, 1},
                           {"queue", 64, 32, true, 2, 3},
                           {"flag", 96, 1, true, 4, 4},
                           {"delay", 97, 31, true, 4, 4}}}};
  return telemetry;
}

plan::Plan samplePlan() {
  plan::Plan plan = smallestPlan();
  plan.counters.resize(2);
  plan.counters[0].name = "rx";
  plan.counters[1].name = "rx_stripped";
  plan.cache.entries = 10;
  plan.telemetry = {plainTelemetry(), gatedTelemetry(), collectingTelemetry()};
  plan.residence = true;
  return plan;
}

Bytes recordOf(uint32_t telemetry, uint64_t asked, const Bytes& data) {
  const sfc_report head{1000, 3500, 4, 5, telemetry, static_cast<uint32_t>(data.size()), asked};
  Bytes bytes(sizeof(head) + data.size());
  std::memcpy(bytes.data(), &head, sizeof(head));
  std::copy(data.begin(), data.end(), bytes.begin() + sizeof(head));
  return bytes;
}

const Bytes plain_data = {0xA1, 0x23, 0x45, 0x67, 0x00, 0x00, 0x00, 0x2A};
const Bytes gated_data = {0, 0, 0, 42, 0, 3, 0, 9, 0, 0, 0x27, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8};

// ---- records

std::vector<std::pair<std::string, uint64_t>> itemsOf(const std::optional<TelemetryRecord>& record) {
  std::vector<std::pair<std::string, uint64_t>> items;
  if (record)
    for (const TelemetryValue& item : record->items) items.emplace_back(item.name, item.value);
  return items;
}

TEST(TelemetryRecords, HaveTheItemsOfThePlan) {
  const auto record = decodeTelemetry(samplePlan(), recordOf(0, 0, plain_data));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->name, "plain");
  EXPECT_EQ(record->arrived_ns, 1000u);
  EXPECT_EQ(record->left_ns, 3500u);
  EXPECT_EQ(record->ingress_port, 4u);
  EXPECT_EQ(record->egress_port, 5u);
  EXPECT_THAT(itemsOf(record), ElementsAre(Pair("kind", 0xA), Pair("latency", 0x1234567), Pair("node", 42)));
}

TEST(TelemetryRecords, HaveOnlyWhatThePacketAskedForAndTheNodeKnows) {
  EXPECT_THAT(itemsOf(decodeTelemetry(samplePlan(), recordOf(1, 0x7000, gated_data))),
              ElementsAre(Pair("in", 3), Pair("out", 9), Pair("latency", 10000)));
  EXPECT_THAT(itemsOf(decodeTelemetry(samplePlan(), recordOf(1, 0x0800, gated_data))),
              ElementsAre(Pair("time", 0x0102030405060708)));
  EXPECT_THAT(itemsOf(decodeTelemetry(samplePlan(), recordOf(1, 0, gated_data))), ElementsAre());
}

TEST(TelemetryRecords, OfAnotherPlanAreRefused) {
  EXPECT_FALSE(decodeTelemetry(samplePlan(), recordOf(3, 0, gated_data)));
  EXPECT_FALSE(decodeTelemetry(samplePlan(), recordOf(1, 0, plain_data))) << "too short";
  Bytes cut = recordOf(0, 0, plain_data);
  cut.pop_back();
  EXPECT_FALSE(decodeTelemetry(samplePlan(), cut));
  EXPECT_FALSE(decodeTelemetry(samplePlan(), Bytes(10)));
}

TEST(TelemetryRecords, AreLinesOfJson) {
  const auto line = [](const Bytes& bytes) {
    return showTelemetry(samplePlan(), *decodeTelemetry(samplePlan(), bytes));
  };
  EXPECT_EQ(line(recordOf(1, 0x5000, gated_data)),
            R"({"schema":"sfcctl/v1","telemetry":"gated","arrived_ns":1000,"left_ns":3500,"ingress_port":4,)"
            R"("egress_port":5,"items":{"in":3,"out":9}})");
  Bytes gone = recordOf(0, 0, plain_data);
  std::fill(gone.begin() + offsetof(sfc_report, left), gone.begin() + offsetof(sfc_report, ingress_port), uint8_t{0});
  EXPECT_EQ(line(gone), R"({"schema":"sfcctl/v1","telemetry":"plain","arrived_ns":1000,"ingress_port":4,)"
                        R"("items":{"kind":10,"latency":19088743,"node":42}})")
      << "nothing came back";
}

// ---- what other hops have said

Bytes collectingRecord(const sfc_collected& where, const Bytes& packet) {
  Bytes data(sizeof(where));
  std::memcpy(data.data(), &where, sizeof(where));
  const Bytes items = {0, 9, 0, 1};
  data.insert(data.end(), items.begin(), items.end());
  data.insert(data.end(), packet.begin(), packet.end());
  return recordOf(2, 0x8000, data);
}

using Values = std::vector<std::optional<uint64_t>>;
constexpr std::nullopt_t none = std::nullopt;

std::vector<Values> valuesOf(const std::optional<TelemetryRecord>& record) {
  std::vector<Values> values;
  if (record)
    for (const TelemetryHop& hop : record->collected.at(0)) values.push_back(hop.values);
  return values;
}

TEST(TelemetryHops, AreInTheLineOfTheRecord) {
  const Bytes packet = {0, 0, 0, 7, 0, 3, 0, 4, 0, 0, 0, 6, 0xFF, 0xFF, 0xFF, 0xFF};
  const auto record = decodeTelemetry(samplePlan(), collectingRecord({0xC000, 0, 16, 8, 0}, packet));
  ASSERT_TRUE(record);
  EXPECT_THAT(showTelemetry(samplePlan(), *record),
              HasSubstr(R"("items":{"domain":9,"flags":1,"hops":[{"node":7,"in":3,"out":4},)"
                        R"({"node":6,"in":null,"out":null}]})"));
}

TEST(TelemetryHops, AreReadByWhatTheyWereAskedFor) {
  const Bytes packet = {1, 1, 0, 0, 0, 7, 0, 3, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0, 5, 0xFF, 0xFF};
  const auto record = decodeTelemetry(samplePlan(), collectingRecord({0xC000, 2, 16, 8, 0}, packet));
  EXPECT_THAT(itemsOf(record), ElementsAre(Pair("domain", 9), Pair("flags", 1)));
  EXPECT_THAT(valuesOf(record),
              ElementsAre(Values{7, 3, 4, none, none, none}, Values{none, 5, 0xFFFF, none, none, none}))
      << "what one bit asks for is not known if it is all ones together";
  EXPECT_EQ(record->packet, packet);
}

TEST(TelemetryHops, HaveItemsOfSeveralBitsOnceForEach) {
  const Bytes packet = {0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0, 0, 3};
  EXPECT_THAT(valuesOf(decodeTelemetry(samplePlan(), collectingRecord({0x3800, 0, 12, 12, 0}, packet))),
              ElementsAre(Values{none, none, none, none, 1, 3}));
  EXPECT_THAT(valuesOf(decodeTelemetry(samplePlan(), collectingRecord({0x1800, 0, 12, 12, 0}, packet))),
              ElementsAre(Values{none, none, none, none, 0, 2}));
}

TEST(TelemetryHops, EndWithWhatIsThere) {
  const Bytes packet = {0, 0, 0, 1, 0, 0, 0, 2, 0, 0};
  const auto hops = [&](const sfc_collected& where) {
    return valuesOf(decodeTelemetry(samplePlan(), collectingRecord(where, packet)));
  };
  EXPECT_THAT(hops({0x8000, 0, 400, 4, 0}), SizeIs(2)) << "the record has not the whole packet";
  EXPECT_THAT(hops({0x8000, 0, 7, 4, 0}), SizeIs(1)) << "what is left is no hop";
  EXPECT_THAT(hops({0x8000, 65535, 65535, 4, 0}), SizeIs(0));
  EXPECT_THAT(hops({0x8000, 0, 8, 0, 0}), SizeIs(0));
  EXPECT_THAT(hops({0xC000, 0, 4, 4, 0}), ElementsAre(Values{1, none, none, none, none, none}))
      << "items that do not fit into a hop are not known";
}

class ReaderTest : public ::testing::Test {
protected:
  ReaderTest() {
    kernel_->addDevice("in0", "veth");
    kernel_->addDevice("out0", "veth");
    kernel_->has_ring = true;
    kernel_->counters = 2 + SFC_RESIDENCE_BUCKETS;
  }

  Result<Proxy> load(const plan::Plan& plan) {
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan).dump()), "sample.o");
    return Proxy::load(kernel_, *object, "fw", {.ingress = {"in0"}, .egress = {"out0"}});
  }

  std::shared_ptr<FakeKernel> kernel_ = std::make_shared<FakeKernel>();
};

TEST_F(ReaderTest, TakesEachRecordOnce) {
  const auto proxy = load(samplePlan());
  ASSERT_TRUE(proxy) << proxy.error().text;
  auto reader = proxy->telemetry();
  ASSERT_TRUE(reader);
  kernel_->reports = {recordOf(0, 0, plain_data), recordOf(1, 0x8000, gated_data)};
  std::vector<std::string> names;
  const auto note = [&](const TelemetryRecord& record) { names.push_back(record.name); };
  EXPECT_EQ(*reader->read(note), 2u);
  EXPECT_EQ(*reader->read(note), 0u);
  EXPECT_THAT(names, ElementsAre("plain", "gated"));
}

TEST_F(ReaderTest, EndsWithTheProxy) {
  const auto proxy = load(samplePlan());
  auto reader = proxy->telemetry();
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->wait(std::chrono::milliseconds(0)));
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_EQ(reader->wait(std::chrono::milliseconds(0)).error().kind, ErrorKind::NotFound);
}

TEST_F(ReaderTest, IsTheOnlyOne) {
  const auto proxy = load(samplePlan());
  kernel_->locked = true;
  const auto reader = proxy->telemetry();
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::Conflict);
}

TEST_F(ReaderTest, NeedsASpecThatReportsAndMeasures) {
  plan::Plan plan = samplePlan();
  plan.telemetry.clear();
  plan.residence = false;
  const auto proxy = load(plan);
  ASSERT_TRUE(proxy);
  EXPECT_THAT(proxy->telemetry().error().text, HasSubstr("no `report`"));
  EXPECT_THAT(proxy->residence().error().text, HasSubstr("measures no times"));
}

TEST_F(ReaderTest, NeedsTheRingBufferInTheObject) {
  kernel_->has_ring = false;
  const auto proxy = load(samplePlan());
  ASSERT_FALSE(proxy);
  EXPECT_THAT(proxy.error().text, HasSubstr("no map sfc_reports"));
}

// ---- residence

TEST_F(ReaderTest, ReadsTheBucketsBehindTheCounters) {
  const auto proxy = load(samplePlan());
  ASSERT_TRUE(proxy);
  Bytes value(8 * (2 + SFC_RESIDENCE_BUCKETS));
  value[0] = 77;            // rx
  value[8 * (2 + 10)] = 5;  // 1024 to 2047 ns
  value[8 * (2 + 63)] = 1;
  kernel_->mapAt("/pins/fw/map_sfc_counters")->update(Bytes(4), value);
  const auto residence = proxy->residence();
  ASSERT_TRUE(residence);
  ASSERT_THAT(residence->buckets, SizeIs(SFC_RESIDENCE_BUCKETS));
  EXPECT_EQ(residence->buckets[10], 5u);
  EXPECT_EQ(residence->buckets[63], 1u);
  EXPECT_EQ(residence->packets(), 6u);
}

TEST(ResidenceTimes, PercentilesLieBetweenTheBoundsOfABucket) {
  Residence residence{std::vector<uint64_t>(64)};
  EXPECT_EQ(residence.percentile(0.5), 0);
  residence.buckets[10] = 50;  // 1024 to 2047 ns
  residence.buckets[20] = 40;  // about 1 to 2 ms
  residence.buckets[30] = 10;  // about 1 to 2 s
  EXPECT_DOUBLE_EQ(residence.percentile(0.25), 1536);
  EXPECT_DOUBLE_EQ(residence.percentile(0.5), 2048);
  EXPECT_DOUBLE_EQ(residence.percentile(0.7), 1.5 * (1 << 20));
  EXPECT_DOUBLE_EQ(residence.percentile(0.99), 1.9 * (1 << 30));
  EXPECT_DOUBLE_EQ(residence.percentile(1), 2.0 * (1 << 30));
}

// ---- Telemetry Reports

TelemetryRecord gatedRecord(uint64_t asked) {
  return *decodeTelemetry(samplePlan(), recordOf(1, asked, gated_data));
}

TEST(TelemetryReports, AreWrittenWordByWord) {
  ReportComposer composer(gatedTelemetry());
  EXPECT_THAT(composer.compose(gatedRecord(0xF800)),
              ElementsAre(0x20, 0, 0, 0,            // version 2, sequence number 0
                          0, 0, 0, 42,              // node
                          0x10, 0x06, 0x04, 0x20,   // INT, nothing inner, 6 words, 4 of metadata, a tracked flow
                          0x68, 0x00, 0, 0,         // ports, latency and time; not the node, not the queue; domain 0
                          0, 0, 0, 0,               // nothing of a domain's own
                          0, 3, 0, 9,               // ports
                          0, 0, 0x27, 0x10,         // latency
                          1, 2, 3, 4, 5, 6, 7, 8))  // time
      << "the queue is not known";
  EXPECT_THAT(composer.compose(gatedRecord(0x2000)), ElementsAre(0x20, 0, 0, 1, 0, 0, 0, 42, 0x10, 0x03, 0x01, 0x20,
                                                                 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x27, 0x10));
  EXPECT_THAT(composer.compose(gatedRecord(0)), SizeIs(20));
}

TEST(TelemetryReports, HaveThePacketAndItsDomain) {
  const Bytes packet = {2, 0, 0, 0, 0, 7};
  const auto record = decodeTelemetry(samplePlan(), collectingRecord({0x8000, 2, 4, 4, 0}, packet));
  ASSERT_TRUE(record);
  EXPECT_THAT(ReportComposer(collectingTelemetry()).compose(*record),
              ElementsAre(0x20, 0, 0, 0, 0, 0, 0, 0,  // version, sequence number; no node
                          0x13, 0x04, 0x00, 0x20,     // INT, Ethernet, 4 words
                          0, 0, 0, 9, 0, 0, 0, 0,     // no metadata, domain 9
                          2, 0, 0, 0, 0, 7, 0, 0));
  const auto large = decodeTelemetry(samplePlan(), collectingRecord({0x8000, 2, 4, 4, 0}, Bytes(1500, 1)));
  EXPECT_THAT(ReportComposer(collectingTelemetry()).compose(*large), SizeIs(12 + 4 * 255))
      << "no more words can be said";
}

TEST(TelemetryReports, NeedGatesOfIntsKind) {
  const auto refusal = [](const plan::Telemetry& telemetry) -> std::string {
    try {
      const ReportComposer composer(telemetry);
    } catch (const std::exception& failure) {
      return failure.what();
    }
    return "none";
  };
  EXPECT_THAT(refusal(plainTelemetry()), HasSubstr("it has none"));
  plan::Telemetry wide = gatedTelemetry();
  wide.gate_bits = 24;
  EXPECT_THAT(refusal(wide), HasSubstr("it has 24"));
  plan::Telemetry short_time = gatedTelemetry();
  short_time.items.back().width_bits = 32;
  EXPECT_THAT(refusal(short_time), HasSubstr("items of bit 4 have 4 bytes, not 8"));
}

}  // namespace
}  // namespace sfc
