// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Finding the plan in an object file, and not trusting what is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sfc/object.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::HasSubstr;

std::string planText(unsigned abi) {
  plan::Plan plan = smallestPlan();
  plan.abi = abi;
  return plan::toJson(plan).dump();
}

std::string errorOf(const std::string& bytes) {
  const auto object = Object::fromBytes(bytes, "sample.o");
  return object ? "" : object.error().text;
}

TEST(Object, FindsThePlan) {
  const auto object = Object::fromBytes(elfWith(planText(SFC_ABI_VERSION)), "sample.o");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->plan().name, "sample");
}

TEST(Object, TellsWhatIsWrong) {
  EXPECT_THAT(errorOf(""), HasSubstr("not an object written by sfcc"));
  EXPECT_THAT(errorOf("text"), HasSubstr("not an object written by sfcc"));
  EXPECT_THAT(errorOf(elfWith(planText(SFC_ABI_VERSION), ".other")), HasSubstr("not an object written by sfcc"));
  EXPECT_THAT(errorOf(elfWith("{}")), HasSubstr("compile it again"));
  EXPECT_THAT(errorOf(elfWith(planText(SFC_ABI_VERSION + 1))), HasSubstr("compile it again"));
}

TEST(Object, SurvivesEveryCut) {
  const std::string whole = elfWith(planText(SFC_ABI_VERSION));
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_NE(errorOf(whole.substr(0, size)), "") << size;
}

TEST(Object, MissingFileIsNotFound) {
  const auto object = Object::open("/nonexistent/sample.o");
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace sfc
