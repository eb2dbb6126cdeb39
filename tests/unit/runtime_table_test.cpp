// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries of tables against a system in memory: their bytes, what is shown of them, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lib/tables/values.h"
#include "runtime/fake/fake_kernel.h"
#include "sfc/proxy.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TableTest : public ::testing::Test {
protected:
  TableTest() {
    kernel_->addDevice("in0", "veth");
    kernel_->addDevice("in1", "veth");
    kernel_->addDevice("in2", "veth");
    kernel_->tables = {{"sfc_table_routes", 2}, {"sfc_table_flows", 100}};
    plan_.kind = plan::Kind::Classifier;
    plan_.headers = {{"one_t", 4, {{"a", 0, 12}, {"b", 12, 20}}},
                     {"many_t", 4, {{"label", 0, 20}, {"end", 23, 1}, {"ttl", 24, 8}}}};
    plan_.entry.record.max_bytes = 16;
    plan_.entry.record.stripped = {{"one", "one_t", 0, true, 1, false}, {"many", "many_t", 4, true, 3, true}};
    plan_.tables = {{"routes",
                     "sfc_table_routes",
                     10,
                     2,
                     {{"tos", plan::Match::Exact, 6, 4, 2}, {"ip.dst", plan::Match::Lpm, 32, 6, 4}}},
                    {"flows", "sfc_table_flows", 6, 100, {{"mac.src", plan::Match::Exact, 48, 0, 6}}}};
    plan_.push_defaults = {{"many", "ttl", false, 64}, {"many", "end", true, 1}};
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    auto proxy = Proxy::load(kernel_, *object, "begin", {.ingress = {"in0"}, .egress = {"in0"}});
    EXPECT_TRUE(proxy) << proxy.error().text;
    proxy_.emplace(*std::move(proxy));
  }

  std::vector<FieldValue> key(const std::string& dst, const std::string& tos = "3") {
    return {{"ip.dst", dst}, {"tos", tos}};
  }

  Error refused(const std::string& table, const std::vector<FieldValue>& key, const std::vector<FieldValue>& headers) {
    const auto added = proxy_->addEntry(table, key, headers);
    EXPECT_FALSE(added);
    return added ? Error{} : added.error();
  }

  std::shared_ptr<FakeKernel> kernel_ = std::make_shared<FakeKernel>();
  plan::Plan plan_ = smallestPlan();
  std::optional<Proxy> proxy_;
  const std::vector<FieldValue> headers_ = {
      {"one.b", "0x12345"}, {"many[0].label", "16001"}, {"many[1].label", "5"}, {"many[1].ttl", "7"}};
};

TEST_F(TableTest, ComposesKeysAndRecords) {
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.1.0.0/16"), headers_));
  const auto map = kernel_->mapAt("/pins/begin/map_sfc_table_routes");
  const auto bytes = map->nextKey(std::nullopt);
  ASSERT_TRUE(bytes);
  EXPECT_THAT(*bytes, ElementsAre(32, 0, 0, 0, 0, 3, 10, 1, 0, 0));  // 16 bits of tos and 16 of the address
  Bytes record = *map->find(*bytes);
  record.resize(16);
  EXPECT_THAT(record, ElementsAre(12, 0, 0, 0, 0, 1, 0x23, 0x45, 3, 0xe8, 0x10, 64, 0, 0, 0x51, 7));
}

TEST_F(TableTest, ShowsWhatWasAdded) {
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.1.0.0/16"), headers_));
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.0.0.1"), {{"many[0].label", "1"}}));
  const auto entries = proxy_->entries("routes");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].key[1].value, "10.0.0.1/32");
  EXPECT_EQ((*entries)[1].key[0].name, "tos");
  EXPECT_EQ((*entries)[1].key[1].value, "10.1.0.0/16");
  ASSERT_EQ((*entries)[1].headers.size(), 3u);
  EXPECT_EQ((*entries)[1].headers[2].name, "many[1]");
  EXPECT_EQ((*entries)[1].headers[2].fields[0].value, "5");
  EXPECT_EQ((*entries)[1].headers[2].fields[1].value, "1");
}

TEST_F(TableTest, AnEntryIsAddedOnceAndTakenOutOnce) {
  ASSERT_TRUE(proxy_->addEntry("flows", {{"mac.src", "02:00:00:00:00:01"}}, headers_));
  EXPECT_EQ(refused("flows", {{"mac.src", "0x020000000001"}}, headers_).kind, ErrorKind::Conflict);
  ASSERT_TRUE(proxy_->removeEntry("flows", {{"mac.src", "02:00:00:00:00:01"}}));
  EXPECT_EQ(proxy_->removeEntry("flows", {{"mac.src", "02:00:00:00:00:01"}}).error().kind, ErrorKind::NotFound);
  EXPECT_TRUE(proxy_->entries("flows")->empty());
}

TEST_F(TableTest, EntriesOfAFileAreAllAddedOrNone) {
  const auto load = [&](const std::string& text) {
    const std::string path = ::testing::TempDir() + "sfc_table_test.entries";
    std::ofstream(path) << text;
    auto added = proxy_->addEntries(path);
    std::remove(path.c_str());
    return added;
  };
  const std::string routes = "routes ip.dst=10.0.0.0/8 tos=1 -- many[0].label=1\n";
  const auto added = load("# two\n\n" + routes + "flows mac.src=02:00:00:00:00:01 -- many[0].label=2  # here\n");
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_EQ(*added, 2u);
  EXPECT_EQ(proxy_->entries("routes")->size(), 1u);
  EXPECT_EQ(proxy_->entries("flows")->size(), 1u);

  const std::string other = "flows mac.src=02:00:00:00:00:02 -- many[0].label=2\n";
  const auto again = load(other + routes);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(again.error().text,
              HasSubstr("entries:2: table routes has an entry for tos=1 ip.dst=10.0.0.0/8 already"));
  EXPECT_THAT(again.error().text, HasSubstr("nothing has been added"));
  EXPECT_EQ(proxy_->entries("flows")->size(), 1u);

  const auto full =
      load(other +
           "routes ip.dst=10.0.0.0/9 tos=1 -- many[0].label=1\nroutes ip.dst=10.0.0.0/10 tos=1 -- many[0].label=1\n");
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().text, HasSubstr("entries:3: table routes is full"));
  EXPECT_EQ(proxy_->entries("flows")->size(), 1u);
  EXPECT_EQ(proxy_->entries("routes")->size(), 1u);
  EXPECT_TRUE(load("routes ip.dst=10.0.0.0/9 tos=1 -- many[0].label=1\n")) << "there is room for it still";

  EXPECT_THAT(load("routes ip.dst=1.2.3.4\n").error().text, HasSubstr("entries:1: "));
  EXPECT_EQ(proxy_->addEntries("/nowhere.entries").error().kind, ErrorKind::NotFound);
}

TEST_F(TableTest, PrefixesOfOneAddressAreDifferentEntries) {
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.0.0.0/8"), headers_));
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.0.0.0/9"), headers_));
  EXPECT_THAT(refused("routes", key("10.0.0.0/9"), headers_).text, HasSubstr("already"));
  const Error full = refused("routes", key("10.0.0.0/10"), headers_);
  EXPECT_EQ(full.kind, ErrorKind::Conflict);
  EXPECT_THAT(full.text, HasSubstr("full"));
}

TEST_F(TableTest, SaysWhatIsWrong) {
  const auto text = [&](const std::string& table, const std::vector<FieldValue>& wrong,
                        const std::vector<FieldValue>& headers) {
    const Error error = refused(table, wrong, headers);
    EXPECT_EQ(error.kind, ErrorKind::Usage);
    return error.text;
  };
  EXPECT_THAT(text("rotes", key("10.0.0.1"), headers_), HasSubstr("did you mean 'routes'"));
  EXPECT_THAT(text("routes", {{"ip.dest", "10.0.0.1"}}, headers_), HasSubstr("did you mean 'ip.dst'"));
  EXPECT_THAT(text("routes", {{"tos", "1"}}, headers_), HasSubstr("no value for ip.dst"));
  EXPECT_THAT(text("routes", key("10.0.0.1", "64"), headers_), HasSubstr("6 bits: 64 does not fit"));
  EXPECT_THAT(text("routes", key("10.0.0.0/33"), headers_), HasSubstr("too long"));
  EXPECT_THAT(text("routes", key("10.0.0.1/8"), headers_), HasSubstr("did you mean 10.0.0.0/8"));
  EXPECT_THAT(text("routes", key("10.0.0.x"), headers_), HasSubstr("an IPv4 address"));
  EXPECT_THAT(text("routes", key("10.0.0.1"), {{"one.b", "1"}}), HasSubstr("no element of many"));
  EXPECT_THAT(text("routes", key("10.0.0.1"), {{"many[1].label", "1"}}), HasSubstr("but many[0] is not"));
  EXPECT_THAT(text("routes", key("10.0.0.1"), {{"many[3].label", "1"}}), HasSubstr("room for 3"));
  EXPECT_THAT(text("routes", key("10.0.0.1"), {{"many.label", "1"}}), HasSubstr("is a stack"));
  EXPECT_THAT(text("routes", key("10.0.0.1"), {{"many[0].labl", "1"}}), HasSubstr("did you mean 'label'"));
}

class AskedTableTest : public TableTest {
protected:
  AskedTableTest() {
    plan_.kind = plan::Kind::Proxy;
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    auto proxy = Proxy::load(kernel_, *object, "asks", {.ingress = {"in1"}, .egress = {"in1"}});
    EXPECT_TRUE(proxy) << proxy.error().text;
    proxy_.emplace(*std::move(proxy));
  }
};

TEST_F(AskedTableTest, HasKeysAndNothingElse) {
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.1.0.0/16"), {}));
  EXPECT_EQ(refused("routes", key("10.1.0.0/16"), {}).kind, ErrorKind::Conflict);
  const Error error = refused("routes", key("10.2.0.0/16"), {{"one.b", "1"}});
  EXPECT_EQ(error.kind, ErrorKind::Usage);
  EXPECT_THAT(error.text, HasSubstr("leave out 'one.b'"));
  const auto entries = proxy_->entries("routes");
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().key[1].value, "10.1.0.0/16");
  EXPECT_TRUE(entries->front().headers.empty());
  ASSERT_TRUE(proxy_->removeEntry("routes", key("10.1.0.0/16")));
}

class ValuedTableTest : public AskedTableTest {
protected:
  ValuedTableTest() {
    plan_.name = "valued";
    plan_.tables[0].values = {{"share", 64, 0}, {"class", 3, 8}};
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    auto proxy = Proxy::load(kernel_, *object, "valued", {.ingress = {"in2"}, .egress = {"in2"}});
    EXPECT_TRUE(proxy) << proxy.error().text;
    proxy_.emplace(*std::move(proxy));
  }
};

TEST_F(ValuedTableTest, KeepsAllValues) {
  ASSERT_TRUE(proxy_->addEntry("routes", key("10.1.0.0/16"), {{"class", "5"}, {"share", "0xFEDCBA9876543210"}}));
  const auto entries = proxy_->entries("routes");
  ASSERT_EQ(entries->size(), 1u);
  ASSERT_EQ(entries->front().values.size(), 2u);
  EXPECT_EQ(entries->front().values[0].name, "share");
  EXPECT_EQ(entries->front().values[0].value, "18364758544493064720");
  EXPECT_EQ(entries->front().values[1].value, "5");
  EXPECT_TRUE(entries->front().headers.empty());
  const auto text = [&](const std::vector<FieldValue>& values) {
    return refused("routes", key("10.2.0.0/16"), values).text;
  };
  EXPECT_THAT(text({{"class", "5"}}), HasSubstr("no value for share: an entry of table routes has share, class"));
  EXPECT_THAT(text({{"class", "8"}, {"share", "1"}}), HasSubstr("class has 3 bits: 8 does not fit"));
  EXPECT_THAT(text({{"class", "1"}, {"class", "1"}, {"share", "1"}}), HasSubstr("given twice"));
  EXPECT_THAT(text({{"class", "1"}, {"shar", "1"}}), HasSubstr("did you mean 'share'"));
}

TEST(Values, ReadsAndShowsAddressesAndLongNumbers) {
  EXPECT_EQ(showValue("ip.src", readValue("ip.src", "fd00::1", 128)), "fd00::1");
  EXPECT_THAT(readValue("context", "0x102030405060708090a", 128),
              ElementsAre(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_THAT(readValue("x", "0b101", 3), ElementsAre(5));
  EXPECT_ANY_THROW(readValue("x", "8", 3));
  EXPECT_ANY_THROW(readValue("x", "0x", 8));
  EXPECT_ANY_THROW(readValue("x", "", 8));
}

}  // namespace
}  // namespace sfc
