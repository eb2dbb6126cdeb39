// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The books of a proxy: every packet that comes in leaves by exactly one counted exit, and every entry that is made is
// claimed, taken back, expired, flushed or still there. At rest each equation holds exactly. A program that keeps no
// headers has only the first half of the books: packets, not entries.
//
// While packets flow, no two counters can be read at one moment. So they are read twice, and the entries are counted in
// between. Take any moment between the two reads. A counter was then what it was at the first read, or at the second,
// or between; and the two sides of an equation differed by no more than the packets that were inside of a hook, which
// were counted on one side and not yet on the other. Those that finished before the second read are within the bounds
// of their counters; those that did not are at most one for each CPU. As for the entries, each way was read once, and
// others may have been filled and emptied before or since: the true number is the counted one, less the entries
// inserted meanwhile, or plus those removed. The sides can have been equal if these bounds overlap. A packet that is
// lost stays lost, so that a look at a quieter moment, or at rest, finds it.
#include <algorithm>
#include <numeric>

#include "sfc/stats.h"

namespace sfc {
namespace {

class Books {
public:
  Books(const plan::Plan& plan, const Look& look) : plan_(plan), look_(look) {}

  bool has(std::string_view name) const {
    return std::any_of(plan_.counters.begin(), plan_.counters.end(),
                       [&](const plan::Counter& counter) { return counter.name == name; });
  }

  Term term(const std::string& name) const { return {name, look_.after[name], look_.before[name], look_.after[name]}; }

  /// The sum of the counters for which `counts` is true.
  template <typename Predicate>
  Term sum(const std::string& name, Predicate counts) const {
    Term term{name};
    for (size_t i = 0; i < plan_.counters.size(); ++i) {
      if (!counts(plan_.counters[i])) continue;
      term.least += look_.before.raw[i];
      term.most += look_.after.raw[i];
    }
    term.value = term.most;
    return term;
  }

  Term drops(const std::string& prefix) const {
    return sum(prefix + "*", [&](const plan::Counter& counter) { return counter.name.starts_with(prefix); });
  }

private:
  const plan::Plan& plan_;
  const Look& look_;
};

uint64_t sumOf(const std::vector<Term>& terms, uint64_t Term::* value) {
  return std::accumulate(terms.begin(), terms.end(), uint64_t{0},
                         [value](uint64_t sum, const Term& term) { return sum + term.*value; });
}

uint64_t movedOf(const std::vector<Term>& terms) {
  return sumOf(terms, &Term::most) - sumOf(terms, &Term::least);
}

Equation arrivals(const Books& books) {
  Equation equation{
      {books.term("rx")}, {books.term("rx_ignored"), books.drops("rx_drop_"), books.term("rx_stripped")}, {}};
  if (books.has("rx_pass_full")) equation.right.push_back(books.term("rx_pass_full"));
  return equation;
}

/// Headers that went into an entry or, if the proxy can do that, into the packet's metadata.
Equation insertions(const Books& books) {
  Equation equation{{books.term("inserted")}, {books.term("rx_stripped"), books.term("rollback")}, {}};
  if (books.has("carried")) equation.left.push_back(books.term("carried"));
  return equation;
}

/// Headers that became the newest of their key, or were that already.
Equation storedNewest(const Books& books) {
  return {{books.term("inserted"), books.term("replaced"), books.term("renewed")},
          {books.term("rx_stripped"), books.term("rollback")},
          {}};
}

/// The fates of the entries of keys, which no packet claims.
Equation keys(const Books& books) {
  Equation equation{{books.term("inserted")}, {books.term("expired"), books.term("flushed")}, {}};
  Term live = books.term("live");
  live.least -= std::min(live.least, movedOf(equation.left));
  live.most += movedOf(equation.right);
  equation.right.push_back(live);
  return equation;
}

/// The fates of the entries. Headers that came back in metadata are claimed without one.
Equation entries(const Books& books, Store store) {
  Equation equation{{books.term("inserted")},
                    {books.term("claimed"), books.term("rollback"), books.term("expired"), books.term("flushed")},
                    {}};
  if (books.has("returned")) equation.left.push_back(books.term("returned"));
  Term live = books.term("live");
  live.least -= std::min(live.least, movedOf(equation.left));
  live.most += movedOf(equation.right);
  equation.right.push_back(live);
  if (store == Store::Hash && equation.most() >= 0) {
    // The map evicts silently: missing entries were evicted, unless there are more than were inserted.
    const uint64_t left = equation.leftSum(), right = equation.rightSum();
    const auto most = static_cast<uint64_t>(equation.most());
    equation.right.push_back({"evicted", left > right ? left - right : 0, 0, most});
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

/// The lookups of headers to push.
Equation hits(const Books& books) {
  const auto after_hit = [](const plan::Counter& counter) {
    return counter.after_claim || counter.name == "tx_drop_gso";
  };
  return {{books.term("lookups")},
          {books.has("tx_drop_miss") ? books.term("tx_drop_miss") : books.term("tx_pass_miss"),
           books.term("tx_restored"), books.sum("tx_drop_* after a hit", after_hit)},
          {}};
}

std::vector<Equation> equationsOf(const plan::Plan& plan, Store store, const Books& books) {
  if (plan::pushesHeaders(plan.kind)) return {arrivals(books), departures(books), hits(books)};
  if (plan.kind == plan::Kind::Last)
    return {arrivals(books), storedNewest(books), keys(books), departures(books), claims(books), lookups(books)};
  std::vector<Equation> equations = {arrivals(books),   insertions(books), entries(books, store),
                                     departures(books), claims(books),     lookups(books)};
  if (plan.kind == plan::Kind::Proxy) return equations;
  const char* const why = plan.kind == plan::Kind::Edits ? "headers stay in the packet, so there are no entries"
                                                         : "headers are removed for good, so there are no entries";
  for (const size_t about_entries : {1, 2, 4, 5}) equations[about_entries].skipped = why;
  return equations;
}

}  // namespace

uint64_t Equation::leftSum() const {
  return sumOf(left, &Term::value);
}
uint64_t Equation::rightSum() const {
  return sumOf(right, &Term::value);
}

int64_t Equation::least() const {
  return static_cast<int64_t>(sumOf(left, &Term::least) - sumOf(right, &Term::most) - unfinished);
}
int64_t Equation::most() const {
  return static_cast<int64_t>(sumOf(left, &Term::most) - sumOf(right, &Term::least) + unfinished);
}

bool Audit::balances() const {
  return std::all_of(equations.begin(), equations.end(), [](const Equation& equation) { return equation.balances(); });
}

std::vector<Equation> audit(const plan::Plan& plan, Store store, const Look& look) {
  auto equations = equationsOf(plan, store, Books(plan, look));
  if (!look.atRest())
    for (Equation& equation : equations) equation.unfinished = look.cpus;
  return equations;
}

}  // namespace sfc
