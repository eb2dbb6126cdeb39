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
