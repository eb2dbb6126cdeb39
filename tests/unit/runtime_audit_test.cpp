// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The books: when they balance, and which equation says when they do not.
#include <gtest/gtest.h>

#include "sfc/stats.h"

namespace sfc {
namespace {

class Ledger {
public:
  Ledger& set(const std::string& name, uint64_t value, bool after_claim = false) {
    plan.counters.push_back({name, "", "", "", after_claim});
    stats.raw.push_back(value);
    stats.by_name.emplace_back(name, value);
    return *this;
  }
  Ledger& cache(uint64_t flushed, uint64_t live) {
    stats.by_name.emplace_back("flushed", flushed);
    stats.by_name.emplace_back("live", live);
    return *this;
  }
  bool balances(Store store) const {
    Audit whole;
    whole.equations = audit(plan, store, {stats, stats});
    return whole.balances();
  }

  plan::Plan plan;
  Stats stats;
};

Ledger balanced() {
  Ledger ledger;
  ledger.set("rx", 100)
      .set("rx_ignored", 5)
      .set("rx_drop_malformed", 3)
      .set("rx_drop_too_deep", 2)
      .set("rx_stripped", 90);
  ledger.set("inserted", 91).set("rollback", 1).set("expired", 4).set("claimed", 80).cache(2, 4);
  ledger.set("tx", 90).set("tx_ignored", 4).set("tx_pass_miss", 6).set("tx_restored", 77).set("tx_drop_mtu", 3, true);
  ledger.set("lookups", 86);
  return ledger;
}

TEST(Audit, Balances) {
  EXPECT_TRUE(balanced().balances(Store::Slots));
}

TEST(Audit, OfAClassifierKnowsNoCache) {
  Ledger ledger;
  ledger.plan.kind = plan::Kind::Classifier;
  ledger.set("rx", 7).set("rx_ignored", 7);
  ledger.set("tx", 20).set("tx_ignored", 4).set("tx_pass_miss", 6).set("tx_restored", 7);
  ledger.set("tx_drop_mtu", 2, true).set("tx_drop_gso", 1).set("lookups", 16).cache(0, 0);
  EXPECT_TRUE(ledger.balances(Store::Slots));
  ledger.stats.by_name[8].second = 17;
  EXPECT_FALSE(ledger.balances(Store::Slots));
}

TEST(Audit, OfAStaticProxyIsThatOfBothItsHalves) {
  Ledger ledger;
  ledger.plan.kind = plan::Kind::Static;
  ledger.set("rx", 9).set("rx_ignored", 2).set("rx_drop_hops", 3).set("rx_stripped", 4);
  ledger.set("tx", 20).set("tx_ignored", 4).set("tx_pass_miss", 0).set("tx_restored", 7).set("tx_drop_miss", 6);
  ledger.set("tx_drop_mtu", 2, true).set("tx_drop_gso", 1).set("lookups", 16).cache(0, 0);
  EXPECT_TRUE(ledger.balances(Store::Slots));
  ledger.stats.by_name[3].second = 5;
  EXPECT_FALSE(ledger.balances(Store::Slots));
}

TEST(Audit, OfTheNewestHeadersKnowsNoClaims) {
  Ledger ledger;
  ledger.plan.kind = plan::Kind::Last;
  ledger.set("rx", 20).set("rx_ignored", 2).set("rx_stripped", 17).set("rx_drop_headroom", 1);
  ledger.set("inserted", 5).set("replaced", 3).set("renewed", 10).set("rollback", 1).set("expired", 2).cache(1, 2);
  ledger.set("tx", 50).set("tx_ignored", 4).set("tx_pass_miss", 6).set("tx_restored", 38).set("claimed", 40);
  ledger.set("tx_drop_mtu", 2, true).set("lookups", 46);
  EXPECT_TRUE(ledger.balances(Store::Slots));
  for (const size_t counter : {4, 5, 6, 8}) {
    Ledger wrong = ledger;
    wrong.stats.by_name[counter].second += 1;
    EXPECT_FALSE(wrong.balances(Store::Slots)) << wrong.stats.by_name[counter].first;
  }
}

TEST(Audit, SeesALostPacket) {
  Ledger ledger = balanced();
  ledger.stats.raw[0] += 1;
  ledger.stats.by_name[0].second += 1;
  EXPECT_FALSE(ledger.balances(Store::Slots));
  EXPECT_FALSE(audit(ledger.plan, Store::Slots, {ledger.stats, ledger.stats})[0].balances());
}

TEST(Audit, SeesALeakedEntryButLetsAHashEvict) {
  Ledger ledger;
  ledger.set("rx", 10).set("rx_stripped", 10).set("inserted", 10).set("claimed", 7).cache(0, 0);
  ledger.set("tx", 7).set("tx_restored", 7);
  EXPECT_FALSE(ledger.balances(Store::Slots));
  EXPECT_TRUE(ledger.balances(Store::Hash));
  EXPECT_EQ(audit(ledger.plan, Store::Hash, {ledger.stats, ledger.stats})[2].right.back().value, 3U);
}

TEST(Audit, AHashCannotHandOutMoreThanWasPutIn) {
  Ledger ledger;
  ledger.set("rx", 1).set("rx_stripped", 1).set("inserted", 1).set("claimed", 2).cache(0, 0);
  ledger.set("tx", 2).set("tx_restored", 2);
  EXPECT_FALSE(ledger.balances(Store::Hash));
}

TEST(Audit, WhereNoHeadersWaitOnlyPacketsCount) {
  for (const plan::Kind kind : {plan::Kind::Edits, plan::Kind::Terminator}) {
    Ledger ledger;
    ledger.plan.kind = kind;
    ledger.set("rx", 10).set("rx_ignored", 1).set("rx_drop_hops", 2).set("rx_stripped", 7);
    ledger.set("inserted", 0).set("rollback", 0).set("expired", 0).set("claimed", 0).set("lookups", 0).cache(0, 0);
    ledger.set("tx", 7).set("tx_ignored", 2).set("tx_restored", 4).set("tx_drop_hops", 1, true);
    EXPECT_TRUE(ledger.balances(Store::Slots));
    const auto equations = audit(ledger.plan, Store::Slots, {ledger.stats, ledger.stats});
    EXPECT_EQ(equations[0].skipped, "") << "what arrives";
    EXPECT_EQ(equations[3].skipped, "") << "what departs";
    EXPECT_NE(equations[4].skipped, "") << "claims";
    ledger.plan.kind = plan::Kind::Proxy;
    EXPECT_FALSE(ledger.balances(Store::Slots));
  }
}

TEST(Audit, APacketThatIsLostIsMissedInEveryKind) {
  Ledger ledger;
  ledger.plan.kind = plan::Kind::Edits;
  ledger.set("rx", 10).set("rx_stripped", 9).set("tx", 9).set("tx_restored", 9).cache(0, 0);
  EXPECT_FALSE(ledger.balances(Store::Carry));
}

TEST(Audit, CarriedHeadersNeedNoEntry) {
  Ledger ledger;
  ledger.set("rx", 10).set("rx_stripped", 10).set("inserted", 2).set("carried", 8).set("returned", 7);
  ledger.set("claimed", 9).cache(0, 0);
  ledger.set("tx", 9).set("tx_restored", 9);
  EXPECT_TRUE(ledger.balances(Store::Carry));
}

// ---- while packets flow

/// A look at a ledger during which some counters moved.
class Moving {
public:
  explicit Moving(Ledger ledger) : ledger_(std::move(ledger)), look_{ledger_.stats, ledger_.stats, 1} {}

  Moving& move(const std::string& name, uint64_t by) {
    for (size_t i = 0; i < ledger_.plan.counters.size(); ++i)
      if (ledger_.plan.counters[i].name == name) look_.after.raw[i] += by;
    for (auto& [counter, value] : look_.after.by_name)
      if (counter == name) value += by;
    return *this;
  }
  /// Whether an equation balances: by its place, 0 for what arrives.
  bool balances(size_t equation, Store store = Store::Slots) const {
    return audit(ledger_.plan, store, look_)[equation].balances();
  }

private:
  Ledger ledger_;
  Look look_;
};

Ledger withMore(const std::string& name, uint64_t more) {
  Ledger ledger = balanced();
  for (size_t i = 0; i < ledger.plan.counters.size(); ++i)
    if (ledger.plan.counters[i].name == name) ledger.stats.raw[i] += more;
  for (auto& [counter, value] : ledger.stats.by_name)
    if (counter == name) value += more;
  return ledger;
}

TEST(Audit, AtRestFindsOnePacketInEveryEquation) {
  const char* const lost[] = {"rx", "rollback", "live", "tx", "tx_drop_mtu", "lookups"};
  for (size_t i = 0; i < std::size(lost); ++i) {
    EXPECT_TRUE(Moving(balanced()).balances(i)) << lost[i];
    EXPECT_FALSE(Moving(withMore(lost[i], 1)).balances(i)) << lost[i];
  }
}

TEST(Audit, WhatMovedMayBeTheDifference) {
  EXPECT_TRUE(Moving(balanced()).move("rx", 40).balances(0)) << "40 have arrived since";
  EXPECT_TRUE(Moving(withMore("rx_stripped", 30)).move("rx", 30).balances(0)) << "stripped was read late";
  EXPECT_TRUE(Moving(balanced()).move("tx_restored", 9).move("claimed", 5).balances(4));
}

TEST(Audit, MoreThanWhatMovedIsAnError) {
  EXPECT_TRUE(Moving(withMore("rx", 1)).move("rx_stripped", 1).balances(0)) << "one may be inside of the hook";
  EXPECT_FALSE(Moving(withMore("rx", 30)).move("rx_stripped", 28).balances(0));
  EXPECT_FALSE(Moving(withMore("tx_restored", 30)).move("tx", 28).balances(3));
}

TEST(Audit, EntriesAreCountedWhileTheyComeAndGo) {
  EXPECT_TRUE(Moving(withMore("live", 8)).move("inserted", 8).balances(2)) << "counted as they came";
  EXPECT_TRUE(Moving(withMore("claimed", 8)).move("inserted", 4).move("claimed", 4).balances(2));
  EXPECT_FALSE(Moving(withMore("live", 30)).move("inserted", 8).balances(2)) << "more than came";
  EXPECT_FALSE(Moving(withMore("inserted", 30)).move("claimed", 8).balances(2)) << "some are nowhere";
}

TEST(Audit, AHashThatIsInUseCannotHandOutMoreThanWasPutInEither) {
  EXPECT_TRUE(Moving(withMore("inserted", 100)).move("claimed", 1).balances(2, Store::Hash)) << "evicted";
  EXPECT_FALSE(Moving(withMore("claimed", 100)).move("inserted", 5).balances(2, Store::Hash));
}

}  // namespace
}  // namespace sfc
