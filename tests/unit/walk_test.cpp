// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Decapsulation and re-encapsulation, inferred from the parse graph.
#include <gmock/gmock.h>

#include "compiler/ir/print.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ir::Program programOf(const std::string& text) {
  Compiled compiled(text);
  auto program = compiled.program();
  EXPECT_TRUE(program) << compiled.errors();
  return program ? std::move(*program) : ir::Program{};
}

const ir::Node* nodeOf(const ir::ParseGraph& walk, const std::string& name) {
  for (const ir::Node& node : walk.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

TEST(Walk, FindsTheFieldThatNamesWhatIsStripped) {
  const ir::Program program = programOf(spec());
  ASSERT_TRUE(program.regions.at(0).next_header);
  EXPECT_EQ(program.regions[0].next_header->header_offset, 6u);
  EXPECT_EQ(program.regions[0].next_header->size, 2u);
  EXPECT_EQ(program.plan.entry.record.saved.at(0).name, "link.type");
  EXPECT_EQ(program.plan.entry.record.max_bytes, 16u);
  EXPECT_EQ(program.min_prefix, 8u);
}

TEST(Walk, IngressRewritesTheFieldByTheDirectWay) {
  const ir::Program program = programOf(spec());
  const ir::Node* tag = nodeOf(program.ingress, "tag_inside");
  ASSERT_TRUE(tag);
  ASSERT_TRUE(tag->edges.at(1).decap);
  EXPECT_FALSE(tag->edges[1].decap->whole);
  EXPECT_EQ(tag->edges[1].decap->next_header_value, 8u);
  EXPECT_TRUE(nodeOf(program.ingress, "data_after"));
}

TEST(Walk, EgressPutsBackOnTheDirectWayAndKnowsNoStrippedHeader) {
  const ir::Program program = programOf(spec());
  const ir::Node* start = nodeOf(program.egress, "start");
  ASSERT_TRUE(start);
  EXPECT_EQ(start->edges.at(0).target.kind, ir::EdgeTarget::Kind::Leave)
      << "headers that are there already are not ours";
  EXPECT_EQ(start->edges.at(1).returns, std::vector<unsigned>{0});
  EXPECT_FALSE(nodeOf(program.egress, "tag_inside"));
}

TEST(Walk, PacketsThatCannotBeOursLeaveAtOnce) {
  const ir::Program program = programOf(spec());
  const ir::Edge& direct = nodeOf(program.ingress, "start")->edges.at(1);
  EXPECT_EQ(direct.target.kind, ir::EdgeTarget::Kind::Leave);
  EXPECT_EQ(direct.target.exit, program.counters.rx_ignored);
}

TEST(Walk, ChecksComeAsEarlyAsTheyCan) {
  const ir::Program program =
      programOf(spec("require tags[0].id > 1 else drop; require data.c == 0 || tags[0].id == 2 else pass;"));
  EXPECT_EQ(program.early_checks.size(), 1u);
  EXPECT_EQ(program.late_checks.size(), 1u);
}

TEST(Walk, EveryDropHasACounterWithItsPlace) {
  const ir::Program program = programOf(spec("require tags[0].id > 1 else drop hops;"));
  const plan::Counter& counter = program.plan.counters.at(program.early_checks.at(0).failed);
  EXPECT_EQ(counter.name, "rx_drop_hops");
  EXPECT_EQ(counter.text, "require tags[0].id > 1 else drop hops;");
  EXPECT_THAT(counter.at, HasSubstr("t.sfc:"));
}

TEST(Walk, MissPolicyDecidesAboutUnreadablePacketsAtEgress) {
  const auto counterNames = [](const ir::Program& program) {
    std::vector<std::string> names;
    for (const plan::Counter& counter : program.plan.counters) names.push_back(counter.name);
    return names;
  };
  EXPECT_THAT(counterNames(programOf(spec("cache { miss drop; }"))), Contains("tx_drop_malformed"));
  EXPECT_THAT(counterNames(programOf(spec("cache { miss pass; }"))), Not(Contains("tx_drop_malformed")));
}

// A tunnel: what is read before its own header comes goes with it.
const char* const Tunnel = R"(
    state start { extract link; select (link.type) { 8: kind; default: accept; } }
    state kind { extract data; select (data.c) { 9: tag; default: accept; } }
    state tag { extract tags.next; select (tags.last.last) { 0: kind; 1: start; } })";

TEST(Walk, ATunnelTakesItsOuterHeadersAlong) {
  const ir::Program program = programOf(spec("", "data.a; data.b;", Tunnel));
  const ir::Node* tag = nodeOf(program.ingress, "tag_inside");
  ASSERT_TRUE(tag);
  ASSERT_TRUE(tag->edges.at(0).decap);
  EXPECT_FALSE(tag->edges[0].decap->whole) << "state `kind` needs the link header before it";
  EXPECT_EQ(tag->edges[0].decap->covered.size(), 2u) << "data, tags";
  ASSERT_TRUE(tag->edges.at(1).decap);
  EXPECT_TRUE(tag->edges[1].decap->whole) << "the start state needs nothing before it";
  EXPECT_EQ(tag->edges[1].decap->covered.size(), 3u);
  EXPECT_TRUE(program.mixedWhole());
}

TEST(Walk, TheFunctionSeesTheInnerHeadersOfATunnel) {
  const ir::Program program = programOf(spec("", "data.a; data.b;", Tunnel));
  EXPECT_FALSE(nodeOf(program.ingress, "kind")->seen_by_sf);
  EXPECT_TRUE(nodeOf(program.ingress, "kind_after")->seen_by_sf);
  const ir::Edge& nested = nodeOf(program.ingress, "kind_after")->edges.at(0);
  EXPECT_EQ(nested.target.kind, ir::EdgeTarget::Kind::Accept) << "a tunnel in the tunnel is payload";
}

/// How a packet leaves of which a node's first header is missing.
ir::Exit truncatedAt(const ir::Program& program, const char* node) {
  return std::get<ir::ExtractStep>(nodeOf(program.ingress, node)->steps.at(0).node).truncated;
}

TEST(Walk, WhatIsNotReadableIsPassedUntilAStrippedHeaderComes) {
  const ir::Program program = programOf(spec("", "data.a; data.b;", Tunnel));
  EXPECT_EQ(truncatedAt(program, "kind"), program.counters.rx_ignored);
  EXPECT_EQ(truncatedAt(program, "tag_inside"), program.counters.rx_ignored) << "there is nothing of it";
  EXPECT_EQ(program.plan.counters.at(nodeOf(program.ingress, "tag_inside")->no_match).name, "rx_drop_malformed");
}

// ---- what is not ours passes

/// What is asked of a packet that leaves by this exit, and how it does if all of that holds.
std::vector<std::string> doubtOf(const ir::Program& program, ir::Exit exit) {
  if (exit < ir::FirstDoubt) return {program.plan.counters.at(exit).name};
  const ir::Doubt& doubt = program.ingress.doubts.at(exit - ir::FirstDoubt);
  std::vector<std::string> text;
  for (const ir::Check& check : program.ingress.questions.at(doubt.question).checks)
    text.push_back(ir::print(*check.condition, program));
  text.push_back(program.plan.counters.at(doubt.drop).name);
  return text;
}

TEST(Doubts, AStackOfWhichNothingIsThereIsNobodys) {
  const ir::Program program = programOf(spec());
  EXPECT_THAT(doubtOf(program, truncatedAt(program, "tag_inside")),
              ElementsAre("(tags.size > 0)", "rx_drop_malformed"));
}

TEST(Doubts, WhatIsRequiredIsAskedOfWhatCannotBeRead) {
  const ir::Program program =
      programOf(spec("require tags[0].level > 1 else drop; require tags[0].id == 5 else pass;"));
  EXPECT_EQ(program.early_checks.at(0).failed, program.counters.rx_ignored) << "what says what is ours comes first";
  EXPECT_THAT(doubtOf(program, truncatedAt(program, "tag_inside")),
              ElementsAre("(tags.size > 0)", "(tags[0].id == 5)", "rx_drop_malformed"));
  EXPECT_THAT(doubtOf(program, nodeOf(program.ingress, "tag_inside")->no_match),
              ElementsAre("(tags[0].id == 5)", "rx_drop_malformed"));
  EXPECT_THAT(doubtOf(program, truncatedAt(program, "data_after")), ElementsAre("rx_drop_malformed"))
      << "it has been asked";
}

TEST(Doubts, WhatCannotBeAskedYetIsNobodys) {
  const ir::Program last = programOf(spec("require tags.last.id == 5 else pass;"));
  EXPECT_THAT(doubtOf(last, truncatedAt(last, "tag_inside")), ElementsAre("rx_ignored"));
  const ir::Program behind = programOf(spec("require data.a == 1 else pass;"));
  EXPECT_THAT(doubtOf(behind, nodeOf(behind.ingress, "tag_inside")->no_match), ElementsAre("rx_ignored"));
  EXPECT_THAT(doubtOf(behind, truncatedAt(behind, "data_after")), ElementsAre("rx_ignored"));
}

/// A shim behind a port, and what is said of it on return.
std::string pushing(const std::string& on_return) {
  return "header port_t { bit<16> to; bit<16> from; } header shim_t { bit<16> to; bit<16> a; } header b_t { bit<32> b; "
         "}"
         "parser X { port_t port; shim_t shim; b_t body; b_t more;"
         " state start { extract port; select (port.to) { 7: shim; 9: other; default: body; } }"
         " state shim { extract shim; transition body; } state other { transition pass; }"
         " state body { extract body; transition accept; } }"
         "key k { body.b; port.from; } proxy P { parse X; key k; strip shim" +
         std::string(on_return.find("more") == std::string::npos ? "" : ", more") +
         "; on arrival { port.to = shim.to; } on return { " + on_return + " } }";
}

TEST(Walk, PacketsWithoutHeadersAreOursIfTheyGetThem) {
  const ir::Program program = programOf(pushing("push shim, more;"));
  const ir::Node* start = nodeOf(program.ingress, "start");
  ASSERT_TRUE(start && start->edges.at(2).decap);
  EXPECT_TRUE(start->edges[2].decap->empty);
  EXPECT_TRUE(start->edges[2].checks);
  EXPECT_EQ(start->edges[2].target.kind, ir::EdgeTarget::Kind::Node);
  EXPECT_FALSE(start->edges[0].decap) << "headers that are there are stripped";
  EXPECT_EQ(program.regions.at(0).push_value, 7u);
  EXPECT_EQ(program.pushed_bytes, 8u);
  EXPECT_EQ(program.plan.max_growth, 8u);
  EXPECT_EQ(program.plan.entry.record.max_bytes, 4u + 8u);
  EXPECT_EQ(program.in_record.size(), 2u) << "also what no packet brings";
}

TEST(Walk, PacketsWithoutHeadersAreNotOursOtherwise) {
  const ir::Program program = programOf(pushing("shim.a = 1;"));
  const ir::Node* start = nodeOf(program.ingress, "start");
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->edges.at(2).decap);
  EXPECT_EQ(start->edges[2].target.kind, ir::EdgeTarget::Kind::Leave);
}

TEST(Walk, KeptHeadersBeforeTheRegionCanBeRead) {
  const ir::Program program = programOf(pushing("push shim, more; more.b = port.from;"));
  EXPECT_TRUE(program.enclosing.empty());
  EXPECT_EQ(program.retained.size(), 1u);
}

TEST(Walk, LayoutHashFollowsTheKey) {
  EXPECT_NE(plan::layoutHash(programOf(spec()).plan), plan::layoutHash(programOf(spec("", "data.a; data.b;")).plan));
  EXPECT_EQ(plan::layoutHash(programOf(spec()).plan), plan::layoutHash(programOf(spec()).plan));
}

}  // namespace
}  // namespace sfc
