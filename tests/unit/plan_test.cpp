// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The plan survives its JSON, and text that is no plan is named as such.
#include "lib/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace sfc::plan {
namespace {

using ::testing::HasSubstr;

Plan samplePlan() {
  Plan plan;
  plan.abi = 1;
  plan.name = "sample";
  plan.proxy = "Sample";
  plan.compiler = "sfcc 0.1.0";
  plan.layout_hash = "0123";
  plan.counters.push_back({"rx", "", "", "", false});
  plan.counters.push_back({"tx_drop_mtu", "mtu", "sample.sfc:1:2", "strip \"x\";", true});
  plan.params.push_back({"limit", 64, 8, UINT64_MAX});
  plan.headers.push_back({"x_t", 4, {{"a", 0, 20}, {"b", 20, 12}}});
  plan.entry = {64,
                8,
                16,
                24,
                {{"ip.src", AlwaysValid, 32, 32}},
                {1, 8, 12, 40, {{"type", 10, 2}}, {{"xs", "x_t", 0, false, 10, true}}}};
  plan.cache = {1000, 1'000'000'000, Policy::Pass, Policy::Drop};
  plan.tables = {
      {"routes", "sfc_table_routes", 9, 100, {{"ip.tos", Match::Exact, 6, 4, 1}, {"ip.dst", Match::Lpm, 32, 5, 4}}}};
  plan.push_defaults = {{"xs", "a", true, 1}};
  plan.telemetry = {{"hop",
                     16,
                     4,
                     {{"latency", 0, 32, true, 2, 3, false}},
                     {{"hops", "int_hop", 16, {{"node", 0, 32, true, 0, 0}}}}}};
  plan.residence = true;
  plan.max_growth = 8;
  plan.no_superframes = "it is a test";
  plan.no_tc_ingress = "it is a test, too";
  return plan;
}

std::string errorOf(const std::string& text) {
  try {
    fromJson(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Plan, SurvivesJson) {
  const Plan plan = samplePlan();
  EXPECT_EQ(fromJson(toJson(plan).dump()), plan);
  EXPECT_EQ(fromJson(toJson(plan).dump(2)), plan);
}

TEST(Plan, NamesWhatIsWrong) {
  EXPECT_THAT(errorOf("{"), HasSubstr("is not JSON"));
  EXPECT_THAT(errorOf("[]"), HasSubstr("is not an object"));
  EXPECT_THAT(errorOf("{}"), HasSubstr("abi is missing"));

  auto json = toJson(samplePlan());
  json["counters"][1]["after_claim"] = 1;
  EXPECT_THAT(errorOf(json.dump()), HasSubstr("counters[1].after_claim is not true or false"));

  json = toJson(samplePlan());
  json["cache"]["full"] = "keep";
  EXPECT_THAT(errorOf(json.dump()), HasSubstr("cache.full is neither drop nor pass"));

  json = toJson(samplePlan());
  json["entry"]["size"] = uint64_t{1} << 40;
  EXPECT_THAT(errorOf(json.dump()), HasSubstr("entry.size is too large"));

  json = toJson(samplePlan());
  json["entry"]["record"].erase("saved");
  EXPECT_THAT(errorOf(json.dump()), HasSubstr("entry.record.saved is missing"));
}

}  // namespace
}  // namespace sfc::plan
