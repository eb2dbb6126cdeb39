// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl stats
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Counters are sums over the CPUs. `flushed` counts entries that `cache flush` removed, `live` counts current entries.
--audit checks that each packet and each entry is accounted for, and exits with 6 if not. It waits briefly for a moment
at which no packet is inside a hook, and is exact then. If packets flow all the time, it accepts only those differences
that the packets counted meanwhile can explain.
Books can balance although packets are lost. If the counters suggest a loss, a hint names its likely cause and the
remedy, for example when packets are stripped and do not come back.

  sfcctl stats fw
  sfcctl stats fw --watch
  sfcctl stats fw --audit --json)";

struct Arguments {
  std::string name;
  bool watch = false;
  bool audit = false;
  bool json = false;
};

Json countersJson(const Stats& stats) {
  Json json = Json::object();
  for (const auto& [name, value] : stats.by_name) json[name] = value;
  return json;
}

Json termsJson(const std::vector<Term>& terms) {
  Json json = Json::object();
  for (const Term& term : terms) json[term.name] = term.value;
  return json;
}

Json equationJson(const Equation& equation) {
  Json json = {{"left", termsJson(equation.left)},     {"right", termsJson(equation.right)},
               {"left_sum", equation.leftSum()},       {"right_sum", equation.rightSum()},
               {"difference_least", equation.least()}, {"difference_most", equation.most()},
               {"balanced", equation.balances()}};
  if (!equation.skipped.empty()) json["skipped"] = equation.skipped;
  return json;
}

Json auditJson(const Audit& audit) {
  Json json = {{"balanced", audit.balances()}, {"at_rest", audit.at_rest}};
  json["equations"] = Json::array();
  for (const Equation& equation : audit.equations) json["equations"].push_back(equationJson(equation));
  return json;
}

std::string describe(const std::vector<Term>& terms) {
  std::vector<std::string> parts;
  for (const Term& term : terms) parts.push_back(fmt::format("{} {}", term.name, term.value));
  return fmt::format("{}", fmt::join(parts, " + "));
}

std::string describe(const Equation& equation) {
  if (!equation.skipped.empty()) return fmt::format("skipped  {}: {}", describe(equation.left), equation.skipped);
  const std::string text = fmt::format("{} = {}", describe(equation.left), describe(equation.right));
  if (equation.balances() && equation.isExact()) return "ok       " + text;
  const std::string sums = fmt::format("{}: {} against {}", text, equation.leftSum(), equation.rightSum());
  return equation.balances() ? "ok       " + sums + ", because packets moved meanwhile" : "WRONG    " + sums;
}

void printAudit(const Audit& audit) {
  for (const Equation& equation : audit.equations) output::print("{}\n", describe(equation));
  if (!audit.at_rest) output::print("packets are inside the hooks: the books are exact only when no packet moves\n");
  output::print("{}\n", audit.balances() ? "the books balance" : "the books do not balance");
}

void printCounters(const Stats& stats, const Stats* before) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : stats.by_name) {
    rows.push_back({name, fmt::format("{:>14}", value)});
    if (before == nullptr) continue;
    const auto change = static_cast<int64_t>(value - (*before)[name]);
    rows.back().push_back(change == 0 ? "" : fmt::format("{:+}/s", change));
  }
  printTable(rows);
}

/// Problems of the devices, and suspicions from the counters.
std::vector<std::string> hintsOf(const Proxy& proxy, const Stats& stats) {
  std::vector<std::string> hints = problemsOf(proxy.info().name, require(proxy.devices()));
  for (std::string& hint : require(proxy.hints(stats))) hints.push_back(std::move(hint));
  return hints;
}

void show(const Arguments& arguments, const Proxy& proxy, const Stats& stats, const Stats* before) {
  const auto hints = hintsOf(proxy, stats);
  if (!arguments.json) {
    printCounters(stats, before);
    printHints(hints);
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["counters"] = countersJson(stats);
  json["hints"] = hints;
  print(json, arguments.watch);
}

void watch(const Arguments& arguments, const Proxy& proxy) {
  Stats before = require(proxy.stats());
  show(arguments, proxy, before, nullptr);
  while (output::flush()) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    Stats now = require(proxy.stats());
    if (!arguments.json) output::print("\n");
    show(arguments, proxy, now, &before);
    before = std::move(now);
  }
}

void checkBooks(const Arguments& arguments, const Proxy& proxy) {
  const Audit audit = require(proxy.audit());
  const auto hints = hintsOf(proxy, audit.stats);
  if (arguments.json) {
    Json json = document();
    json["name"] = arguments.name;
    json["counters"] = countersJson(audit.stats);
    json["audit"] = auditJson(audit);
    json["hints"] = hints;
    print(json);
  } else {
    printAudit(audit);
    printHints(hints);
  }
  if (!audit.balances()) throw Failure(ErrorKind::Books, "{}: the books do not balance", arguments.name);
}

void run(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  if (arguments.audit) {
    checkBooks(arguments, proxy);
  } else if (arguments.watch) {
    watch(arguments, proxy);
  } else {
    show(arguments, proxy, require(proxy.stats()), nullptr);
  }
}

}  // namespace

void addStats(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "stats", "Prints a proxy's counters", footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  CLI::Option* watch =
      command->add_flag("--watch", arguments->watch, "Print the counters every second, with their rates");
  command->add_flag("--audit", arguments->audit, "Check that the books balance")->excludes(watch);
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
