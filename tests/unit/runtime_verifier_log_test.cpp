// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is shown of libbpf's warnings when the kernel refuses an object.
#include "runtime/linux/verifier_log.h"

#include <gtest/gtest.h>

#include <string>

namespace sfc {
namespace {

constexpr const char* begin = "libbpf: prog 'sfc_ingress': -- BEGIN PROG LOAD LOG --\n";
constexpr const char* end = "-- END PROG LOAD LOG --\nlibbpf: failed to load object 'sfc'\n";

/// "line FROM\n" to "line TO\n".
std::string lines(int from, int to) {
  std::string text;
  for (int number = from; number <= to; ++number) text += "line " + std::to_string(number) + "\n";
  return text;
}

std::string withoutEnd(std::string text) {
  text.pop_back();
  return text;
}

TEST(VerifierLog, ShowsAShortLogWhole) {
  EXPECT_EQ(lastWords(begin + lines(1, 3) + end), withoutEnd(lines(1, 3)));
}

TEST(VerifierLog, ShowsTheLastTwelveLinesOfALongOne) {
  EXPECT_EQ(lastWords(begin + lines(1, 40) + end), withoutEnd(lines(29, 40)));
}

TEST(VerifierLog, ShowsTheLastOfSeveral) {
  EXPECT_EQ(lastWords(begin + lines(1, 3) + end + begin + lines(7, 8) + end), withoutEnd(lines(7, 8)));
}

TEST(VerifierLog, ShowsTheLastLineOfOtherWarnings) {
  EXPECT_EQ(lastWords("libbpf: elf: not an object\nlibbpf: no programs\n"), "libbpf: no programs");
  EXPECT_EQ(lastWords("libbpf: no programs\n"), "libbpf: no programs");
}

TEST(VerifierLog, HasNothingToShowOfNothing) {
  EXPECT_EQ(lastWords(""), "");
  EXPECT_EQ(lastWords("\n"), "");
}

}  // namespace
}  // namespace sfc
