// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Classifiers: the keys of their tables, and what they push. Tables that requirements ask.
#include <gmock/gmock.h>

#include "compiler/emit_bpf/emit.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;
using ::testing::HasSubstr;
using ::testing::Not;

std::string classifier(const std::string& tables, const std::string& push = "push tags;") {
  return test::Headers + "parser X { " + test::Instances + test::States + "}\nclassifier C { parse X; " + push +
         tables + " }\n";
}

TEST(Tables, LaysOutExactFieldsThenThePrefix) {
  Compiled compiled(classifier("table t { data.b: exact; data.a: lpm; entries 7; } table u { link.to: exact; }"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->plan.kind, plan::Kind::Classifier);
  ASSERT_EQ(program->plan.tables.size(), 2u);
  const plan::Table& table = program->plan.tables[0];
  EXPECT_EQ(table, (plan::Table{"t",
                                "sfc_table_t",
                                11,
                                7,
                                {{"data.b", plan::Match::Exact, 24, 4, 3}, {"data.a", plan::Match::Lpm, 32, 7, 4}}}));
  EXPECT_TRUE(table.longestPrefix());
  EXPECT_EQ(program->plan.tables[1].key_size, 6u);
  EXPECT_EQ(program->table_words[0], 1u);
  EXPECT_EQ(program->table_words[1], 3u);
  EXPECT_EQ(program->key.words, 4u);
}

TEST(Tables, StoresWhatIsNotWholeBytesAsANumber) {
  const std::string bits = "header bits_t { bit<4> p; bit<20> q; bit<8> r; }\n";
  Compiled compiled(bits + test::Headers + "parser X { link_t link; tag_t tags[4]; bits_t data;" + test::States +
                    "} classifier C { parse X; push tags; table t { data.q: exact; } }");
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->plan.tables[0].fields[0].size, 4u);
  EXPECT_THAT(emit_bpf::emit(*program, compiled.sources), HasSubstr("sfc_put32(key + 0, "));
}

TEST(Tables, TheFirstCaseSaysThatThePushedHeadersFollow) {
  Compiled compiled(classifier("table t { data.a: lpm; }"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->regions.at(0).push_value, 7u);
  EXPECT_TRUE(program->plan.entry.record.saved.empty());
  const std::string text = emit_bpf::emit(*program, compiled.sources);
  EXPECT_THAT(text, HasSubstr("sfc_put16(field, 0x7);"));
  EXPECT_THAT(text, HasSubstr("BPF_MAP_TYPE_LPM_TRIE"));
  EXPECT_THAT(text, Not(HasSubstr("spec_parseIngress(sfc_arrival *ctx")));
}

TEST(Tables, KeepsWhatFieldsSayByThemselves) {
  Compiled compiled(classifier("table t { data.a: lpm; }", "push tags { tags.level = 5; tags.last.last = 1; }"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->plan.push_defaults,
            (std::vector<plan::PushDefault>{{"tags", "level", false, 5}, {"tags", "last", true, 1}}));
}

// ---- tables that requirements ask

TEST(AskedTables, AreAskedAsEarlyAsTheirKeysAreKnown) {
  Compiled compiled(
      spec("table mine { tags[0].id: exact; } table to { link.to: exact; data.b: lpm; }"
           "require mine.hit || tags[0].level > 1 else pass; require !to.hit else drop hops;"));
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->early_checks.size(), 1u);
  EXPECT_EQ(program->late_checks.size(), 1u);
  EXPECT_EQ(program->key.words, Compiled(spec()).program()->key.words) << "the packet's own key is what it was";
  ASSERT_EQ(program->table_misses.size(), 2u);
  EXPECT_EQ(program->plan.counters[program->table_misses[1]].name, "miss_to");
  EXPECT_EQ(program->plan.counters[program->early_checks[0].failed].name, "rx_ignored");
  const std::string text = emit_bpf::emit(*program, compiled.sources);
  EXPECT_THAT(text, HasSubstr("#define SFC_ASKED_WORDS 2\n"));
  EXPECT_THAT(text, HasSubstr("hit0 = bpf_map_lookup_elem(&sfc_table_mine, key) != 0;"));
  EXPECT_THAT(text, HasSubstr("__type(value, __u8);"));
  EXPECT_THAT(text, Not(HasSubstr("*spec_lookUp(")));
}

TEST(AskedTables, AnUnknownOneIsMostLikelyAnother) {
  Compiled compiled(spec("table labels { tags[0].id: exact; } require label.hit else pass;"));
  EXPECT_FALSE(compiled.model());
  EXPECT_THAT(compiled.errors(), HasSubstr("did you mean 'labels'?"));
}

}  // namespace
}  // namespace sfc
