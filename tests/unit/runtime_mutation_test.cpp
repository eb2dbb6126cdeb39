// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Plans with a few values changed are refused, or nothing that is done with them goes out of bounds or on and on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "int-md-udp-sink.sfc.hpp"
#include "lib/plan/validate.h"
#include "lib/tables/entries.h"
#include "lib/tables/entry_error.h"
#include "lib/telemetry/record.h"
#include "runtime/abi.h"
#include "runtime/failure.h"
#include "runtime/fake/fake_kernel.h"
#include "runtime/setup.h"
#include "runtime/tables.h"
#include "sfc/cache.h"
#include "sfc/object.h"
#include "sr-mpls-classifier.sfc.hpp"
#include "sr-mpls.sfc.hpp"

namespace sfc {
namespace {

using Json = nlohmann::json;

/// The places of all values in a document.
void collect(const Json& json, const Json::json_pointer& here, std::vector<Json::json_pointer>& places) {
  if (json.is_object())
    for (const auto& [name, value] : json.items()) collect(value, here / name, places);
  if (json.is_array())
    for (size_t i = 0; i < json.size(); ++i) collect(json[i], here / i, places);
  if (here != Json::json_pointer()) places.push_back(here);
}

/// Numbers at which something ends.
constexpr uint64_t odd[] = {0, 1, 8, 31, 32, 33, 64, 65, 255, 65535, 65536, 0x7fffffff, 0xffffffff, UINT64_MAX};

class Mutations {
public:
  explicit Mutations(std::string_view object) {
    plan::Plan plan = Object::fromBytes(object, "sample.o")->plan();
    plan.counters.resize(2);  // of which there are many, all alike
    json_ = Json::parse(plan::toJson(plan).dump());
    collect(json_, Json::json_pointer(), places_);
  }

  /// Calls `one` with the plan in which one number is another one, for all numbers and a row of others.
  template <typename One>
  void forEachNumber(const One& one) const {
    for (const Json::json_pointer& place : places_) {
      if (!json_[place].is_number()) continue;
      Json changed = json_;
      for (const uint64_t other : odd) {
        changed[place] = other;
        one(changed.dump());
      }
      for (const uint64_t more : {uint64_t{1}, UINT64_MAX}) {
        changed[place] = json_[place].get<uint64_t>() + more;
        one(changed.dump());
      }
    }
  }

  /// The plan with a few things changed at random.
  std::string next(std::mt19937& random) const {
    Json changed = json_;
    for (unsigned left = random() % 3 + 1; left > 0; --left) {
      const Json::json_pointer& place = places_[random() % places_.size()];
      if (changed.contains(place)) change(changed[place], random);
    }
    return changed.dump();
  }

private:
  static void change(Json& value, std::mt19937& random) {
    if (value.is_number()) {
      const auto number = value.get<uint64_t>();
      const uint64_t near[] = {number - 1, number + 1, number + 8, 2 * number, odd[random() % std::size(odd)]};
      value = near[random() % std::size(near)];
    } else if (value.is_boolean()) {
      value = !value.get<bool>();
    } else if (value.is_string()) {
      const char* const words[] = {"", "rx", "lpm", "exact", "classifier", "proxy", "\033[2J", "sfc_counters"};
      value = words[random() % std::size(words)];
    } else if (value.is_array() && !value.empty()) {
      random() % 2 == 0 ? value.push_back(value[random() % value.size()]) : value.erase(random() % value.size());
    }
  }

  Json json_;
  std::vector<Json::json_pointer> places_;
};

Bytes randomBytes(size_t size, std::mt19937& random) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

/// Composes an entry of each table, with all fields, and decodes it again.
void useTables(const plan::Plan& plan, std::mt19937& random) {
  for (const plan::Table& table : plan.tables) {
    std::vector<FieldValue> key, headers;
    for (const plan::TableField& field : table.fields)
      key.push_back({field.name, field.match == plan::Match::Lpm ? "0/1" : "1"});
    if (plan.kind == plan::Kind::Classifier)
      for (const plan::Stripped& one : plan.entry.record.stripped)
        for (const plan::Header& header : plan.headers)
          if (header.name == one.header)
            headers.push_back({one.name + (one.is_stack ? "[0]." : ".") + header.fields.back().name, "1"});
    const Bytes bytes = composeKey(table, key);
    decodeTableEntry(plan, table, bytes, composeRecord(plan, table, headers));
    decodeTableEntry(plan, table, randomBytes(table.key_size, random), randomBytes(plan.entry.size, random));
  }
}

/// All that the runtime works out by a plan.
void use(const plan::Plan& plan, std::mt19937& random) {
  FakeKernel kernel;
  makeSetup(kernel, plan, Vnf::User, Store::Slots, {});
  Bytes params = paramBytes(plan, {});
  for (const ParamValue& value : readParams(plan, params)) putParam(plan, value, params);
  decodeEntry(plan, randomBytes(plan.entry.size, random), 1000);
  for (uint32_t i = 0; i < plan.telemetry.size(); ++i) {
    Bytes record = randomBytes(sizeof(sfc_report) + 1500, random);
    const sfc_report head{1000, 3500, 4, 5, i, 1500, UINT64_MAX};
    std::memcpy(record.data(), &head, sizeof(head));
    if (const auto decoded = decodeTelemetry(plan, record)) showTelemetry(plan, *decoded);
  }
  try {
    useTables(plan, random);
  } catch (const EntryError&) {
    // Two headers may be one now, or a value too large: that is an error, as it is for people.
  }
}

/// Plans that are used if they are not refused.
class MutatedPlan : public ::testing::Test {
protected:
  void take(const std::string& text) {
    const auto begin = std::chrono::steady_clock::now();
    try {
      const plan::Plan plan = plan::fromJson(text);
      plan::validate(plan);
      use(plan, random_);
      ++used_;
    } catch (const std::runtime_error&) {
      ++refused_;
    } catch (const Failure&) {
      ++refused_;
    }
    ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << text;
  }

  std::mt19937 random_{11};
  unsigned refused_ = 0;
  unsigned used_ = 0;
  const std::vector<Mutations> objects_ = {Mutations(sr_mpls::objectBytes()),
                                           Mutations(sr_mpls_classifier::objectBytes()),
                                           Mutations(int_md_udp_sink::objectBytes())};
};

TEST_F(MutatedPlan, WithOneOtherNumber) {
  for (const Mutations& object : objects_) object.forEachNumber([&](const std::string& text) { take(text); });
  EXPECT_GT(refused_, 1000U);
  EXPECT_GT(used_, 500U);
}

TEST_F(MutatedPlan, WithAnythingChanged) {
  for (int round = 0; round < 1000; ++round) take(objects_[random_() % objects_.size()].next(random_));
  EXPECT_GT(refused_, 100U);
  EXPECT_GT(used_, 100U);
}

}  // namespace
}  // namespace sfc
