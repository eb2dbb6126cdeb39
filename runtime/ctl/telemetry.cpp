// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl telemetry
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "runtime/linux/udp_sender.h"
#include "runtime/telemetry_report.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Prints the reports of the spec's `report` statements, one per line, as JSON with the names of the spec. Times are in ns
of the monotonic clock. Each report goes to one reader, and a proxy has one reader at a time. Reports for which the ring
buffer has no room are counted as telemetry_lost.

--report sends the reports to a collector instead, as Telemetry Reports 2.0 (P4.org) over UDP. The item [n] of the
declaration becomes INT metadata n; items that the node does not know are left out. The data of other hops is sent as
part of the packet.

--histogram needs no reports: it shows how long packets were with the service function, and which did not come back.

  sfcctl telemetry fw
  sfcctl telemetry fw --follow | jq .items.hop_latency
  sfcctl telemetry fw --follow --report 192.0.2.7:32766
  sfcctl telemetry fw --histogram)";

constexpr std::chrono::milliseconds pause{100};

volatile std::sig_atomic_t stopped = 0;

void stopOnSignals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = 1; };  // without SA_RESTART: waiting ends
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

struct Arguments {
  std::string name;
  std::string report;
  bool follow = false;
  bool histogram = false;
  bool json = false;
};

// ---- records -------------------------------------------------------------------------------------------------------

/// Sends each record to a collector, and counts.
class Collector {
public:
  Collector(const plan::Plan& plan, const std::string& target) : target_(target), sender_(target) {
    for (const plan::Telemetry& telemetry : plan.telemetry) composers_.emplace_back(telemetry);
  }

  void send(const TelemetryRecord& record) {
    ++(sender_.send(composers_[record.telemetry].compose(record)) ? sent_ : refused_);
  }

  void conclude(bool as_json) const {
    if (as_json) {
      Json json = document();
      json["target"] = target_;
      json["sent"] = sent_;
      json["refused"] = refused_;
      print(json, /*one_line=*/true);
    } else {
      output::print("{} reports sent to {}, {} not taken by the system\n", sent_, target_, refused_);
    }
  }

private:
  std::string target_;
  UdpSender sender_;
  std::vector<ReportComposer> composers_;
  uint64_t sent_ = 0;
  uint64_t refused_ = 0;
};

void readAll(TelemetryReader& reader, bool follow, const std::function<void(const TelemetryRecord&)>& one) {
  if (follow) {
    stopOnSignals();
    output::printError("sfcctl: listening; stop with SIGINT or SIGTERM\n");
  }
  while (true) {
    require(reader.read(one));
    if (!output::flush() || !follow || stopped) return;
    require(reader.wait(pause));
  }
}

void showRecords(const Arguments& arguments, const Proxy& proxy) {
  TelemetryReader reader = require(proxy.telemetry());
  if (arguments.report.empty())
    return readAll(reader, arguments.follow,
                   [&](const TelemetryRecord& record) { output::print("{}\n", showTelemetry(proxy.plan(), record)); });
  Collector collector(proxy.plan(), arguments.report);
  readAll(reader, arguments.follow, [&](const TelemetryRecord& record) { collector.send(record); });
  collector.conclude(arguments.json);
}

// ---- residence -----------------------------------------------------------------------------------------------------

constexpr std::array<std::pair<const char*, double>, 4> percentiles = {
    {{"50", 0.5}, {"90", 0.9}, {"99", 0.99}, {"99.9", 0.999}}};

/// The packets that are not in the histogram, by the counters.
struct Others {
  uint64_t not_returned = 0;  // dropped by the SF, or still there
  uint64_t expired = 0;       // of these, known to be too old
  uint64_t misses = 0;        // made by the SF, or too late
};

Others othersOf(const Stats& stats) {
  const uint64_t stripped = stats["rx_stripped"], claimed = stats["claimed"];
  return {stripped > claimed ? stripped - claimed : 0, stats["expired"], stats["tx_pass_miss"] + stats["tx_drop_miss"]};
}

uint64_t beginOf(size_t bucket) {
  return uint64_t{1} << bucket;
}

/// "8.19 us"
std::string showTime(double ns) {
  static constexpr std::array<const char*, 4> units = {"ns", "us", "ms", "s"};
  size_t unit = 0;
  while (ns >= 1000 && unit + 1 < units.size()) {
    ns /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", ns, unit == 0 ? 0 : 2, units[unit]);
}

void printHistogram(const Residence& residence, const Others& others) {
  constexpr uint64_t longest = 50;
  const auto& buckets = residence.buckets;
  const uint64_t most = *std::max_element(buckets.begin(), buckets.end());
  const auto isUsed = [](uint64_t packets) { return packets > 0; };
  const auto first = std::find_if(buckets.begin(), buckets.end(), isUsed);
  const auto last = std::find_if(buckets.rbegin(), buckets.rend(), isUsed).base();
  output::print("{:>11}  {:>11}  {:>12}\n", "from", "to", "packets");
  for (auto bucket = first; bucket < last; ++bucket) {
    const auto from = static_cast<double>(beginOf(static_cast<size_t>(bucket - buckets.begin())));
    const uint64_t length = (*bucket * longest + most - 1) / most;
    output::print("{:>11}  {:>11}  {:>12}  {}\n", showTime(from), showTime(2 * from), *bucket,
                  std::string(length, '#'));
  }
  output::print("\n{} packets came back from the SF and were timed\n", residence.packets());
  for (const auto& [name, share] : percentiles)
    output::print("{:>5} % within {}\n", name, showTime(residence.percentile(share)));
  output::print("{} have not come back: dropped by the SF, or still there; {} of them have expired\n",
                others.not_returned, others.expired);
  output::print("{} came out of the SF without having gone in, or too late\n", others.misses);
}

void printHistogramJson(const std::string& name, const Residence& residence, const Others& others) {
  Json json = document();
  json["name"] = name;
  json["packets"] = residence.packets();
  json["buckets"] = Json::array();
  for (size_t i = 0; i < residence.buckets.size(); ++i)
    if (residence.buckets[i] > 0)
      json["buckets"].push_back({{"from_ns", beginOf(i)}, {"packets", residence.buckets[i]}});
  json["percentiles_ns"] = Json::object();
  for (const auto& [percent, share] : percentiles) json["percentiles_ns"][percent] = residence.percentile(share);
  json["not_returned"] = others.not_returned;
  json["expired"] = others.expired;
  json["misses"] = others.misses;
  print(json);
}

void showHistogram(const Arguments& arguments, const Proxy& proxy) {
  const Residence residence = require(proxy.residence());
  const Others others = othersOf(require(proxy.stats()));
  if (arguments.json)
    printHistogramJson(arguments.name, residence, others);
  else
    printHistogram(residence, others);
}

void run(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  if (arguments.histogram)
    showHistogram(arguments, proxy);
  else
    showRecords(arguments, proxy);
}

}  // namespace

void addTelemetry(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "telemetry", "Prints the telemetry of a proxy", footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  CLI::Option* follow = command->add_flag("--follow", arguments->follow, "Continue until SIGINT or SIGTERM");
  CLI::Option* report = command->add_option("--report", arguments->report, "Send Telemetry Reports to this collector")
                            ->type_name("HOST:PORT");
  command->add_flag("--histogram", arguments->histogram, "Show how long packets were with the service function")
      ->excludes(follow)
      ->excludes(report);
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
