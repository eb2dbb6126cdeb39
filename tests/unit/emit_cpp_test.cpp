// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The generated C++. What the accessors give is compared with bytes written by hand and, for whole entries, with what
// the runtime's own decoder makes of the same bytes.
#include <map>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/emit_cpp/identifiers.h"
#include "compiler/emit_cpp/text.h"
#include "int-md-udp-sink.sfc.hpp"
#include "int-mx-vxlan-gpe.sfc.hpp"
#include "odd-widths.sfc.hpp"
#include "runtime/fake/fake_kernel.h"
#include "sr-mpls-report.sfc.hpp"
#include "sr-mpls.sfc.hpp"

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Bits written as text, to bytes.
template <size_t Size>
std::array<uint8_t, Size> pack(const std::string& bits) {
  std::array<uint8_t, Size> bytes{};
  EXPECT_EQ(bits.size(), Size * 8);
  for (size_t i = 0; i < bits.size(); i++)
    bytes[i / 8] = static_cast<uint8_t>(bytes[i / 8] | (bits[i] - '0') << (7 - i % 8));
  return bytes;
}

std::string binary(uint64_t value, unsigned width) {
  std::string bits;
  for (unsigned i = width; i-- > 0;) bits += static_cast<char>('0' + (value >> i & 1));
  return bits;
}

std::string text(uint64_t value) {
  return fmt::format("{}", value);
}
template <size_t Size>
std::string text(const std::array<uint8_t, Size>& value) {
  return fmt::format("0x{:02x}", fmt::join(value, ""));
}

// ---- names and literals ---------------------------------------------------------------------------------------------

TEST(EmitCppNames, MakesIdentifiersOfNamesOfTheSpec) {
  sfc::emit_cpp::Names names{"Key"};
  EXPECT_EQ(names.add("sr-mpls"), "sr_mpls");
  EXPECT_EQ(names.add("tags[0].vid"), "tags_0_vid");
  EXPECT_EQ(names.add("digest(payload)"), "digest_payload");
  EXPECT_EQ(names.add("6to4"), "_6to4");
  EXPECT_EQ(names.add("\xc3\xa4"), "_");
}

TEST(EmitCppNames, KeepsThemApartFromEachOtherAndFromWordsOfCpp) {
  sfc::emit_cpp::Names names{"Key"};
  EXPECT_EQ(names.add("class"), "class_");
  EXPECT_EQ(names.add("class_"), "class__");
  EXPECT_EQ(names.add("Key"), "Key_");
  EXPECT_EQ(names.add("a.b"), "a_b");
  EXPECT_EQ(names.add("a_b"), "a_b_");
}

TEST(EmitCppNames, KeepsThemApartFromMacros) {
  sfc::emit_cpp::Names names{};
  EXPECT_EQ(names.add("INT_MAX"), "INT_MAX_");
  EXPECT_EQ(names.add("I"), "I_");
  EXPECT_EQ(names.add("SYS_read"), "SYS_read_");
  EXPECT_EQ(names.add("PRIu64"), "PRIu64_");
  EXPECT_EQ(names.add("s6_addr"), "s6_addr_");
  EXPECT_EQ(names.add("__LINE__"), "LINE__");
  EXPECT_EQ(names.add("_Bool"), "Bool");
  EXPECT_EQ(names.add("Mac_Address"), "Mac_Address");
}

TEST(EmitCppNames, KeepsNamespacesApartFromTheCLibrary) {
  EXPECT_EQ(sfc::emit_cpp::namespaceOf("main"), "main_");
  EXPECT_EQ(sfc::emit_cpp::namespaceOf("time"), "time_");
  EXPECT_EQ(sfc::emit_cpp::namespaceOf("-x"), "x");
  EXPECT_EQ(sfc::emit_cpp::namespaceOf("sr-mpls"), "sr_mpls");
}

TEST(EmitCppLiterals, QuotesAnyByte) {
  EXPECT_EQ(sfc::emit_cpp::quote(std::string_view("a\0001\xff\"?\\", 7)), R"("a\0001\377\042\077\134")");
  EXPECT_EQ(sfc::emit_cpp::comment("one\ntwo\\"), "one two ");
}

// ---- headers --------------------------------------------------------------------------------------------------------

TEST(EmitCppHeader, ReadsALabelStackEntry) {
  constexpr sr_mpls::mpls_t entry{{0x00, 0x3e, 0x9f, 0x40}};
  static_assert(entry.label() == 1001);
  EXPECT_EQ(entry.tc(), 7);
  EXPECT_EQ(entry.bos(), 1);
  EXPECT_EQ(entry.ttl(), 64);
}

TEST(EmitCppHeader, BuildsALabelStackEntry) {
  constexpr auto entry = sr_mpls::mpls_t{}.label(0xfffff).tc(5).bos(0).ttl(255);
  EXPECT_THAT(entry.bytes, ElementsAre(0xff, 0xff, 0xfa, 0xff));
  EXPECT_THAT(sr_mpls::mpls_t{entry}.label(0x100001).bytes, ElementsAre(0x00, 0x00, 0x1a, 0xff));
}

const std::array<uint8_t, 16> wide = {0x20, 1, 0x0d, 0xb8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xfe, 0xff};

std::string oddBits() {
  std::string bits = binary(5, 3) + binary(0x55, 7) + binary(0x123456789, 33);
  for (const uint8_t byte : wide) bits += binary(byte, 8);
  return bits + binary(0xfedcba9876543210, 64) + binary(21, 5);
}

TEST(EmitCppHeader, ReadsFieldsAcrossByteBorders) {
  const odd_widths::odd_t odd{pack<30>(oddBits())};
  EXPECT_EQ(odd.class_(), 5);
  EXPECT_EQ(odd.seven(), 0x55);
  EXPECT_EQ(odd.bytes_(), 0x123456789);
  EXPECT_EQ(odd.wide(), wide);
  EXPECT_EQ(odd.value(), 0xfedcba9876543210);
  EXPECT_EQ(odd.visit(), 21);
}

TEST(EmitCppHeader, WritesFieldsAcrossByteBorders) {
  odd_widths::odd_t odd;
  odd.class_(5).seven(0x55).bytes_(0x123456789).wide(wide).value(0xfedcba9876543210).visit(21);
  EXPECT_EQ(odd.bytes, pack<30>(oddBits()));
  // All ones, and one field cleared after the other: neighbours stay.
  odd.bytes.fill(0xff);
  odd.wide({});
  EXPECT_EQ(odd.bytes, pack<30>(std::string(43, '1') + std::string(128, '0') + std::string(69, '1')));
  odd.value(0);
  EXPECT_EQ(odd.bytes, pack<30>(std::string(43, '1') + std::string(192, '0') + std::string(5, '1')));
}

TEST(EmitCppHeader, NamesFieldsAsTheSpecDoes) {
  std::vector<std::string> names;
  odd_widths::odd_t{}.forEachField([&](std::string_view name, const auto&) { names.emplace_back(name); });
  EXPECT_THAT(names, ElementsAre("class", "seven", "bytes", "wide", "value", "visit"));
}

// ---- entries --------------------------------------------------------------------------------------------------------

template <typename Fields>
std::map<std::string, std::string> fieldsOf(const Fields& fields) {
  std::map<std::string, std::string> values;
  fields.forEachField([&](const std::string& name, const auto& value) { values[name] = text(value); });
  return values;
}

/// Is this a value that the decoder shows as a number, not as an address?
bool isNumber(const std::string& value) {
  return value.find_first_of(".:") == std::string::npos;
}

void expectSame(const std::map<std::string, std::string>& typed, const std::vector<sfc::FieldValue>& decoded) {
  for (const sfc::FieldValue& field : decoded) {
    ASSERT_TRUE(typed.count(field.name)) << field.name;
    if (isNumber(field.value)) {
      EXPECT_EQ(typed.at(field.name), field.value) << field.name;
    }
  }
}

class EmitCppEntry : public ::testing::Test {
protected:
  void SetUp() override {
    auto object = sfc::Object::fromBytes(odd_widths::objectBytes(), "odd-widths");
    ASSERT_TRUE(object) << object.error().text;
    plan = object->plan();
    bytes.resize(plan.entry.size);
  }

  /// The number of stripped bytes.
  void setLength(uint16_t length) { std::memcpy(bytes.data() + plan.entry.record_offset, &length, sizeof(length)); }

  odd_widths::Entry entry() const { return odd_widths::Entry::from(sfc::decodeEntry(plan, bytes, 5'000'000'000)); }

  sfc::plan::Plan plan;
  std::vector<uint8_t> bytes;
};

TEST_F(EmitCppEntry, SaysTheSameAsTheDecoder) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; round++) {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    setLength(38);
    const sfc::CacheEntry decoded = sfc::decodeEntry(plan, bytes, 0);
    const odd_widths::Entry typed = odd_widths::Entry::from(decoded);
    expectSame(fieldsOf(typed.key), decoded.key);
    ASSERT_THAT(decoded.headers, SizeIs(3));
    expectSame(fieldsOf(typed.odd().value()), decoded.headers[0].fields);
    ASSERT_THAT(typed.size(), SizeIs(2));
    expectSame(fieldsOf(typed.size()[1]), decoded.headers[2].fields);
    ASSERT_THAT(decoded.saved, SizeIs(1));
    EXPECT_EQ(text(typed.record.ether_type()), decoded.saved[0].value);
  }
}

TEST_F(EmitCppEntry, HasTheTimesOfTheEntry) {
  const uint64_t arrived = 2'000'000'000;
  std::memcpy(bytes.data(), &arrived, sizeof(arrived));
  EXPECT_EQ(entry().arrived_ns, arrived);
  EXPECT_EQ(entry().age_ns, 3'000'000'000);
  EXPECT_TRUE(entry().expired);
}

TEST_F(EmitCppEntry, HasOnlyTheKeyFieldsOfItsPacket) {
  const uint32_t none = 0;
  std::memcpy(bytes.data() + plan.entry.key_offset, &none, sizeof(none));
  EXPECT_FALSE(entry().key.udp_src_port());
  EXPECT_FALSE(entry().key.ipv6_src());
  EXPECT_THAT(fieldsOf(entry().key), SizeIs(0));
}

TEST_F(EmitCppEntry, HasOnlyWholeHeaders) {
  setLength(29);
  EXPECT_FALSE(entry().odd());
  EXPECT_THAT(entry().size(), IsEmpty());
  setLength(30);
  EXPECT_TRUE(entry().odd());
  EXPECT_THAT(entry().size(), IsEmpty());
  setLength(37);
  EXPECT_THAT(entry().size(), SizeIs(1));
  setLength(65535);
  EXPECT_THAT(entry().size(), SizeIs(3));
}

TEST_F(EmitCppEntry, TakesEntriesThatAreTooShort) {
  bytes.resize(20);
  EXPECT_THAT(entry().size(), IsEmpty());
  bytes.clear();
  EXPECT_EQ(entry().arrived_ns, 0);
}

// ---- counters and parameters ----------------------------------------------------------------------------------------

TEST(EmitCppStats, HasAMemberForEachName) {
  sfc::Stats read;
  read.by_name = {{"rx", 7}, {"rx_drop_malformed", 3}, {"live", 2}};
  const auto stats = odd_widths::Stats::from(read);
  EXPECT_EQ(stats.rx, 7);
  EXPECT_EQ(stats.rx_drop_malformed, 3);
  EXPECT_EQ(stats.live, 2);
  EXPECT_EQ(stats.tx, 0);
  uint64_t sum = 0;
  stats.forEach([&](std::string_view, uint64_t value) { sum += value; });
  EXPECT_EQ(sum, 12);
}

TEST(EmitCppParams, HasInitialValuesAndNames) {
  odd_widths::Params params;
  EXPECT_EQ(params.class_, 0x1234567890);
  params.colour = 30;
  const auto values = params.values();
  ASSERT_THAT(values, SizeIs(2));
  EXPECT_EQ(values[0].name, "class");
  EXPECT_EQ(values[1].name, "colour");
  EXPECT_EQ(values[1].value, 30);
}

TEST(EmitCppProxy, SaysWhyItDoesNotLoad) {
  const auto proxy = odd_widths::Proxy::load({.ingress = {"sfct-nosuch"}, .egress = {"sfct-nosuch"}});
  ASSERT_FALSE(proxy);
  EXPECT_FALSE(proxy.error().text.empty());
}

// ---- telemetry ------------------------------------------------------------------------------------------------------

sfc::TelemetryRecord sampleRecord(std::vector<uint8_t> data, uint64_t asked = 0) {
  sfc::TelemetryRecord record;
  record.arrived_ns = 1000;
  record.left_ns = 3500;
  record.ingress_port = 4;
  record.egress_port = 5;
  record.asked = asked;
  record.data = std::move(data);
  return record;
}

TEST(EmitCppTelemetry, ReadsItems) {
  const auto hop = sr_mpls_report::hop::from(sampleRecord(
      {0, 0, 0, 42, 0, 0, 0x09, 0xC4, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0x03, 0xE8, 0x1B, 0x40}));
  EXPECT_EQ(hop.arrived_ns, 1000u);
  EXPECT_EQ(hop.left_ns, 3500u);
  EXPECT_EQ(hop.ingress, 4u);
  EXPECT_EQ(hop.egress, 5u);
  EXPECT_EQ(hop.node_id(), 42u);
  EXPECT_EQ(hop.hop_latency(), 2500u);
  EXPECT_EQ(hop.in_flight(), 6u);
  EXPECT_EQ(hop.vnf_drops(), 7u);
  EXPECT_EQ(hop.label(), 0x3E81u);
  EXPECT_EQ(hop.tc(), 5u);
  EXPECT_EQ(hop.bos(), 1u);
  EXPECT_EQ(hop.ttl(), 0x40u);
}

TEST(EmitCppTelemetry, HasWhatThePacketAskedFor) {
  std::vector<uint8_t> data(40);
  data[3] = 42;
  data[11] = 7;
  const auto report = int_mx_vxlan_gpe::int_report::from(sampleRecord(data, 0x2000));
  EXPECT_EQ(report.hop_latency(), 7u);
  EXPECT_FALSE(report.node_id());
  EXPECT_FALSE(report.ingress_timestamp());
  EXPECT_EQ(int_mx_vxlan_gpe::int_report::from(sampleRecord(data, 0x8000)).node_id(), 42u);
}

TEST(EmitCppTelemetry, HasWhatHopsHaveSaid) {
  const auto kernel = std::make_shared<sfc::FakeKernel>();
  kernel->addDevice("in0", "veth");
  kernel->addDevice("out0", "veth");
  kernel->has_ring = true;
  const auto object = sfc::Object::fromBytes(int_md_udp_sink::objectBytes(), "int-md-udp-sink");
  ASSERT_TRUE(object);
  const auto proxy = sfc::Proxy::load(kernel, *object, "sink", {.ingress = {"in0"}, .egress = {"out0"}});
  ASSERT_TRUE(proxy) << proxy.error().text;
  auto reader = proxy->telemetry();
  ASSERT_TRUE(reader);
  int_md_udp_sink::Telemetry telemetry(*std::move(reader));
  const size_t items = object->plan().telemetry.at(0).size;
  std::vector<uint8_t> record(40 + 16 + items);  // struct sfc_report, struct sfc_collected and the items
  const std::vector<uint8_t> packet = {1, 1, 0, 0, 0, 7, 0, 3, 0, 4, 0, 0, 0, 9, 0xFF, 0xFF, 0xFF, 0xFF};
  record.insert(record.end(), packet.begin(), packet.end());
  record[28] = static_cast<uint8_t>(record.size() - 40);
  record[32 + 1] = record[40 + 1] = 0xC0;  // asked: node and ports
  record[40 + 8] = 2;                      // where in the packet
  record[40 + 10] = 16;                    // bytes of all hops
  record[40 + 12] = 8;                     // and of each
  record[40 + 16 + 1] = 5;                 // the domain
  kernel->reports = {record};
  int calls = 0;
  EXPECT_EQ(*telemetry.read([&](const int_md_udp_sink::int_sink& sink) {
    calls++;
    EXPECT_EQ(sink.domain(), 5u);
    EXPECT_FALSE(sink.ingress_timestamp());
    EXPECT_EQ(sink.packet, packet);
    ASSERT_EQ(sink.hops.size(), 2u);
    EXPECT_EQ(sink.hops[0].node_id(), 7u);
    EXPECT_EQ(sink.hops[0].egress_port_16(), 4u);
    EXPECT_FALSE(sink.hops[0].hop_latency()) << "nothing asks for it";
    EXPECT_EQ(sink.hops[1].node_id(), 9u);
    EXPECT_FALSE(sink.hops[1].ingress_port_16()) << "it does not know";
  }),
            1u);
  EXPECT_EQ(calls, 1);
}

TEST(EmitCppTelemetry, HandsRecordsToWhoTakesThem) {
  const auto kernel = std::make_shared<sfc::FakeKernel>();
  kernel->addDevice("in0", "veth");
  kernel->addDevice("out0", "veth");
  kernel->has_ring = true;
  const auto object = sfc::Object::fromBytes(sr_mpls_report::objectBytes(), "sr-mpls-report");
  ASSERT_TRUE(object);
  const auto proxy = sfc::Proxy::load(kernel, *object, "fw", {.ingress = {"in0"}, .egress = {"out0"}});
  ASSERT_TRUE(proxy) << proxy.error().text;
  auto reader = proxy->telemetry();
  ASSERT_TRUE(reader);
  sr_mpls_report::Telemetry telemetry(*std::move(reader));
  std::vector<uint8_t> record(40 + 28);  // struct sfc_report and the data
  record[28] = 28;                       // their length
  record[40 + 3] = 42;
  kernel->reports = {record, record};
  std::vector<uint32_t> nodes;
  EXPECT_EQ(*telemetry.read([&](const sr_mpls_report::hop& hop) { nodes.push_back(hop.node_id()); }), 2u);
  EXPECT_THAT(nodes, ElementsAre(42, 42));
  kernel->reports = {record};
  EXPECT_EQ(*telemetry.read([](const std::string&) { FAIL(); }), 1u) << "it takes something else";
}

}  // namespace
