// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The books of a proxy: every packet that comes in leaves by exactly one counted exit, and every entry that is made is
// claimed, taken back, expired, flushed or still there. At rest each equation holds exactly. A program that keeps no
// headers has only the first half of the books: packets, not entries.
#include <algorithm>
#include <numeric>

#include "sfc/stats.h"

namespace sfc {
namespace {

class Books {
public:
  Books(const plan::Plan& plan, const Stats& stats) : plan_(plan), stats_(stats) {}

  bool has(std::string_view name) const {
    return std::any_of(plan_.counters.begin(), plan_.counters.end(),
                       [&](const plan::Counter& counter) { return counter.name == name; });
  }

  Term term(const std::string& name) const { return {name, stats_[name]}; }

  /// The sum of the counters for which `counts` is true.
  template <typename Predicate>
  Term sum(const std::string& name, Predicate counts) const {
    Term term{name, 0};
    for (size_t i = 0; i < plan_.counters.size(); ++i) {
      if (counts(plan_.counters[i])) term.value += stats_.raw[i];
    }
    return term;
  }

  Term drops(const std::string& prefix) const {
    return sum(prefix + "*", [&](const plan::Counter& counter) { return counter.name.starts_with(prefix); });
  }

private:
  const plan::Plan& plan_;
  const Stats& stats_;
};

Equation arrivals(const Books& books) {
  Equation equation{
      {books.term("rx")}, {books.term("rx_ignored"), books.drops("rx_drop_"), books.term("rx_stripped")}, {}};
  if (books.has("rx_pass_full")) equation.right.push_back(books.term("rx_pass_full"));
  return equation;
}

/// Headers that went into an entry, or into the packet's metadata if the proxy can do that.
Equation insertions(const Books& books) {
  Equation equation{{books.term("inserted")}, {books.term("rx_stripped"), books.term("rollback")}, {}};
  if (books.has("carried")) equation.left.push_back(books.term("carried"));
  return equation;
}

/// What became of the entries. Headers that came back in metadata are claimed without one.
Equation entries(const Books& books, Store store) {
  Equation equation{
      {books.term("inserted")},
      {books.term("claimed"), books.term("rollback"), books.term("expired"), books.term("flushed"), books.term("live")},
      {}};
  if (books.has("returned")) equation.left.push_back(books.term("returned"));
  if (store == Store::Hash && equation.leftSum() >= equation.rightSum()) {
    // The map evicts without telling anyone: what is missing was evicted, unless there is more than was put in.
    equation.right.push_back({"evicted", equation.leftSum() - equation.rightSum()});
  }
  return equation;
}

Equation departures(const Books& books) {
  return {{books.term("tx")},
          {books.term("tx_ignored"), books.term("tx_pass_miss"), books.drops("tx_drop_"), books.term("tx_restored")},
          {}};
}

Equation claims(const Books& books) {
  const auto after_claim = [](const plan::Counter& counter) { return counter.after_claim; };
  return {
      {books.term("claimed")}, {books.term("tx_restored"), books.sum("tx_drop_* after the claim", after_claim)}, {}};
}

Equation lookups(const Books& books) {
  const auto unclaimed = [](const char* name) {
    return [name](const plan::Counter& counter) { return counter.name == name && !counter.after_claim; };
  };
  Equation equation{
      {books.term("lookups")},
      {books.term("claimed"), books.term("tx_pass_miss"), books.sum("tx_drop_miss", unclaimed("tx_drop_miss")),
       books.sum("tx_drop_gso", unclaimed("tx_drop_gso")),
       books.sum("tx_drop_duplicate", unclaimed("tx_drop_duplicate"))},
      {}};
  if (!books.has("lookups")) equation.skipped = "this proxy does not count lookups";
  return equation;
}

/// What a classifier found in its tables.
Equation hits(const Books& books) {
  const auto after_hit = [](const plan::Counter& counter) {
    return counter.after_claim || counter.name == "tx_drop_gso";
  };
  return {{books.term("lookups")},
          {books.term("tx_pass_miss"), books.term("tx_restored"), books.sum("tx_drop_* after a hit", after_hit)},
          {}};
}

uint64_t sumOf(const std::vector<Term>& terms) {
  return std::accumulate(terms.begin(), terms.end(), uint64_t{0},
                         [](uint64_t sum, const Term& term) { return sum + term.value; });
}

}  // namespace

uint64_t Equation::leftSum() const {
  return sumOf(left);
}
uint64_t Equation::rightSum() const {
  return sumOf(right);
}

bool Audit::balances() const {
  return std::all_of(equations.begin(), equations.end(), [](const Equation& equation) { return equation.balances(); });
}

std::vector<Equation> audit(const plan::Plan& plan, Store store, const Stats& stats) {
  const Books books(plan, stats);
  if (plan.kind == plan::Kind::Classifier) return {arrivals(books), departures(books), hits(books)};
  std::vector<Equation> equations = {arrivals(books),   insertions(books), entries(books, store),
                                     departures(books), claims(books),     lookups(books)};
  if (plan.kind == plan::Kind::Proxy) return equations;
  const char* const why = plan.kind == plan::Kind::Edits ? "headers stay in the packet, so there are no entries"
                                                         : "headers are taken off for good, so there are no entries";
  for (const size_t about_entries : {1, 2, 4, 5}) equations[about_entries].skipped = why;
  return equations;
}

}  // namespace sfc
