// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl show
#include <ctime>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/abi.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "runtime/hooks.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Lists all exits by which a packet can leave, each with its count; drops with the place in the spec that decided. If the
proxy's programs no longer run on all of its devices, the exit code is 4.

  sfcctl show fw)";

struct Arguments {
  std::string name;
  bool json = false;
};

bool isExit(const std::string& name) {
  return name.starts_with("rx_") || name.starts_with("tx_");
}

std::string loadTime(const ProxyInfo& info) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(info.loaded_at)));
}

const char* nameOfPolicy(plan::Policy policy) {
  return policy == plan::Policy::Drop ? "drop" : "pass";
}

/// One line for each device on which load has switched something on or off.
std::vector<std::string> describeOffloads(const ProxyInfo& info) {
  std::vector<std::string> lines;
  for (const ChangedDevice& device : info.offloads) {
    for (const bool on : {false, true}) {
      std::vector<std::string> names;
      for (const OffloadChange& change : device.offloads) {
        if (change.now == on && change.before != on) names.push_back(change.name);
      }
      if (names.empty()) continue;
      lines.push_back(
          fmt::format("{}: {} {} until the proxy is unloaded", device.name, fmt::join(names, ", "), on ? "on" : "off"));
    }
  }
  return lines;
}

Json offloadsJson(const ProxyInfo& info) {
  Json json = Json::array();
  for (const ChangedDevice& device : info.offloads) {
    for (const OffloadChange& change : device.offloads)
      json.push_back({{"device", device.name}, {"name", change.name}, {"before", change.before}, {"now", change.now}});
  }
  return json;
}

/// VLAN tags that ingress does not see, one line for each device with any.
std::vector<std::string> describeTags(const ProxyInfo& info) {
  std::vector<std::string> lines;
  for (const IngressDevice& device : info.ingress) {
    if (std::string line = sfc::describeTags(device); !line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

/// `devices` are those of `info`, ingress first.
Json devicesJson(const ProxyInfo& info, const std::vector<DeviceStatus>& devices,
                 const std::vector<std::string>& merging) {
  Json json = Json::object();
  json["ingress"] = Json::array();
  auto status = devices.begin();
  const auto addStatus = [&](Json& entry) {
    entry["attached"] = status->attached;
    entry["problem"] = status->problem;
    ++status;
  };
  for (const IngressDevice& device : info.ingress) {
    json["ingress"].push_back({{"device", status->name},
                               {"ifindex", device.ifindex},
                               {"driver", device.driver},
                               {"xdp", device.tc ? Json() : Json(nameOf(device.mode))},
                               {"tc", device.tc ? Json(nameOf(device.tc->hook)) : Json()},
                               {"sees_tags", device.sees_tags},
                               {"handover", device.handover ? Json(nameOf(device.handover->hook)) : Json()}});
    addStatus(json["ingress"].back());
  }
  json["egress"] = Json::array();
  for (const EgressDevice& device : info.egress) {
    json["egress"].push_back({{"device", status->name}, {"ifindex", device.ifindex}, {"hook", nameOf(device.tc.hook)}});
    addStatus(json["egress"].back());
  }
  json["merging"] = merging;
  json["tags"] = describeTags(info);
  json["offloads"] = offloadsJson(info);
  return json;
}

/// How packets are kept from being merged before egress, one line for each ingress device.
std::vector<std::string> describeMerging(const ProxyInfo& info) {
  std::vector<std::string> lines;
  for (const IngressDevice& device : info.ingress) {
    if (info.ingress_hook == IngressHook::Tc) {
      lines.push_back(
          fmt::format("{}: GRO may be on; a superframe has one header record and counts as one packet", device.name));
      continue;
    }
    const bool apart = device.mode == XdpMode::Native && info.metadata_max >= SFC_BARRIER_SIZE;
    const bool same = info.plan.kind == plan::Kind::Last && info.no_superframes.empty();
    const char* const how = plan::pushesHeaders(info.plan.kind) || same ? "GRO may be on"
                            : !apart                                    ? "GRO is off"
                            : info.no_superframes.empty() ? "GRO may be on; it merges packets with equal header records"
                                                          : "GRO may be on; metadata keeps packets apart";
    lines.push_back(fmt::format("{}: {}", device.name, how));
  }
  return lines;
}

std::string describe(const plan::Table& table) {
  std::vector<std::string> fields;
  for (const plan::TableField& field : table.fields)
    fields.push_back(fmt::format("{} {}", field.name, field.match == plan::Match::Lpm ? "lpm" : "exact"));
  return fmt::format("table {}: {}; at most {} entries", table.name, fmt::join(fields, ", "), table.entries);
}

/// "ingress in0 (veth, ifindex 3): XDP native"
std::string describe(const DeviceStatus& status, const std::string& driver) {
  const std::string place = fmt::format("{} {} ({}ifindex {})", status.is_ingress ? "ingress" : "egress", status.name,
                                        driver.empty() ? "" : driver + ", ", status.ifindex);
  if (status.problem.empty()) return fmt::format("{}: {}", place, status.hook);
  return fmt::format("{}: {}; it {}", place, status.attached ? status.hook : "nothing attached", status.problem);
}

Json toJson(const ProxyInfo& info, const Stats& stats, const std::vector<DeviceStatus>& devices,
            const std::vector<ProxyPin>& pins, const std::vector<std::string>& hints) {
  Json json = document();
  json["name"] = info.name;
  json["object"] = info.object;
  json["loaded_at"] = info.loaded_at;
  json["vnf"] = nameOf(info.vnf);
  json["store"] = nameOf(info.store);
  json["ingress_hook"] = nameOf(info.ingress_hook);
  json["ingress_hook_reason"] = info.hook_reason;
  json["metadata_max"] = info.metadata_max;
  json["superframes"] = info.no_superframes.empty();
  json["no_superframes"] = info.no_superframes;
  json["segmenter"] =
      info.segmenter ? Json{{"device", info.segmenter->name}, {"peer", info.segmenter->peer}} : Json(nullptr);
  json["ok"] = problemsOf(info.name, devices).empty();
  json["hints"] = hints;
  json.update(devicesJson(info, devices, describeMerging(info)));
  json["pins"] = Json::array();
  for (const ProxyPin& pin : pins) json["pins"].push_back({{"kind", pin.kind}, {"name", pin.name}, {"id", pin.id}});
  json["plan"] = {{"proxy", info.plan.proxy},
                  {"compiler", info.plan.compiler},
                  {"entries", info.plan.cache.entries},
                  {"lifetime_ns", info.plan.cache.lifetime_ns},
                  {"full", nameOfPolicy(info.plan.cache.full)},
                  {"miss", nameOfPolicy(info.plan.cache.miss)},
                  {"max_growth", info.plan.max_growth}};
  json["tables"] = Json::array();
  for (const plan::Table& table : info.plan.tables) {
    json["tables"].push_back({{"name", table.name}, {"entries", table.entries}, {"fields", Json::array()}});
    for (const plan::TableField& field : table.fields)
      json["tables"].back()["fields"].push_back(
          {{"name", field.name}, {"match", field.match == plan::Match::Lpm ? "lpm" : "exact"}});
  }
  json["exits"] = Json::array();
  for (size_t i = 0; i < stats.raw.size(); ++i) {
    const plan::Counter& counter = info.plan.counters[i];
    if (!isExit(counter.name)) continue;
    json["exits"].push_back(
        {{"counter", counter.name}, {"count", stats.raw[i]}, {"at", counter.at}, {"text", counter.text}});
  }
  return json;
}

std::string describeSuperframes(const ProxyInfo& info) {
  if (info.no_superframes.empty()) {
    const bool carries = info.plan.kind == plan::Kind::Proxy && info.ingress_hook == IngressHook::Xdp;
    const unsigned carried = carriedBytes(info.plan, info.metadata_max);
    if (!carries || carried >= info.plan.entry.record.max_bytes) return "are re-encapsulated whole";
    return fmt::format("are re-encapsulated whole if at most {} bytes are stripped: metadata has no room for more",
                       carried);
  }
  if (!info.segmenter) return "are dropped: " + info.no_superframes;
  return fmt::format("are segmented before they get headers, by the devices {} and {}: {}", info.segmenter->name,
                     info.segmenter->peer, info.no_superframes);
}

void printText(const ProxyInfo& info, const Stats& stats, const std::vector<DeviceStatus>& devices,
               const std::vector<ProxyPin>& pins) {
  output::print("{}: {} from {} ({}), loaded {}\n", info.name, info.plan.proxy, info.object, info.plan.compiler,
                loadTime(info));
  output::print("  vnf {}, store {}, {} bytes of metadata\n", nameOf(info.vnf), nameOf(info.store), info.metadata_max);
  if (!info.hook_reason.empty()) output::print("  ingress hook {}: {}\n", nameOf(info.ingress_hook), info.hook_reason);
  if (plan::restoresHeaders(info.plan.kind) || plan::pushesHeaders(info.plan.kind))
    output::print("  superframes {}\n", describeSuperframes(info));
  for (size_t i = 0; i < devices.size(); ++i)
    output::print("  {}\n", describe(devices[i], i < info.ingress.size() ? info.ingress[i].driver : ""));
  for (const auto& lines : {describeMerging(info), describeTags(info), describeOffloads(info)}) {
    for (const std::string& line : lines) output::print("  {}\n", line);
  }
  for (const plan::Table& table : info.plan.tables) output::print("  {}\n", describe(table));
  if (info.plan.kind == plan::Kind::Last)
    output::print("  cache: the newest headers of {} keys, lifetime {} ms, full {}, miss {}\n", info.plan.cache.entries,
                  info.plan.cache.lifetime_ns / 1'000'000, nameOfPolicy(info.plan.cache.full),
                  nameOfPolicy(info.plan.cache.miss));
  if (info.plan.kind == plan::Kind::Proxy)
    output::print("  cache: {} entries, lifetime {} ms, full {}, miss {}; packets grow by at most {} bytes\n",
                  info.plan.cache.entries, info.plan.cache.lifetime_ns / 1'000'000, nameOfPolicy(info.plan.cache.full),
                  nameOfPolicy(info.plan.cache.miss), info.plan.max_growth);
  if (info.plan.kind == plan::Kind::Static)
    output::print("  nothing is kept: headers come from the spec or its tables, miss {}\n",
                  nameOfPolicy(info.plan.cache.miss));
  for (const ProxyPin& pin : pins) output::print("  {} {} (id {})\n", pin.kind, pin.name, pin.id);
  output::print("\n");
  std::vector<std::vector<std::string>> rows = {{"EXIT", "COUNT", "PLACE", "TEXT"}};
  for (size_t i = 0; i < stats.raw.size(); ++i) {
    const plan::Counter& counter = info.plan.counters[i];
    if (isExit(counter.name)) rows.push_back({counter.name, std::to_string(stats.raw[i]), counter.at, counter.text});
  }
  printTable(rows);
}

void run(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  const Stats stats = require(proxy.stats());
  const auto devices = require(proxy.devices());
  const auto pins = require(proxy.pins());
  const auto hints = require(proxy.hints(stats));
  if (arguments.json) {
    print(toJson(proxy.info(), stats, devices, pins, hints));
  } else {
    printText(proxy.info(), stats, devices, pins);
    printHints(hints);
  }
  requireOk(problemsOf(arguments.name, devices));
}

}  // namespace

void addShow(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "show", "Shows a proxy's devices, pins and exits", footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
