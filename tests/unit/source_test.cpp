// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Ranges, lines and columns.
#include "lib/source/source.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "lib/source/working.h"

namespace sfc {
namespace {

TEST(Join, CoversBothAndIgnoresNowhere) {
  Range a{0, 5, 7};
  Range b{0, 1, 6};
  EXPECT_EQ(join(a, b).begin, 1u);
  EXPECT_EQ(join(a, b).end, 7u);
  EXPECT_EQ(join(Range{}, b).begin, 1u);
  EXPECT_EQ(join(a, Range{}).end, 7u);
  EXPECT_FALSE(join(Range{}, Range{}).known());
}

TEST(SourceMap, LocatesLinesAndColumnsInCodePoints) {
  SourceMap sources;
  uint32_t file = sources.add("x.sfc", "ab\n\xC3\xA9\xE2\x82\xAC z\n");
  EXPECT_EQ(sources.describe({file, 0, 1}), "x.sfc:1:1");
  EXPECT_EQ(sources.describe({file, 2, 3}), "x.sfc:1:3");
  EXPECT_EQ(sources.describe({file, 3, 4}), "x.sfc:2:1");
  EXPECT_EQ(sources.describe({file, 9, 10}), "x.sfc:2:4");
  EXPECT_EQ(sources.describe({file, 11, 11}), "x.sfc:3:1");
  EXPECT_EQ(sources.describe({}), "<built in>");
}

TEST(SourceMap, TextOfARangeIsCutToTheFile) {
  SourceMap sources;
  uint32_t file = sources.add("x.sfc", "hello");
  EXPECT_EQ(sources.text(Range{file, 1, 3}), "el");
  EXPECT_EQ(sources.text(Range{file, 4, 99}), "o");
  EXPECT_EQ(sources.text(Range{file, 99, 100}), "");
  EXPECT_EQ(sources.text(Range{}), "");
}

TEST(SourceMap, ViewsStayValidWhenFilesAreAdded) {
  SourceMap sources;
  std::string_view view = sources.text(Range{sources.add("a", "short"), 0, 5});
  for (int i = 0; i < 1000; ++i) sources.add("b", "text");
  EXPECT_EQ(view, "short");
}

TEST(Working, AnExceptionLeavesWhatItInterruptedAndTheInnermostPlace) {
  const Range outer{0, 1, 2};
  try {
    const Working proxy("lowering the proxy", outer);
    const Working done("reading a table", Range{0, 7, 8});
  } catch (...) {
  }
  EXPECT_EQ(takeInterrupted().what, "") << "nothing has been thrown";
  try {
    const Working proxy("lowering the proxy", outer);
    const Working state("emitting a state");
    throw std::logic_error("no such thing");
  } catch (const std::logic_error&) {
  }
  const Interrupted at = takeInterrupted();
  EXPECT_EQ(at.what, "emitting a state");
  EXPECT_EQ(at.range.begin, outer.begin);
  EXPECT_EQ(takeInterrupted().what, "") << "it is told once";
}

}  // namespace
}  // namespace sfc
