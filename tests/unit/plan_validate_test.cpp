// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A plan that contradicts itself is refused, with the name of the field.
#include "lib/plan/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace sfc::plan {
namespace {

using ::testing::StartsWith;

/// A classifier with all that a plan can have.
Plan classifier() {
  Plan plan;
  plan.name = "sample";
  plan.proxy = "Sample";
  plan.kind = Kind::Classifier;
  plan.counters = {{"rx", "", "", "", false}};
  plan.params = {{"limit", 8, 0, 255}, {"node", 64, 8, UINT64_MAX}};
  plan.params_size = 16;
  plan.headers = {{"x_t", 4, {{"a", 0, 20}, {"b", 20, 12}}}};
  plan.entry = {
      64, 8, 8, 16, {{"ip.src", 31, 32, 32}}, {2, 0, 8, 40, {{"type", 4, 2}}, {{"xs", "x_t", 0, true, 10, true}}}};
  plan.cache.entries = 1000;
  plan.tables = {
      {"routes", "sfc_table_routes", 9, 100, {{"ip.tos", Match::Exact, 6, 4, 1}, {"ip.dst", Match::Lpm, 32, 5, 4}}}};
  plan.push_defaults = {{"xs", "a", true, 1}};
  plan.telemetry = {{"hop",
                     16,
                     8,
                     {{"in", 0, 16, true, 2, 3}, {"out", 16, 16, true, 2, 3}, {"latency", 32, 32}},
                     {{"hops", "int_hop", 16, {{"node", 0, 32, true, 0, 0}}}}}};
  plan.max_growth = 8;
  return plan;
}

std::string errorOf(const Plan& plan) {
  try {
    validate(plan);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

/// What is wrong once this has been done to a plan with which nothing was.
std::string afterwards(const std::function<void(Plan&)>& spoil) {
  Plan plan = classifier();
  spoil(plan);
  return errorOf(plan);
}

TEST(ValidPlan, IsOneThatAgreesWithItself) {
  EXPECT_EQ(errorOf(classifier()), "");
  Plan proxy = classifier();
  proxy.kind = Kind::Proxy;
  proxy.entry.record.stripped[0].fixed = false;
  proxy.entry.record.stripped[0].offset = 4;
  EXPECT_EQ(errorOf(proxy), "");
}

TEST(ValidPlan, HasNames) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.name = "../up"; }), StartsWith("name is '../up'"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.proxy = "a\033[2J"; }), StartsWith("proxy is"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.counters[0].name = ""; }), StartsWith("counters[0].name"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[1].name = "limit"; }), StartsWith("params[1].name is limit"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].map = "../../x"; }), StartsWith("tables[0].map"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.headers.push_back(plan.headers[0]); }), StartsWith("headers[1].name"));
}

TEST(ValidPlan, HasParametersWithinTheirMap) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params_size = 0xfffffff8; }), StartsWith("params_size is 4294967288"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[0].offset = 16; }), StartsWith("params[0].offset is 16"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[1].offset = 0; }), StartsWith("params[1].offset is 0"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[0].width_bits = 0; }), StartsWith("params[0].width_bits"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[0].width_bits = 65; }), StartsWith("params[0].width_bits"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.params[0].initial = 256; }), StartsWith("params[0].initial is 256"));
}

TEST(ValidPlan, HasFieldsWithinTheirHeader) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.headers[0].size = 0; }), StartsWith("headers[0].size is 0"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.headers[0].fields.clear(); }), StartsWith("headers[0].fields is []"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.headers[0].fields[1].offset_bits = 21; }),
              StartsWith("headers[0].fields[1].offset_bits is 21"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.headers[0].fields[1].width_bits = 0xffffffff; }),
              StartsWith("headers[0].fields[1].width_bits"));
}

TEST(ValidPlan, HasAllOfAnEntryWithinIt) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.size = 63; }), StartsWith("entry.record_offset is 16"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.size = 0xffffffff; }), StartsWith("entry.size"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.key_size = 12; }), StartsWith("entry.key_size is 12"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.key_offset = 16; }), StartsWith("entry.key_offset is 16"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.key_fields[0].valid_bit = 32; }),
              StartsWith("entry.key_fields[0].valid_bit is 32"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.key_fields[0].offset_bits = 33; }),
              StartsWith("entry.key_fields[0].offset_bits is 33"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.cache.entries = UINT64_MAX; }), StartsWith("cache.entries"));
}

TEST(ValidPlan, HasAllOfARecordWithinIt) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.regions = 0xffffffff; }),
              StartsWith("entry.record.regions is 4294967295"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.lengths_offset = 5; }),
              StartsWith("entry.record.lengths_offset is 5"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.bytes_offset = 70000; }),
              StartsWith("entry.record.bytes_offset is 70000"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.saved[0].offset = 7; }),
              StartsWith("entry.record.saved[0].offset is 7"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.stripped[0].offset = 0xfffffffc; }),
              StartsWith("entry.record.stripped[0].offset is 4294967292"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.stripped[0].max_count = 11; }),
              StartsWith("entry.record.stripped[0].offset is 0"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.stripped[0].header = "y_t"; }),
              StartsWith("entry.record.stripped[0].header is 'y_t'"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.entry.record.stripped[0].fixed = false; }),
              StartsWith("entry.record.stripped[0].fixed"));
  EXPECT_THAT(afterwards([](Plan& plan) {
                plan.kind = Kind::Proxy;
                plan.entry.record.stripped[0].fixed = false;
                plan.entry.record.stripped[0].offset = 5;
              }),
              StartsWith("entry.record.stripped[0].offset is 5"));
}

TEST(ValidPlan, HasAllOfAKeyWithinIt) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].fields[1].offset = 70000; }),
              StartsWith("tables[0].fields[1].offset is 70000"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].fields[1].offset = 2; }),
              StartsWith("tables[0].fields[1].offset is 2"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].fields[1].width_bits = 4000; }),
              StartsWith("tables[0].fields[1].width_bits is 4000"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].fields[0].match = Match::Lpm; }),
              StartsWith("tables[0].fields[0].match is lpm"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].key_size = 10; }),
              StartsWith("tables[0].fields[1].offset is 5"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].fields.clear(); }), StartsWith("tables[0].fields is []"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.tables[0].entries = 0; }), StartsWith("tables[0].entries is 0"));
}

TEST(ValidPlan, PushesWhatItHas) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.push_defaults[0].header = "ys"; }),
              StartsWith("push_defaults[0].header is 'ys'"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.push_defaults[0].field = "c"; }),
              StartsWith("push_defaults[0].field is 'c'"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.push_defaults[0].value = 1 << 20; }),
              StartsWith("push_defaults[0].value is 1048576"));
}

TEST(ValidPlan, HasAllItemsWithinTheirBytes) {
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].gate_bits = 66; }),
              StartsWith("telemetry[0].gate_bits is 66"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].items[0].last = 65; }),
              StartsWith("telemetry[0].items[0].last is 65"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].items[0].first = 4; }),
              StartsWith("telemetry[0].items[0].first is 4"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].items[2].offset_bits = 33; }),
              StartsWith("telemetry[0].items[2].offset_bits is 33"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].items[1].offset_bits = 24; }),
              StartsWith("telemetry[0].items[1].offset_bits is 24"))
      << "a popped between what the same bits ask for";
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].collected[0].items[0].width_bits = 65; }),
              StartsWith("telemetry[0].collected[0].items[0].width_bits is 65"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.telemetry[0].collected[0].gate_bits = 0; }),
              StartsWith("telemetry[0].collected[0].items[0].gated is true"));
  EXPECT_THAT(afterwards([](Plan& plan) { plan.max_growth = 0xffffffff; }), StartsWith("max_growth"));
}

}  // namespace
}  // namespace sfc::plan
