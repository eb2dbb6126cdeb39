// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Semantic analysis: what names, numbers and keys come out as. What is refused is tested in tests/errors.
#include "compiler/sema/sema.h"

#include <gmock/gmock.h>

#include "compiler/ir/print.h"
#include "compiler/sema/print.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;
using ::testing::HasSubstr;

/// The condition of the proxy's first requirement, folded.
std::string required(const std::string& condition, const std::string& before = "",
                     const sema::Overrides& overrides = {}) {
  Compiled compiled(before + spec("require " + condition + " else drop;"));
  auto model = compiled.model(overrides);
  if (!model) return compiled.errors();
  return ir::print(*model->requires_.at(0).condition, *model);
}

/// What an expression of constants is folded to. By itself it would be a requirement that says nothing.
std::string folded(const std::string& expression, const std::string& before = "",
                   const sema::Overrides& overrides = {}) {
  const std::string all = required("tags.size == (" + expression + ")", before, overrides);
  const std::string head = "(tags.size == ";
  return all.rfind(head, 0) == 0 ? all.substr(head.size(), all.size() - head.size() - 1) : all;
}

TEST(Sema, FoldsConstants) {
  EXPECT_EQ(folded("1 + 2 * 3"), "7");
  EXPECT_EQ(folded("A << 4 | B", "const bit<8> A = B + 1; const bit<8> B = 2;"), "50");
  EXPECT_EQ(folded("-1"), "-1");
  EXPECT_EQ(folded("~0 == -1"), "1");
  EXPECT_EQ(folded("1 - 2 < 0"), "1") << "comparisons are signed";
  EXPECT_EQ(folded("0 - 1 >> 63"), "1") << "shifts are logical";
  EXPECT_EQ(folded("1 & 3 == 1"), "1") << "& binds tighter than ==";
}

TEST(Sema, KeepsWhatIsNotConstant) {
  EXPECT_EQ(required("tags[0].id + 1 > 4"), "((tags[0].id + 1) > 4)");
  EXPECT_EQ(required("!(tags.size == 2)"), "!((tags.size == 2))");
  EXPECT_EQ(required("param.p > 1", "param bit<8> p = 3;"), "(param.p > 1)");
}

TEST(Sema, OverridesConstants) {
  EXPECT_EQ(folded("A + B", "const bit<8> A = 1; const bit<8> B = A;", {{"A", 20}}), "40");
  EXPECT_THAT(folded("A", "const bit<8> A = 1;", {{"A", 256}}), HasSubstr("[E0305]"));
}

TEST(Sema, LaysOutFields) {
  Compiled compiled(spec());
  auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  const ir::Header& tag = model->headers.at(2);
  EXPECT_EQ(tag.name, "tag_t");
  EXPECT_EQ(tag.size, 4u);
  EXPECT_EQ(tag.fields.at(1).offset_bits, 12u);
  EXPECT_EQ(tag.fields.at(3).offset_bits, 16u);
  EXPECT_TRUE(model->instances.at(1).is_stack);
  EXPECT_TRUE(model->instances.at(1).stripped);
}

TEST(Sema, FlattensUsedParsersOnceEach) {
  Compiled compiled(test::Headers + R"(
    parser A { data_t data; state data { extract data; transition accept; } }
    parser B { use A; tag_t tags[4]; state tag { extract tags.next; select (tags.last.last) { 0: tag; 1: data; } } }
    parser C { use A; use B; link_t link; state start { extract link; select (link.type) { 7: tag; 8: data; } } }
    key k { data.a; data.b; }
    proxy P { parse C; strip tags; key k; })");
  auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  EXPECT_EQ(model->states.size(), 3u);
  EXPECT_EQ(model->states.at(model->start).name, "start");
}

TEST(Sema, KeysExtendOthers) {
  std::string text = "key base { data.a; data.b; }" + spec("", "data.c;");
  text.replace(text.find("key k {"), 7, "key k extends base {");
  Compiled compiled(text);
  auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  ASSERT_EQ(model->key.size(), 3u);
  EXPECT_EQ(std::get<model::KeyField>(model->key.at(0)).field, 0u) << "the base's items come first";
}

TEST(Sema, PrintsWhatIsPushed) {
  Compiled compiled("header mark_t { bit<32> a; } telemetry hop { bit<32> latency = now - arrived; }" +
                    spec("strip mark; on return { push mark; if (hop.fits && hop.holds && hop.size == hop.needed) "
                         "{ push hop behind mark; } }",
                         "data.a; data.c;", test::States, test::Instances + "mark_t mark;"));
  auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  EXPECT_THAT(model::print(*model), HasSubstr("push mark\n"));
  EXPECT_THAT(model::print(*model), HasSubstr("hop.fits && hop.holds) && (hop.size == hop.needed)"));
}

TEST(Sema, CacheHasDefaults) {
  Compiled compiled(spec());
  auto model = compiled.model();
  ASSERT_TRUE(model) << compiled.errors();
  EXPECT_EQ(model->cache, (plan::Cache{10000, 1000000000, plan::Policy::Drop, plan::Policy::Pass}));
}

TEST(Sema, WarnsOfUnreachableStatesAndGoesOn) {
  Compiled compiled(spec("", "data.a; data.c;", test::States + "state lonely { transition accept; }"));
  EXPECT_TRUE(compiled.model());
  EXPECT_THAT(compiled.errors(), HasSubstr("warning: state 'lonely' is unreachable [E0407]"));
}

}  // namespace
}  // namespace sfc
