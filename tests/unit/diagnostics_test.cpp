// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How diagnostics look.
#include "lib/source/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sfc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string renderError(const std::string& text, uint32_t begin, uint32_t end) {
  SourceMap sources;
  Diagnostics diagnostics;
  diagnostics.error({sources.add("x.sfc", text), begin, end}, "E0001", "wrong");
  return renderText(diagnostics, sources);
}

TEST(RenderText, ShowsTheLineACaretAndTheHint) {
  SourceMap sources;
  Diagnostics diagnostics;
  uint32_t file = sources.add("programs/x.sfc", "proxy P {\n  require labels[0].tt1 > 1 else drop;\n}\n");
  diagnostics.error({file, 30, 33}, "E0203", "unknown field 'tt1' in header 'mpls_t'", "did you mean 'ttl'?");
  EXPECT_EQ(renderText(diagnostics, sources),
            "programs/x.sfc:2:21: error: unknown field 'tt1' in header 'mpls_t' [E0203]\n"
            "    2 |   require labels[0].tt1 > 1 else drop;\n"
            "      |                     ^~~\n"
            "      = hint: did you mean 'ttl'?\n");
  EXPECT_TRUE(diagnostics.hasErrors());
}

TEST(RenderText, AlignsAfterTabsAndMultiByteCharacters) {
  EXPECT_EQ(renderError("\ta\tbc", 3, 5),
            "x.sfc:1:4: error: wrong [E0001]\n"
            "    1 |     a    bc\n"
            "      |          ^~\n");
  EXPECT_EQ(renderError("/* \xC3\xA9 */ ab", 9, 11),
            "x.sfc:1:9: error: wrong [E0001]\n"
            "    1 | /* \xC3\xA9 */ ab\n"
            "      |         ^~\n");
}

TEST(RenderText, UnderlinesTheFirstLineOfSeveral) {
  EXPECT_EQ(renderError("x abc\r\ndef\n", 2, 10),
            "x.sfc:1:3: error: wrong [E0001]\n"
            "    1 | x abc\n"
            "      |   ^~~\n");
}

TEST(RenderText, PointsBehindTheEnd) {
  EXPECT_EQ(renderError("ab\n", 2, 2), "x.sfc:1:3: error: wrong [E0001]\n    1 | ab\n      |   ^\n");
  EXPECT_EQ(renderError("", 0, 0), "x.sfc:1:1: error: wrong [E0001]\n    1 | \n      | ^\n");
  EXPECT_EQ(renderError("ab\n", 3, 3), "x.sfc:2:1: error: wrong [E0001]\n    2 | \n      | ^\n");
}

TEST(RenderText, NeverPrintsControlCharactersOrBrokenUtf8) {
  EXPECT_THAT(renderError("\x1B[31m \xFF x", 8, 9), HasSubstr("    1 | ?[31m ? x\n      |         ^\n"));
}

TEST(RenderText, CutsLongLines) {
  std::string shown = renderError(std::string(5000, 'a') + "b" + std::string(5000, 'c'), 5000, 5001);
  EXPECT_LT(shown.size(), 500u);
  EXPECT_THAT(shown, HasSubstr("aabcc"));
}

TEST(RenderText, SortsByPlaceAndPutsNowhereLast) {
  SourceMap sources;
  Diagnostics diagnostics;
  uint32_t file = sources.add("x.sfc", "a\nb\n");
  diagnostics.error({}, "E0001", "third");
  diagnostics.warning({file, 2, 3}, "E0002", "second");
  diagnostics.error({file, 0, 1}, "E0003", "first");
  std::string text = renderText(diagnostics, sources);
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_LT(text.find("second"), text.find("third"));
  EXPECT_THAT(text, HasSubstr("x.sfc:2:1: warning: second"));
  EXPECT_THAT(text, HasSubstr("<built in>: error: third [E0001]\n"));
}

TEST(Diagnostics, WarningsAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.warning({}, "E0001", "careful");
  EXPECT_FALSE(diagnostics.hasErrors());
}

// A spec that makes something wrong of a library: the diagnostic is in the spec, the place in a note.
class Blamed : public testing::Test {
protected:
  std::string text() const { return renderText(diagnostics_, sources_); }

  SourceMap sources_;
  Diagnostics diagnostics_;
  const uint32_t spec_ = sources_.add("spec.sfc", "strip a;\nkey k;\n");
  const uint32_t library_ = sources_.add("std/library.sfc", "one\ntwo three\n");
  const Range strip_{spec_, 0, 7}, key_{spec_, 13, 14};
  const Range one_{library_, 0, 3}, two_{library_, 4, 7}, three_{library_, 8, 13};
};

TEST_F(Blamed, IsReportedOnceWithAllPlaces) {
  diagnostics_.blame({}, strip_);
  diagnostics_.error(one_, "E0001", "wrong", "strip more");
  diagnostics_.error(two_, "E0001", "wrong", "strip more");
  diagnostics_.error(two_, "E0001", "wrong", "strip more");
  diagnostics_.error(three_, "E0001", "wrong as well");
  EXPECT_EQ(text(),
            "spec.sfc:1:1: error: wrong [E0001]\n"
            "    1 | strip a;\n"
            "      | ^~~~~~~\n"
            "      = note: std/library.sfc:1:1: `one`\n"
            "      = note: std/library.sfc:2:1: `two`\n"
            "      = note: std/library.sfc:2:5: wrong as well\n"
            "      = hint: strip more\n");
  EXPECT_EQ(nlohmann::json::parse(renderJson(diagnostics_, sources_))[0]["notes"][2],
            nlohmann::json({{"text", "wrong as well"}, {"file", "std/library.sfc"}, {"line", 2}, {"column", 5}}));
}

TEST_F(Blamed, StaysInTheFileOfTheCause) {
  diagnostics_.blame({}, strip_);
  diagnostics_.error(key_, "E0001", "wrong");
  EXPECT_THAT(text(), HasSubstr("spec.sfc:2:5: error: wrong"));
  EXPECT_THAT(text(), Not(HasSubstr("note")));
}

TEST_F(Blamed, TheSmallestAreaCountsAndLeadsOn) {
  diagnostics_.blame(one_, two_);
  diagnostics_.blame({library_, 4, 13}, key_);
  const Blame strip(diagnostics_, {}, strip_);
  diagnostics_.error(three_, "E0001", "wrong");
  EXPECT_THAT(text(), HasSubstr("spec.sfc:2:5: error: wrong"));
}

TEST_F(Blamed, AsLongAsThereIsBlame) {
  {
    const Blame strip(diagnostics_, {}, strip_);
  }
  diagnostics_.error(one_, "E0001", "wrong");
  EXPECT_THAT(text(), HasSubstr("std/library.sfc:1:1: error: wrong"));
}

TEST_F(Blamed, OneForSeveralPlaces) {
  diagnostics_.error({one_, two_}, strip_, "E0001", "wrong", "");
  diagnostics_.error({three_}, strip_, "E0002", "wrong", "");
  EXPECT_THAT(text(), HasSubstr("spec.sfc:1:1: error: wrong [E0001]"));
  EXPECT_THAT(text(), HasSubstr("std/library.sfc:2:5: error: wrong [E0002]"));
}

TEST_F(Blamed, FewNotesAreShown) {
  diagnostics_.blame({}, strip_);
  for (uint32_t i = 0; i < 10; i++) diagnostics_.error({library_, i, i + 1}, "E0001", "wrong");
  EXPECT_THAT(text(), HasSubstr("note: and 7 more places"));
}

TEST(RenderJson, HasAllFields) {
  SourceMap sources;
  Diagnostics diagnostics;
  diagnostics.error({sources.add("x.sfc", "a\nbc"), 2, 4}, "E0001", "wrong \xFF", "fix \"it\"");
  nlohmann::json list = nlohmann::json::parse(renderJson(diagnostics, sources));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["severity"], "error");
  EXPECT_EQ(list[0]["code"], "E0001");
  EXPECT_EQ(list[0]["hint"], "fix \"it\"");
  EXPECT_EQ(list[0]["file"], "x.sfc");
  EXPECT_EQ(list[0]["line"], 2);
  EXPECT_EQ(list[0]["column"], 1);
  EXPECT_EQ(list[0]["begin"], 2);
  EXPECT_EQ(list[0]["end"], 4);
  EXPECT_EQ(renderJson(Diagnostics(), sources), "[]\n");
}

TEST(DidYouMean, FindsOnlyWhatIsNear) {
  EXPECT_EQ(didYouMean("tt1", {"label", "ttl", "tc"}), "ttl");
  EXPECT_EQ(didYouMean("protocl", {"protocol", "port"}), "protocol");
  EXPECT_EQ(didYouMean("x", {"label", "ttl"}), "");
  EXPECT_EQ(didYouMean("same", {"same"}), "");
  EXPECT_EQ(didYouMean("", {}), "");
}

}  // namespace
}  // namespace sfc
