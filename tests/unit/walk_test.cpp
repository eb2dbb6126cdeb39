// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Strip and restore, inferred from the parser graph.
#include <gmock/gmock.h>

#include "compiler/plan/print.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;
using ::testing::HasSubstr;
using ::testing::Not;

plan::Program programOf(const std::string& text) {
  Compiled compiled(text);
  auto program = compiled.program();
  EXPECT_TRUE(program) << compiled.errors();
  return program ? std::move(*program) : plan::Program{};
}

const plan::Node* nodeOf(const plan::Walk& walk, const std::string& name) {
  for (const plan::Node& node : walk.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

TEST(Walk, FindsTheFieldThatNamesWhatIsStripped) {
  const plan::Program program = programOf(spec());
  ASSERT_TRUE(program.hidden);
  EXPECT_EQ(program.hidden->header_offset, 6u);
  EXPECT_EQ(program.hidden->size, 2u);
  EXPECT_EQ(program.plan.entry.record.saved.at(0).name, "link.type");
  EXPECT_EQ(program.plan.entry.record.max_bytes, 16u);
  EXPECT_EQ(program.min_prefix, 8u);
}

TEST(Walk, IngressRewritesTheFieldByTheDirectWay) {
  const plan::Program program = programOf(spec());
  const plan::Node* tag = nodeOf(program.ingress, "tag_inside");
  ASSERT_TRUE(tag);
  EXPECT_TRUE(tag->edges.at(1).ends_region);
  EXPECT_EQ(tag->edges.at(1).hidden_value, 8u);
  EXPECT_TRUE(nodeOf(program.ingress, "data_after"));
}

TEST(Walk, EgressPutsBackOnTheDirectWayAndKnowsNoStrippedHeader) {
  const plan::Program program = programOf(spec());
  const plan::Node* start = nodeOf(program.egress, "start");
  ASSERT_TRUE(start);
  EXPECT_EQ(start->edges.at(0).target.kind, plan::Target::Kind::Leave) << "headers that are there already are not ours";
  EXPECT_TRUE(start->edges.at(1).enters_region);
  EXPECT_FALSE(nodeOf(program.egress, "tag_inside"));
}

TEST(Walk, PacketsThatCannotBeOursLeaveAtOnce) {
  const plan::Program program = programOf(spec());
  const plan::Edge& direct = nodeOf(program.ingress, "start")->edges.at(1);
  EXPECT_EQ(direct.target.kind, plan::Target::Kind::Leave);
  EXPECT_EQ(direct.target.exit, program.counters.rx_ignored);
}

TEST(Walk, ChecksComeAsEarlyAsTheyCan) {
  const plan::Program program =
      programOf(spec("require tags[0].id > 1 else drop; require data.c == 0 || tags[0].id == 2 else pass;"));
  EXPECT_EQ(program.early_checks.size(), 1u);
  EXPECT_EQ(program.late_checks.size(), 1u);
}

TEST(Walk, EveryDropHasACounterWithItsPlace) {
  const plan::Program program = programOf(spec("require tags[0].id > 1 else drop hops;"));
  const plan::Counter& counter = program.plan.counters.at(program.early_checks.at(0).failed);
  EXPECT_EQ(counter.name, "rx_drop_hops");
  EXPECT_EQ(counter.text, "require tags[0].id > 1 else drop hops;");
  EXPECT_THAT(counter.at, HasSubstr("t.sfc:"));
}

TEST(Walk, MissPolicyDecidesAboutUnreadablePacketsAtEgress) {
  EXPECT_THAT(plan::print(programOf(spec("cache { miss drop; }"))), HasSubstr("tx_drop_malformed"));
  EXPECT_THAT(plan::print(programOf(spec("cache { miss pass; }"))), Not(HasSubstr("tx_drop_malformed")));
}

TEST(Walk, LayoutHashFollowsTheKey) {
  EXPECT_NE(programOf(spec()).plan.layout_hash, programOf(spec("", "data.a; data.b;")).plan.layout_hash);
  EXPECT_EQ(programOf(spec()).plan.layout_hash, programOf(spec()).plan.layout_hash);
}

}  // namespace
}  // namespace sfc
