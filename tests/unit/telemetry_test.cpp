// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Telemetry through the stages: what a declaration comes out as, what the plan says of it, and what the interpreter
// writes into packets. What is refused is tested in tests/errors.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <limits>

#include "compiler/lower/queries.h"
#include "compiler/sema/print.h"
#include "compiler/sim/bytes.h"
#include "compiler/sim/sim.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using sim::Bytes;
using test::Compiled;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// A header with as many words behind it as it says, of which hops before this one may have written some.
const std::string Shim = R"(
header link_t { bit<48> to; bit<16> type; }
header shim_t { bit<8> asked; bit<8> words; bit<8> left; bit<8> size; }
header data_t { bit<32> a; bit<24> b; bit<8> c; }
param bit<32> node = 0x01020304;
param bit<16> every = 3;
parser X {
    link_t link;
    shim_t shim;
    data_t data;
    state start { extract link; select (link.type) { 7: shim; 8: data; default: pass; } }
    state shim { extract shim; advance 4 * shim.words; transition data; }
    state data { extract data; transition accept; }
}
key k { data.a; data.b; data.c; }
)";

std::string shimSpec(const std::string& telemetry, const std::string& on_return, const std::string& more = "") {
  return Shim + telemetry + "proxy P { parse X; strip shim; key k; " + more + " on return { " + on_return + " } }";
}

constexpr size_t LinkSize = 8, ShimSize = 4, DataSize = 8;

/// A packet with that header, zeros behind it, and data that are all `number`.
Bytes packetOf(uint8_t asked, uint8_t words = 0, uint8_t size = 0, uint8_t number = 9) {
  Bytes packet = {1, 2, 3, 4, 5, 6, 0, 7, asked, words, 5, size};
  packet.resize(packet.size() + size_t{4} * words);
  packet.insert(packet.end(), DataSize, number);
  return packet;
}

/// What lies between the first header and the data.
Bytes between(const Bytes& packet) {
  return {packet.begin() + LinkSize + ShimSize, packet.end() - DataSize};
}

/// A spec and the interpreter of its program. The clock says 1000 at ingress, 1070 at egress, and so on.
struct Running {
  explicit Running(const std::string& text, sim::Setup setup = {}) : compiled(text) {
    program = compiled.program();
    if (!program) throw std::runtime_error(compiled.errors());
    for (const plan::Param& param : program->plan.params)
      if (setup.params.size() < program->plan.params.size()) setup.params.push_back(param.initial);
    setup.clock = [this] { return std::exchange(now, now + 70); };
    simulator.emplace(*program, std::move(setup));
  }

  /// To the SF and back.
  std::optional<Bytes> both(const Bytes& packet) {
    auto up = simulator->ingress(packet);
    return up ? simulator->egress(up->frame, std::move(up->metadata)) : std::nullopt;
  }

  uint64_t counter(const std::string& name) const {
    for (const auto& [other, value] : simulator->counters())
      if (other == name) return value;
    return std::numeric_limits<uint64_t>::max();
  }

  Compiled compiled;
  std::optional<ir::Program> program;
  std::optional<sim::Simulator> simulator;
  uint64_t now = 1000;
};

// ---- declarations

TEST(TelemetrySema, PutsItemsOfOneBitTogether) {
  Compiled compiled(
      shimSpec("telemetry hop { by shim.asked; bit<32> a = 1; bit<32> b = 2; [0] bit<16> c = 3; [0] bit<48> d = 4; "
               "[2 .. 4] bit<32> e = ~0; }",
               "push hop behind shim;"));
  const auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  ASSERT_EQ(model->telemetry.size(), 1u);
  const ir::Telemetry& hop = model->telemetry[0];
  ASSERT_EQ(hop.groups.size(), 3u);
  EXPECT_FALSE(hop.groups[0].gated);
  EXPECT_EQ(hop.groups[0].bytes, 8u);
  EXPECT_EQ(hop.groups[1].bytes, 8u);
  EXPECT_EQ(hop.groups[2].first, 2u);
  EXPECT_EQ(hop.groups[2].last, 4u);
  EXPECT_EQ(hop.by_bits, 8u);
  EXPECT_EQ(hop.max_bytes, 8u + 8u + 3 * 4u) << "each bit of a range asks for an item of its own";
}

TEST(TelemetrySema, KnowsWhatIsMeasured) {
  using ir::Measure;
  const auto measured = [](const std::string& value, const std::string& edits) {
    Compiled compiled(shimSpec("telemetry hop { bit<32> value = " + value + "; }", edits));
    const auto model = compiled.model();
    EXPECT_TRUE(model) << compiled.errors();
    std::vector<Measure> all;
    for (int i = 0; model && i <= static_cast<int>(Measure::VnfDrops); i++)
      if (lower::measures(*model, static_cast<Measure>(i))) all.push_back(static_cast<Measure>(i));
    return all;
  };
  const std::string push = "push hop behind shim;";
  EXPECT_THAT(measured("7", push), ElementsAre());
  EXPECT_THAT(measured("now", push), ElementsAre(Measure::Now));
  EXPECT_THAT(measured("arrived", push), ElementsAre(Measure::Arrived, Measure::Now)) << "for the histogram";
  EXPECT_THAT(measured("now_tai", push), ElementsAre(Measure::Now, Measure::NowTai)) << "a distance from the other";
  EXPECT_THAT(measured("in_flight", push), ElementsAre(Measure::Now, Measure::InFlight)) << "added up now and then";
  EXPECT_THAT(measured("7", "if (vnf_drops > 3) { drop; }" + push), ElementsAre(Measure::Now, Measure::VnfDrops));
  EXPECT_THAT(measured("7", "write hop behind shim at egress_port;"), ElementsAre(Measure::EgressPort));
  EXPECT_THAT(measured("7", "report hop;"), ElementsAre(Measure::Arrived, Measure::Now, Measure::IngressPort))
      << "what the head of a report says";
}

TEST(TelemetrySema, NumbersPlacesThatSample) {
  Compiled compiled(shimSpec("", "if (sampled(param.every + 1)) { shim.left = 1; } shim.size = sampled(5);",
                             "require sampled(2) || shim.left > 0 else pass;"));
  const auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  EXPECT_EQ(model->samples, 3u);
  const std::string text = model::print(*model);
  EXPECT_THAT(text, HasSubstr("require (sampled(2) || (shim.left > 0)) else pass"));
  EXPECT_THAT(text, HasSubstr("if sampled((param.every + 1))"));
}

// ---- the plan

TEST(TelemetryPlan, PushesAndWritesMustFindTheirHeaderAndReportsNeedNot) {
  const std::string hop = "telemetry hop { bit<32> latency = now - arrived; }";
  const auto fixed = [&](const std::string& edits) {
    Compiled compiled(hop + test::spec("on return { " + edits + " }"));
    const auto program = compiled.program();
    EXPECT_TRUE(program) << compiled.errors();
    return program && program->fixed_layout;
  };
  EXPECT_TRUE(fixed("tags.pop();"));
  EXPECT_TRUE(fixed("report hop;"));
  Compiled pushes(shimSpec(hop, "push hop behind shim;"));
  const auto program = pushes.program();
  ASSERT_TRUE(program) << pushes.errors();
  EXPECT_FALSE(program->fixed_layout);
  EXPECT_EQ(program->plan.max_growth, 4u);
  EXPECT_TRUE(program->plan.telemetry.empty()) << "nothing is reported";
  EXPECT_TRUE(program->plan.residence);
}

TEST(TelemetryPlan, DescribesReports) {
  Compiled compiled(shimSpec(
      "telemetry hop { by shim.asked; [1] bit<20> a = 1; [1] bit<12> b = ~0; [3 .. 5] bit<32> c = in_flight; }",
      "report hop;"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  ASSERT_EQ(program->plan.telemetry.size(), 1u);
  const plan::Telemetry& hop = program->plan.telemetry[0];
  EXPECT_EQ(hop.size, 8u);
  EXPECT_EQ(hop.gate_bits, 8u);
  ASSERT_EQ(hop.items.size(), 3u);
  EXPECT_EQ(hop.items[1], (plan::TelemetryItem{"b", 20, 12, true, 1, 1, false})) << "never known";
  EXPECT_EQ(hop.items[2], (plan::TelemetryItem{"c", 32, 32, true, 3, 5, true}));
}

TEST(TelemetryPlan, RemembersTablesThatOnReturnAsks) {
  const std::string tables =
      "table mine { shim.asked: exact; } table watched { data.a: lpm; } table other { data.c: exact; }"
      "require mine.hit else pass; require other.hit else pass;";
  Compiled compiled(shimSpec("", "if (watched.hit && mine.hit) { shim.left = 1; }", tables));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_THAT(program->remembered, ElementsAre(0, 1));
  EXPECT_FALSE(program->bitOfTable(2));
  ASSERT_EQ(program->early_checks.size(), 1u);
  EXPECT_FALSE(program->early_checks[0].only_remembers) << "a requirement asks it";
  ASSERT_EQ(program->late_checks.size(), 2u);
  EXPECT_TRUE(program->late_checks[1].only_remembers);
  EXPECT_EQ(program->plan.entry.record.lengths_offset, 2u) << "behind the bits of the tables";
}

TEST(TelemetryPlan, DecidesOnArrivalWhichPacketsAreSampled) {
  // How many are decided then, and of which bits one says that times are wanted; 0: of all packets.
  using Decided = std::pair<size_t, uint64_t>;
  const auto decided = [](const std::string& edits) {
    Compiled compiled(shimSpec("telemetry hop { bit<32> latency = now - arrived; } telemetry static { bit<32> a = 1; }",
                               edits, edits.find("watched") == edits.npos ? "" : "table watched { data.a: lpm; }"));
    const auto program = compiled.program();
    EXPECT_TRUE(program) << compiled.errors();
    return program ? Decided(program->decided.size(), program->timed) : Decided();
  };
  EXPECT_EQ(decided("if (sampled(2)) { report hop; }"), Decided(1, 1));
  EXPECT_EQ(decided("if (sampled(param.every) && shim.left > 0) { report static; }"), Decided(1, 1)) << "the head";
  EXPECT_EQ(decided("if (watched.hit && sampled(2)) { push hop behind shim; }"), Decided(1, 2)) << "behind the table";
  EXPECT_EQ(decided("if (watched.hit || sampled(2)) { push hop behind shim; }"), Decided(1, 2));
  EXPECT_EQ(decided("if (sampled(2)) { shim.left = 1; } if (sampled(3)) { report hop; }"), Decided(2, 2));
  EXPECT_EQ(decided("if (sampled(2)) { push static behind shim; }"), Decided(1, 0)) << "no times at all";

  EXPECT_EQ(decided("if (shim.left > 0 && sampled(2)) { report hop; }"), Decided(0, 0)) << "left may be edited before";
  EXPECT_EQ(decided("if (shim.left > 0) { if (sampled(2)) { report hop; } }"), Decided(0, 0));
  EXPECT_EQ(decided("if (sampled(2) || shim.left > 0) { report hop; }"), Decided(0, 0));
  EXPECT_EQ(decided("shim.left = sampled(2); if (shim.left > 0) { report hop; }"), Decided(0, 0));

  EXPECT_EQ(decided("if (sampled(2)) { report hop; } report static;"), Decided(1, 0));
  EXPECT_EQ(decided("if (sampled(2)) { shim.left = 1; } else { push hop behind shim; }"), Decided(1, 0));
  EXPECT_EQ(decided("if (sampled(2) && now > 5) { report hop; }"), Decided(1, 0));
  EXPECT_EQ(decided("if (sampled(2) && in_flight > 5) { report hop; }"), Decided(1, 0)) << "it needs a clock";
}

// ---- data in packets

TEST(TelemetryData, IsOfPacketsSampledOnArrival) {
  Running running(
      shimSpec("telemetry hop { bit<32> latency = now - arrived; }", "if (sampled(2)) { push hop behind shim; }"));
  running.simulator->ingress(packetOf(0, 0, 0, 1));  // taken, and does not return
  EXPECT_THAT(between(running.both(packetOf(0, 0, 0, 2)).value()), ElementsAre());
  EXPECT_THAT(between(running.both(packetOf(0, 0, 0, 3)).value()), ElementsAre(0, 0, 0, 70));
}

TEST(TelemetrySim, PushesWhatIsAskedForInTheOrderOfTheBits) {
  Running run(
      shimSpec("telemetry hop { by shim.asked; [0] bit<32> node = param.node; [2] bit<32> latency = now - arrived; "
               "[5 .. 6] bit<32> unknown = ~0; }",
               "push hop behind shim; shim.words = shim.words + hop.size / 4;"));
  const auto pushed = [&](uint8_t asked) { return between(run.both(packetOf(asked)).value()); };
  EXPECT_THAT(pushed(0), ElementsAre());
  EXPECT_THAT(pushed(0x80), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(pushed(0x20), ElementsAre(0, 0, 0, 70));
  EXPECT_THAT(pushed(0xA6), ElementsAre(1, 2, 3, 4, 0, 0, 0, 70, 255, 255, 255, 255, 255, 255, 255, 255));
  EXPECT_EQ(run.both(packetOf(0x80))->at(9), 1) << "words";
}

TEST(TelemetrySim, FillsUpToItsSizeWithOnes) {
  Running run(shimSpec(
      "telemetry hop { by shim.asked; size 4 * shim.size max 16; [0] bit<32> node = param.node; [1] bit<32> port = "
      "egress_port; }",
      "shim.left = hop.holds; push hop behind shim;"));
  const auto pushed = [&](uint8_t asked, uint8_t size) { return between(run.both(packetOf(asked, 0, size)).value()); };
  EXPECT_THAT(pushed(0x80, 2), ElementsAre(1, 2, 3, 4, 255, 255, 255, 255));
  EXPECT_THAT(pushed(0x00, 1), ElementsAre(255, 255, 255, 255));
  EXPECT_THAT(pushed(0xC0, 2), ElementsAre(1, 2, 3, 4, 0, 0, 0, 1));
  EXPECT_THAT(pushed(0xC0, 1), ElementsAre()) << "two words do not fit into one";
  EXPECT_THAT(pushed(0x80, 5), ElementsAre()) << "more than max";
  EXPECT_EQ(run.both(packetOf(0xC0, 0, 1))->at(10), 0) << "hop.holds";
  EXPECT_EQ(run.both(packetOf(0xC0, 0, 2))->at(10), 1);
}

TEST(TelemetrySim, PushesInFrontOfWhatOtherHopsSaid) {
  Running run(shimSpec("telemetry hop { bit<32> node = param.node; }", "push hop behind shim;"));
  EXPECT_THAT(between(*run.both(packetOf(0, 1))), ElementsAre(1, 2, 3, 4, 0, 0, 0, 0));
}

TEST(TelemetrySim, PushesNothingThatTheDeviceDoesNotTake) {
  Running run(shimSpec("telemetry hop { bit<32> node = param.node; }", "shim.left = hop.fits; push hop behind shim;"));
  size_t largest = packetOf(0).size();
  while (sim::fitsEgress(largest + 1)) largest++;
  Bytes packet = packetOf(0);
  packet.resize(largest - 4);
  EXPECT_EQ(run.both(packet)->size(), largest);
  EXPECT_EQ(run.both(packet)->at(10), 1);
  packet.push_back(0);
  EXPECT_EQ(run.both(packet)->size(), largest - 3);
  EXPECT_EQ(run.both(packet)->at(10), 0);
}

TEST(TelemetrySim, PutsRoomOfZerosBehindPushedHeaders) {
  std::string spec = shimSpec(
      "header mark_t { bit<32> a; } telemetry hop { bit<32> node = param.node; } "
      "telemetry room { size 4 * shim.size max 8; }",
      "push mark; mark.a = 0x0A0B0C0D; shim.left = room.fits; push room behind mark; "
      "write hop behind mark at room.size - 4;");
  spec.replace(spec.find("shim_t shim;"), 12, "shim_t shim; mark_t mark;");
  spec.replace(spec.find("strip shim;"), 11, "strip shim, mark;");
  Running run(spec);
  const auto pushed = [&](uint8_t size) { return between(run.both(packetOf(0, 0, size)).value()); };
  EXPECT_THAT(pushed(0), ElementsAre(10, 11, 12, 13)) << "nothing is written outside of it";
  EXPECT_THAT(pushed(1), ElementsAre(10, 11, 12, 13, 1, 2, 3, 4));
  EXPECT_THAT(pushed(2), ElementsAre(10, 11, 12, 13, 0, 0, 0, 0, 1, 2, 3, 4));
  EXPECT_THAT(pushed(3), ElementsAre(10, 11, 12, 13)) << "more than max";
  EXPECT_EQ(run.both(packetOf(0, 0, 3))->at(10), 0) << "room.fits";
  Bytes large = packetOf(0, 0, 2);
  while (sim::fitsEgress(large.size() + 12)) large.push_back(0);
  EXPECT_EQ(run.both(large)->size(), large.size() + 4) << "the device takes the header alone";
  EXPECT_EQ(run.both(large)->at(10), 0);
}

TEST(TelemetrySim, WritesWithinTheStrippedBytesOnly) {
  Running run(shimSpec("telemetry hop { bit<32> node = param.node; }", "write hop behind shim at 4 * shim.size;"));
  const auto written = [&](uint8_t at) { return between(*run.both(packetOf(0, 2, at))); };
  EXPECT_THAT(written(0), ElementsAre(1, 2, 3, 4, 0, 0, 0, 0));
  EXPECT_THAT(written(1), ElementsAre(0, 0, 0, 0, 1, 2, 3, 4));
  EXPECT_THAT(written(2), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0));
}

// ---- what the node knows

const std::string Flight = "telemetry hop { bit<32> in_flight = in_flight; bit<32> drops = vnf_drops; }";

TEST(TelemetrySim, CountsPacketsThatTheFunctionHas) {
  Running run(shimSpec(Flight, "push hop behind shim;"));
  std::vector<Bytes> up;
  for (uint8_t i = 0; i < 3; i++) up.push_back(run.simulator->ingress(packetOf(0, 0, 0, i))->frame);
  EXPECT_THAT(between(*run.simulator->egress(up[1])), ElementsAre(0, 0, 0, 2, 0, 0, 0, 0)) << "without this one";
  EXPECT_THAT(between(*run.simulator->egress(up[0])), ElementsAre(0, 0, 0, 1, 0, 0, 0, 0));
}

TEST(TelemetrySim, CountsPacketsThatTheFunctionDropped) {
  Running run(shimSpec(Flight, "push hop behind shim;"));
  ASSERT_TRUE(run.simulator->ingress(packetOf(0)));
  run.now += 1'000'000'001;
  EXPECT_THAT(between(*run.both(packetOf(0))), ElementsAre(0, 0, 0, 0, 0, 0, 0, 1)) << "found when its equal returned";
  EXPECT_EQ(run.counter("expired"), 1u);
}

TEST(TelemetrySim, KnowsNothingOfPacketsWhoseHeadersTravelWithThem) {
  sim::Setup setup;
  setup.kernel = true;
  Running run(shimSpec(Flight, "push hop behind shim;"), setup);
  EXPECT_THAT(between(*run.both(packetOf(0))), ElementsAre(255, 255, 255, 255, 255, 255, 255, 255));
}

// ---- which packets

TEST(TelemetrySim, TakesTheFirstOfSoManyPackets) {
  sim::Sampler sampler(2);
  const auto taken = [&](unsigned number, uint64_t every, unsigned packets) {
    std::string text;
    for (unsigned i = 0; i < packets; i++) text += sampler.take(number, every) ? '1' : '0';
    return text;
  };
  EXPECT_EQ(taken(0, 3, 8), "10010010");
  EXPECT_EQ(taken(1, 2, 5), "10101") << "each counts by itself";
  EXPECT_EQ(taken(0, 0, 3), "000") << "none of 0, and they do not count";
  EXPECT_EQ(taken(0, 3, 2), "01");
  EXPECT_EQ(taken(0, 1, 3), "111");
  EXPECT_EQ(taken(0, 2, 3), "010");
  EXPECT_EQ(taken(0, 1000, 3), "000");
  EXPECT_EQ(taken(0, 2, 1), "1") << "a smaller number counts at once";
}

TEST(TelemetrySim, ReportsOneOfSoManyPackets) {
  const std::string text =
      shimSpec("telemetry hop { bit<32> node = param.node; }", "if (sampled(param.every)) { report hop; }");
  const auto reports = [&](uint64_t every) {
    sim::Setup setup;
    setup.params = {every, 7};  // by name
    Running run(text, setup);
    for (int i = 0; i < 10; i++) run.both(packetOf(0));
    return run.counter("telemetry_reported");
  };
  EXPECT_EQ(reports(3), 4u);
  EXPECT_EQ(reports(1), 10u);
  EXPECT_EQ(reports(0), 0u);
}

TEST(TelemetrySim, AsksOnReturnWhatTablesSaidOnArrival) {
  const std::string path = testing::TempDir() + "telemetry_test.entries";
  std::ofstream(path) << "watched data.a=0x07000000/8\n";
  const std::string text = shimSpec("", "shim.left = 2 + watched.hit;", "table watched { data.a: lpm; }");
  for (const bool kernel : {false, true}) {
    Compiled compiled(text);
    const auto program = compiled.program();
    ASSERT_TRUE(program) << compiled.errors();
    sim::Setup setup;
    setup.kernel = kernel;
    setup.entries = readEntries(path, program->plan);
    Running run(text, setup);
    EXPECT_EQ(run.both(packetOf(0, 0, 0, 7))->at(10), 3);
    EXPECT_EQ(run.both(packetOf(0, 0, 0, 8))->at(10), 2);
    EXPECT_EQ(run.counter("miss_watched"), 1u);
    EXPECT_EQ(run.counter("tx_restored"), 2u);
  }
  std::remove(path.c_str());
}

}  // namespace
}  // namespace sfc
