// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The interpreter's parts: bits and sums, expressions, the cache, computed fields, and both hooks together.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

#include "compiler/sim/bytes.h"
#include "compiler/sim/cache.h"
#include "compiler/sim/run.h"
#include "compiler/sim/sim.h"
#include "lib/abi/buckets.h"
#include "lib/tables/entry_error.h"
#include "lib/telemetry/record.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using sim::Bytes;
using sim::Cache;
using sim::Record;
using test::Compiled;
using test::spec;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// ---- bytes
// -----------------------------------------------------------------------------------------------------------

TEST(SimBytes, FieldsLieMostSignificantBitFirst) {
  Bytes bytes = {0x12, 0x34, 0x56, 0x78};
  EXPECT_EQ(getBits(bytes.data(), 0, 4), 1u);
  EXPECT_EQ(getBits(bytes.data(), 4, 12), 0x234u);
  EXPECT_EQ(getBits(bytes.data(), 7, 10), 0x68u);
  setBits(bytes.data(), 4, 12, 0xFABC);
  EXPECT_THAT(bytes, ElementsAre(0x1A, 0xBC, 0x56, 0x78)) << "cut to the width";
  setBits(bytes.data(), 15, 3, 7);
  EXPECT_THAT(bytes, ElementsAre(0x1A, 0xBD, 0xD6, 0x78));
}

TEST(SimBytes, SumsWrapAround) {
  EXPECT_EQ(sim::onesSum(Bytes{0xFF, 0xFF, 0x00, 0x01}), 1u);
  EXPECT_EQ(sim::onesSum(Bytes{0x01, 0x02, 0x03}), 0x0402u) << "an odd byte is a high one";
  EXPECT_EQ(sim::onesAdd(0x1234, static_cast<uint16_t>(~0x1234)), 0xFFFFu);
}

// ---- expressions
// -----------------------------------------------------------------------------------------------------

class NoValues : public sim::Values {
public:
  uint64_t field(const ir::FieldRef&) const override { return 0; }
  uint64_t size(unsigned) const override { return 0; }
  uint64_t variable(unsigned) const override { return 7; }
  uint64_t param(unsigned) const override { return 0; }
};

ir::ExprPtr expr(decltype(ir::Expr::node) node) {
  return std::make_shared<ir::Expr>(ir::Expr{{}, std::move(node)});
}

uint64_t evaluated(ir::BinaryOp op, int64_t left, int64_t right) {
  return sim::evaluate(*expr(ir::Binary{op, expr(ir::Constant{left}), expr(ir::Constant{right})}), NoValues());
}

TEST(SimExpressions, NumbersHave64BitsAndWrapAround) {
  using Op = ir::BinaryOp;
  EXPECT_EQ(evaluated(Op::Add, INT64_MAX, 1), uint64_t{1} << 63);
  EXPECT_EQ(evaluated(Op::Sub, 3, 5), static_cast<uint64_t>(-2));
  EXPECT_EQ(evaluated(Op::Shl, 1, 63), uint64_t{1} << 63);
  EXPECT_EQ(evaluated(Op::Xor, -1, 1), ~uint64_t{1});
}

TEST(SimExpressions, ComparisonsAreSignedDivisionAndShiftsAreNot) {
  using Op = ir::BinaryOp;
  EXPECT_EQ(evaluated(Op::Lt, -1, 0), 1u);
  EXPECT_EQ(evaluated(Op::Ge, -1, 0), 0u);
  EXPECT_EQ(evaluated(Op::Div, -1, 2), UINT64_MAX / 2);
  EXPECT_EQ(evaluated(Op::Mod, -1, 10), UINT64_MAX % 10);
  EXPECT_EQ(evaluated(Op::Shr, -1, 60), 15u);
}

TEST(SimExpressions, LogicIsOneOrZero) {
  using Op = ir::BinaryOp;
  EXPECT_EQ(evaluated(Op::LogicalAnd, 4, 2), 1u);
  EXPECT_EQ(evaluated(Op::LogicalOr, 0, -3), 1u);
  const auto variable = expr(ir::VariableRef{0});
  EXPECT_EQ(sim::evaluate(*expr(ir::Unary{ir::UnaryOp::Not, variable}), NoValues()), 0u);
  EXPECT_EQ(sim::evaluate(*expr(ir::Unary{ir::UnaryOp::Negate, variable}), NoValues()), static_cast<uint64_t>(-7));
  EXPECT_EQ(sim::evaluate(*expr(ir::Unary{ir::UnaryOp::Complement, variable}), NoValues()), ~uint64_t{7});
}

// ---- bits of fields
// -------------------------------------------------------------------------------------------------------

/// Headers of both ends of a link, the second in place; edits on return.
std::string inPlace(const std::string& on_return) {
  return "header ends_t { bit<128> to; bit<128> from; bit<16> type; }\n"
         "parser X { ends_t ends; state start { extract ends; transition accept; } }\n"
         "proxy P { parse X; on arrival { ends.type = 1; } on return { " +
         on_return + " } }\n";
}

std::optional<Bytes> returned(const std::string& on_return, const Bytes& frame) {
  Compiled compiled(inPlace(on_return));
  const auto program = compiled.program();
  EXPECT_TRUE(program) << compiled.errors();
  if (!program) return std::nullopt;
  sim::Simulator simulator(*program, {});
  return simulator.egress(frame, {});
}

TEST(SimSlices, AreReadAndWritten) {
  Bytes frame(34);
  for (size_t i = 0; i < frame.size(); i++) frame[i] = static_cast<uint8_t>(i);
  const auto out = returned("ends.to[95:32] = ends.to[79:16]; ends.to[7:4] = ends.from[11:0] >> 8;", frame);
  ASSERT_TRUE(out);
  Bytes wanted = frame;
  for (size_t i = 4; i < 12; i++) wanted[i] = frame[i + 2];
  wanted[15] = static_cast<uint8_t>((frame[30] & 0xF) << 4 | (frame[15] & 0xF));
  EXPECT_EQ(*out, wanted);
}

TEST(SimSlices, WideFieldsAreComparedWhole) {
  Bytes frame(34, 7);
  EXPECT_TRUE(returned("if (ends.to != ends.from) { drop; }", frame));
  EXPECT_FALSE(returned("if (ends.to == ends.from) { drop; }", frame));
  for (const size_t at : {0, 7, 8, 15, 16, 31}) {
    Bytes other = frame;
    other[at] ^= 1;
    EXPECT_FALSE(returned("if (ends.to != ends.from) { drop; }", other)) << at;
  }
}

TEST(SimClassifier, PushesTheHeadersOfTheSpecWithoutTables) {
  Compiled compiled("param bit<12> first = 1;\n" + test::Headers + "parser X { " + test::Instances + test::States +
                    "} classifier C { parse X; push tags { tags[0].id = param.first; tags[1].id = 5; tags.level = 3; "
                    "tags.last.last = 1; } }");
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Simulator simulator(*program, {.params = {0xABC}});
  const Bytes frame = {1, 2, 3, 4, 5, 6, 0, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  EXPECT_THAT(simulator.egress(frame).value_or(Bytes{}),
              ElementsAre(1, 2, 3, 4, 5, 6, 0, 7, 0xAB, 0xC6, 0, 0, 0, 0x57, 0, 0, 9, 10, 11, 12, 13, 14, 15, 16));
}

// ---- the cache
// -------------------------------------------------------------------------------------------------------

Record recordOf(uint8_t byte) {
  Record record;
  record.bytes = {byte};
  return record;
}

TEST(SimCache, EqualKeysAreFirstInFirstOut) {
  Cache cache(19, 1000);
  uint64_t expired = 0;
  for (uint8_t i = 1; i <= 9; i++) EXPECT_TRUE(cache.insert("a", i, expired, recordOf(i)));
  EXPECT_TRUE(cache.insert("b", 10, expired, recordOf(100)));
  for (uint8_t i = 1; i <= 9; i++) EXPECT_EQ(cache.claim("a", 20, expired)->bytes, Bytes{i});
  EXPECT_FALSE(cache.claim("a", 20, expired));
  EXPECT_EQ(cache.live(), 1u);
}

TEST(SimNewest, IsReadByAllAndEndsByTime) {
  using Stored = sim::Newest::Stored;
  sim::Newest newest(1, 1000);
  uint64_t expired = 0;
  EXPECT_FALSE(newest.find("a", 0, expired));
  EXPECT_EQ(newest.store("a", 0, expired, recordOf(1)), Stored::Inserted);
  for (int i = 0; i < 3; i++) EXPECT_EQ(newest.find("a", 1000, expired)->bytes, Bytes{1});
  EXPECT_EQ(newest.store("a", 900, expired, recordOf(1)), Stored::Renewed);
  EXPECT_EQ(newest.find("a", 1900, expired)->bytes, Bytes{1}) << "the last packet counts";
  EXPECT_EQ(newest.store("a", 1900, expired, recordOf(2)), Stored::Replaced);
  EXPECT_EQ(newest.find("a", 2900, expired)->bytes, Bytes{2});
  EXPECT_EQ(expired, 0U);
  EXPECT_FALSE(newest.find("a", 2901, expired));
  EXPECT_FALSE(newest.find("a", 2901, expired));
  EXPECT_EQ(expired, 1U);
  EXPECT_EQ(newest.live(), 0U);

  for (int i = 0; i < SFC_NEAR_WAYS; i++)
    EXPECT_EQ(newest.store(std::to_string(i), 5000, expired, recordOf(3)), Stored::Inserted);
  EXPECT_EQ(newest.store("a", 6000, expired, recordOf(3)), Stored::Full);
  EXPECT_EQ(newest.store("0", 6000, expired, recordOf(3)), Stored::Renewed);
  EXPECT_EQ(newest.store("a", 6001, expired, recordOf(3)), Stored::Inserted) << "in place of those that are too old";
  EXPECT_EQ(newest.live(), 2U);
}

TEST(SimCache, OneKeyCanFillIt) {
  Cache small(19, 1000), large(10000, 1000);  // of one bucket, and of 1024
  uint64_t expired = 0;
  for (int i = 0; i < SFC_WAYS; i++) EXPECT_TRUE(small.insert("a", 0, expired, recordOf(0)));
  EXPECT_FALSE(small.insert("a", 0, expired, recordOf(0)));
  EXPECT_FALSE(small.insert("b", 0, expired, recordOf(0)));
  EXPECT_EQ(small.live(), uint64_t{SFC_WAYS});
  EXPECT_TRUE(small.insert("a", 1001, expired, recordOf(0))) << "in place of those that are too old";
  EXPECT_EQ(expired + small.live(), SFC_WAYS + 1u);

  for (int i = 0; i < SFC_NEAR_WAYS + SFC_FAR_WAYS * 1024; i++)
    EXPECT_TRUE(large.insert("a", 0, expired, recordOf(static_cast<uint8_t>(i))));
  EXPECT_FALSE(large.insert("a", 0, expired, recordOf(0)));
  EXPECT_TRUE(large.insert("b", 0, expired, recordOf(0))) << "another key has near ways of its own";
  for (int i = 0; i < 10000; i++) EXPECT_EQ(large.claim("a", 1, expired)->bytes, Bytes{static_cast<uint8_t>(i)});
}

TEST(SimCache, WhatIsOlderThanTheLifetimeIsNobodys) {
  Cache cache(19, 1000);
  uint64_t expired = 0;
  EXPECT_TRUE(cache.insert("a", 0, expired, recordOf(1)));
  EXPECT_TRUE(cache.insert("a", 500, expired, recordOf(2)));
  EXPECT_EQ(cache.claim("a", 1001, expired)->bytes, Bytes{2});
  EXPECT_EQ(expired, 1u);
  EXPECT_TRUE(cache.insert("a", 2000, expired, recordOf(3)));
  EXPECT_TRUE(cache.claim("a", 3000, expired)) << "as old as that is not older";
}

// ---- computed fields
// --------------------------------------------------------------------------------------------------

/// An outer header with a length and two checksums, which is stripped.
ir::Program derivedProgram() {
  Compiled compiled(R"(
header link_t { bit<48> to; bit<48> from; bit<16> type; }
header outer_t { @length bit<16> length; @checksum bit<16> sum; @checksum(payload) bit<16> all; bit<16> next; }
header data_t { bit<32> a; bit<32> b; }
parser X {
    link_t link; outer_t outer; data_t data;
    state start { extract link; select (link.type) { 7: outer; 8: data; default: pass; } }
    state outer { extract outer; select (outer.next) { 1: data; } }
    state data { extract data; transition accept; }
}
key k { data.a; data.b; }
proxy P { parse X; strip outer; key k; }
)");
  auto program = compiled.program();
  EXPECT_TRUE(program) << compiled.errors();
  return program ? std::move(*program) : ir::Program{};
}

Bytes derivedPacket(uint16_t sum, uint16_t all, const Bytes& rest) {
  Bytes packet(14);
  packet[13] = 7;
  const Bytes outer = {0,
                       static_cast<uint8_t>(8 + rest.size()),
                       static_cast<uint8_t>(sum >> 8),
                       static_cast<uint8_t>(sum),
                       static_cast<uint8_t>(all >> 8),
                       static_cast<uint8_t>(all),
                       0,
                       1};
  packet.insert(packet.end(), outer.begin(), outer.end());
  packet.insert(packet.end(), rest.begin(), rest.end());
  return packet;
}

TEST(SimDerived, WhatNothingTouchedComesBackAsItWas) {
  const ir::Program program = derivedProgram();
  for (const uint16_t sum : {0, 1, 0xFFFE, 0xFFFF}) {
    sim::Simulator simulator(program, {});
    const Bytes packet = derivedPacket(sum, sum, Bytes(9));
    const auto up = simulator.ingress(packet);
    ASSERT_TRUE(up);
    EXPECT_EQ(simulator.egress(up->frame), packet) << sum;
  }
}

TEST(SimDerived, LengthsAndChecksumsFollowThePacket) {
  const ir::Program program = derivedProgram();
  sim::Simulator simulator(program, {});
  auto up = simulator.ingress(derivedPacket(0x1234, 0x5678, Bytes(8)));
  ASSERT_TRUE(up);
  up->frame.push_back(0x01);
  up->frame.push_back(0x02);
  // The length grows by 2, so the header's checksum shrinks by 2; the other one also covers that and the new bytes.
  const auto sum = static_cast<uint16_t>(0x1234 - 2);
  auto expected = derivedPacket(sum, static_cast<uint16_t>(0x5678 - 0x0102), Bytes(8));
  expected[15] += 2;
  expected.push_back(0x01);
  expected.push_back(0x02);
  EXPECT_EQ(simulator.egress(up->frame), expected);
}

// ---- both hooks
// ------------------------------------------------------------------------------------------------------

/// Two tags of 4 bytes, then data.
Bytes taggedPacket() {
  Bytes packet = {1, 2, 3, 4, 5, 6, 0, 7, 0, 0x10, 0, 0, 0, 0x21, 0, 0};
  for (uint8_t i = 0; i < 8; i++) packet.push_back(i);
  packet[11] = 1;
  packet[9] = 0x00;   // first tag: not the last
  packet[13] = 0x01;  // second: the last
  return packet;
}

TEST(Simulator, StripsAndPutsBack) {
  Compiled compiled(spec());
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  for (const bool kernel : {false, true}) {
    sim::Setup setup;
    setup.kernel = kernel;
    sim::Simulator simulator(*program, setup);
    const Bytes packet = taggedPacket();
    auto up = simulator.ingress(packet);
    ASSERT_TRUE(up);
    EXPECT_EQ(up->frame.size(), packet.size() - 8);
    EXPECT_EQ(up->frame[7], 8) << "the type says what follows now";
    EXPECT_EQ(simulator.egress(up->frame, std::move(up->metadata)), packet);
    EXPECT_THAT(simulator.counters(), Contains(Pair("tx_restored", 1)));
    EXPECT_THAT(simulator.counters(), Contains(Pair(kernel ? "carried" : "inserted", 1)));
    EXPECT_THAT(simulator.counters(), Contains(Pair("live", 0)));
  }
}

/// Tags number `from` to `to`, the last of which says so, then data.
Bytes packetOfTags(unsigned from, unsigned to) {
  Bytes packet = {1, 2, 3, 4, 5, 6, 0, 7};
  for (unsigned i = from; i <= to; i++)
    for (const unsigned byte : {0U, i << 4 | (i == to ? 1U : 0U), 0U, i}) packet.push_back(static_cast<uint8_t>(byte));
  for (uint8_t i = 0; i < 8; i++) packet.push_back(i);
  return packet;
}

TEST(Simulator, PopsSeveralElementsOrThoseThatThereAre) {
  for (const unsigned count : {1, 2, 4}) {
    Compiled compiled(spec(fmt::format("on return {{ tags.pop({}); tags[0].rest = tags.size; }}", count)));
    const auto program = compiled.program();
    ASSERT_TRUE(program) << compiled.errors();
    for (unsigned tags = 1; tags <= 4; tags++) {
      sim::Simulator simulator(*program, {});
      auto up = simulator.ingress(packetOfTags(1, tags));
      ASSERT_TRUE(up);
      Bytes expected = up->frame;
      if (tags > count) {
        expected = packetOfTags(count + 1, tags);
        expected[11] = static_cast<uint8_t>(tags - count);
      }
      EXPECT_EQ(simulator.egress(up->frame, std::move(up->metadata)), expected) << count << " of " << tags;
    }
  }
}

TEST(Simulator, APacketThatHasLostItsMetadataIsAMissOfOneThatWasForwarded) {
  Compiled compiled(spec("cache { miss drop; }"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  for (const bool kernel : {false, true}) {
    sim::Setup setup;
    setup.kernel = kernel;
    sim::Simulator simulator(*program, setup);
    auto up = simulator.ingress(taggedPacket());
    ASSERT_TRUE(up);
    up->frame.back() ^= 1;  // nor is it in the cache
    simulator.egress(up->frame);
    EXPECT_THAT(simulator.counters(), Contains(Pair("tx_restored", 0)));
    EXPECT_THAT(simulator.counters(), Contains(Pair("tx_drop_miss", 1)));
    EXPECT_THAT(simulator.counters(), Contains(Pair("misses_forwarded", kernel ? 1 : 0)));
  }
}

TEST(Simulator, WhatIngressPassesLeavesAsItCame) {
  Compiled compiled(spec());
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  const Bytes packet = {1, 2, 3, 4, 5, 6, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7};  // like what the SF sees of others
  for (const bool kernel : {false, true}) {
    sim::Setup setup;
    setup.kernel = kernel;
    sim::Simulator simulator(*program, setup);
    const auto up = simulator.ingress(packet);
    ASSERT_TRUE(up);
    EXPECT_EQ(up->frame, packet);
    EXPECT_EQ(simulator.egress(up->frame), packet);
    EXPECT_THAT(simulator.counters(), Contains(Pair("rx_ignored", 1)));
    EXPECT_THAT(simulator.counters(), Contains(Pair("tx_pass_miss", 1)));
  }
}

TEST(Simulator, CountsReportsAlsoOfPacketsThatAreDroppedThen) {
  Compiled compiled("telemetry hop { bit<32> latency = now - arrived; }\n" +
                    spec("on return { report hop; if (tags[0].rest == 1) { drop; } report hop; }"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Simulator simulator(*program, {});
  Bytes packet = taggedPacket();
  EXPECT_FALSE(simulator.egress(simulator.ingress(packet)->frame));
  EXPECT_THAT(simulator.counters(), Contains(Pair("telemetry_reported", 1)));
  packet[11] = 2;
  EXPECT_TRUE(simulator.egress(simulator.ingress(packet)->frame));
  EXPECT_THAT(simulator.counters(), Contains(Pair("telemetry_reported", 3)));
  EXPECT_THAT(simulator.counters(), Contains(Pair("telemetry_lost", 0)));
}

TEST(Simulator, ReportsWhatGoesForGoodInTheOrderOfTheText) {
  Compiled compiled(
      "telemetry seen { bit<16> id = tags[0].id; bit<16> port = ingress_port; }\n" + test::Headers + "parser X { " +
      test::Instances + test::States +
      "}\negress P { parse X; strip tags; on arrival { report seen; if (tags[0].rest == 1) { drop hops; } "
      "report seen; } }\n");
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Simulator simulator(*program, {});
  Bytes packet = taggedPacket();
  packet[8] = 0x12;
  EXPECT_FALSE(simulator.ingress(packet));
  EXPECT_THAT(simulator.counters(), Contains(Pair("telemetry_reported", 1)));
  EXPECT_THAT(simulator.counters(), Contains(Pair("rx_drop_hops", 1)));
  const auto reports = simulator.takeReports();
  ASSERT_EQ(reports.size(), 1u);
  const auto record = decodeTelemetry(program->plan, reports.front());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->items.at(0).value, 0x120u) << "tags[0].id";
  EXPECT_EQ(record->ingress_port, 1u);
  EXPECT_EQ(record->left_ns, 0u);
  packet[11] = 2;
  const auto up = simulator.ingress(packet);
  ASSERT_TRUE(up);
  EXPECT_EQ(up->frame.size(), packet.size() - 8);
  EXPECT_THAT(simulator.counters(), Contains(Pair("telemetry_reported", 3)));
  EXPECT_THAT(simulator.counters(), Contains(Pair("rx_stripped", 1)));
  EXPECT_EQ(simulator.takeReports().size(), 2u) << "each is taken once";
}

TEST(Simulator, ARecordTooLargeForTheMetadataIsNamedByAToken) {
  Compiled compiled(spec());
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Setup setup;
  setup.kernel = true;
  setup.metadata_max = SFC_META_TOKEN_SIZE;
  sim::Simulator simulator(*program, setup);
  const auto up = simulator.ingress(taggedPacket());
  ASSERT_TRUE(up && up->metadata.token);
  EXPECT_EQ(simulator.egress(up->frame, up->metadata), taggedPacket());
  EXPECT_FALSE(simulator.egress(up->frame, up->metadata)) << "a copy of the packet";
  EXPECT_THAT(simulator.counters(), Contains(Pair("tx_drop_duplicate", 1)));
}

// ---- captures

/// Runs packets, and others that come back in their place.
sim::RunOutput runBack(const std::vector<Bytes>& in, const std::vector<Bytes>& back, bool kernel = true) {
  Compiled compiled(spec());
  const auto program = compiled.program();
  const auto capture = [](const std::vector<Bytes>& frames) {
    std::vector<pcap::Packet> packets;
    for (const Bytes& frame : frames) packets.push_back({packets.size(), frame});
    return packets;
  };
  sim::Setup setup;
  setup.kernel = kernel;
  sim::RunInput input;
  input.in = capture(in);
  input.back = capture(back);
  return sim::run(*program, std::move(setup), input);
}

Bytes untagged(Bytes tagged) {
  tagged.erase(tagged.begin() + 8, tagged.begin() + 16);
  tagged[7] = 8;
  return tagged;
}

TEST(SimRun, WhatComesBackInKernelModeIsWhatTheFunctionMadeOfThePacketsInOrder) {
  Bytes one = taggedPacket(), other = taggedPacket();
  other[8] = 0x70;
  Bytes first = untagged(one), second = untagged(other);
  for (size_t i = 8; i < first.size(); i++) first[i] = second[i] = 0xEE;  // nothing that a key could find
  const sim::RunOutput output = runBack({one, other}, {second, first});
  ASSERT_EQ(output.out.size(), 2u);
  EXPECT_EQ(output.out[0].bytes.at(8), one[8]);
  EXPECT_EQ(output.out[1].bytes.at(8), other[8]);
  EXPECT_EQ(output.out[0].bytes.back(), 0xEE);
  EXPECT_THAT(output.errors, ElementsAre());
  EXPECT_THAT(output.counters, Contains(Pair("returned", 2)));
}

TEST(SimRun, InKernelModeAsManyComeBackAsWentUp) {
  const Bytes packet = taggedPacket();
  EXPECT_THAT(runBack({packet, packet}, {untagged(packet)}).errors,
              ElementsAre(HasSubstr("2 packets reached the SF and 1 return")));
  EXPECT_THAT(runBack({packet, packet}, {untagged(packet)}, false).errors, ElementsAre());
}

TEST(SimRun, OnlyWhatNoCaptureHoldsIsRefused) {
  Bytes large = taggedPacket();
  large.resize(65535);
  EXPECT_EQ(runBack({large}, {untagged(large)}).out.at(0).bytes, large);
  EXPECT_EQ(runBack({large}, {untagged(large)}, false).out.at(0).bytes, large);
  large.push_back(0);
  EXPECT_THAT(runBack({large}, {}).errors, ElementsAre("packet 1: 65536 bytes are not a frame, which has 14 to 65535"));
  EXPECT_THAT(runBack({Bytes(13)}, {}).errors, ElementsAre(HasSubstr("13 bytes are not a frame")));
}

TEST(SimRun, APacketThatTheHostLosesDoesNotEndTheRun) {
  Bytes runt = taggedPacket();
  runt.resize(14);  // with a VLAN tag that is cut off
  runt[7] = 9;      // passes
  runt[12] = 0x81;
  runt[13] = 0;
  const Bytes packet = taggedPacket();
  const sim::RunOutput output = runBack({runt, packet}, {untagged(packet)});
  EXPECT_THAT(output.errors, ElementsAre(HasSubstr("packet 1: the host does not accept")));
  ASSERT_EQ(output.out.size(), 1u);
  EXPECT_EQ(output.out[0].bytes, packet);
}

TEST(Simulator, ThePacketThatComesTooLateMisses) {
  Compiled compiled(spec());
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Setup setup;
  setup.clock = sim::steppedClock(5, 1'000'000'001);
  sim::Simulator simulator(*program, setup);
  const auto up = simulator.ingress(taggedPacket());
  ASSERT_TRUE(up);
  simulator.egress(up->frame);
  EXPECT_THAT(simulator.counters(), Contains(Pair("expired", 1)));
  EXPECT_THAT(simulator.counters(), Contains(Pair("tx_restored", 0)));
}

// ---- tables
// -----------------------------------------------------------------------------------------------------------

/// A file with entries of tables, for as long as it lives.
class EntriesFile {
public:
  explicit EntriesFile(const std::string& text) { std::ofstream(path) << text; }
  ~EntriesFile() { std::remove(path.c_str()); }

  const std::string path = testing::TempDir() + "sim_test.entries";
};

uint64_t counterOf(const sim::Simulator& simulator, const std::string& name) {
  for (const auto& [other, value] : simulator.counters())
    if (other == name) return value;
  return UINT64_MAX;
}

TEST(SimTables, WhatARequirementDoesNotFindIsCountedAndLeftAlone) {
  Compiled compiled(
      spec("table mine { tags[0].id: exact; } table to { data.b: lpm; }"
           "require mine.hit else pass; require to.hit else drop hops;"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  const auto run = [&](const std::string& text) {
    sim::Setup setup;
    setup.entries = readEntries(EntriesFile(text).path, program->plan);
    sim::Simulator simulator(*program, setup);
    const auto up = simulator.ingress(taggedPacket());
    return std::vector<uint64_t>{up ? up->frame.size() : 0, counterOf(simulator, "miss_mine"),
                                 counterOf(simulator, "miss_to"), counterOf(simulator, "rx_ignored"),
                                 counterOf(simulator, "rx_drop_hops")};
  };
  // The first tag's id is 0, the data's second field 0x040506.
  EXPECT_THAT(run(""), ElementsAre(24, 1, 0, 1, 0));
  EXPECT_THAT(run("mine tags[0].id=2\n"), ElementsAre(24, 1, 0, 1, 0));
  EXPECT_THAT(run("mine tags[0].id=0 # ours\nto data.b=0x800000/1\n"), ElementsAre(0, 0, 1, 0, 1));
  EXPECT_THAT(run("mine tags[0].id=0\n\nto data.b=0x040000/13\n"), ElementsAre(16, 0, 0, 0, 0));
}

TEST(SimTables, AClassifierPushesWhatTheLongestPrefixSays) {
  Compiled compiled(test::Headers + "parser X { " + test::Instances + test::States +
                    "} classifier C { parse X; push tags { tags.last.last = 1; } table t { data.a: lpm; } }");
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  sim::Setup setup;
  setup.entries = readEntries(
      EntriesFile("t data.a=0/0 -- tags[0].id=1\nt data.a=0x00010000/16 -- tags[0].id=1 tags[1].id=2\n").path,
      program->plan);
  sim::Simulator simulator(*program, setup);
  Bytes plain = taggedPacket();
  plain.erase(plain.begin() + 8, plain.begin() + 16);
  plain[7] = 8;
  EXPECT_EQ(simulator.ingress(plain)->frame, plain);
  Bytes pushed = plain;
  pushed[7] = 7;
  const Bytes tags = {0, 0x10, 0, 0, 0, 0x21, 0, 0};
  pushed.insert(pushed.begin() + 8, tags.begin(), tags.end());
  EXPECT_EQ(simulator.egress(plain), pushed);
  plain[9] = 0xFF;
  EXPECT_EQ(simulator.egress(plain)->size(), plain.size() + 4);
  EXPECT_EQ(simulator.egress(pushed), pushed) << "it has tags already";
  EXPECT_EQ(counterOf(simulator, "tx_restored"), 2u);
  EXPECT_EQ(counterOf(simulator, "tx_ignored"), 1u);
}

TEST(SimTables, AFileSaysInWhichLineItIsWrong) {
  Compiled compiled(spec("table mine { tags[0].id: exact; } require mine.hit else pass;"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  const auto wrong = [&](const std::string& text) -> std::string {
    try {
      readEntries(EntriesFile("# ids\nmine tags[0].id=1\n" + text).path, program->plan);
    } catch (const EntryError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(wrong("\n"), "");
  EXPECT_THAT(wrong("mime tags[0].id=2"), HasSubstr("sim_test.entries:3: t has no table 'mime'; did you mean 'mine'?"));
  EXPECT_THAT(wrong("mine tags[0].id=0b1"), HasSubstr("already has an entry with this key"));
  EXPECT_THAT(wrong("mine tags[0].id=4096"), HasSubstr("12 bits: 4096 does not fit"));
  EXPECT_THAT(wrong("mine 2"), HasSubstr("'2' is not of the form FIELD=VALUE"));
  EXPECT_THAT(wrong("mine tags[0].id=2 -- tags[0].rest=1"), HasSubstr("leave out 'tags[0].rest'"));
}

}  // namespace
}  // namespace sfc
