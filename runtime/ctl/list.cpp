// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl list
#include <memory>

#include <fmt/format.h>

#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
  sfcctl list
  sfcctl list --json | jq -r '.proxies[].name')";

template <typename Device>
std::vector<std::string> namesOf(const std::vector<Device>& devices) {
  std::vector<std::string> names;
  for (const Device& device : devices) names.push_back(device.name);
  return names;
}

Json toJson(const ProxyInfo& info) {
  return {{"name", info.name},           {"proxy", info.plan.proxy},         {"vnf", nameOf(info.vnf)},
          {"store", nameOf(info.store)}, {"ingress", namesOf(info.ingress)}, {"egress", namesOf(info.egress)},
          {"object", info.object}};
}

std::vector<std::string> toRow(const ProxyInfo& info) {
  return {info.name,
          info.plan.proxy,
          nameOf(info.vnf),
          nameOf(info.store),
          fmt::format("{}", fmt::join(namesOf(info.ingress), ",")),
          fmt::format("{}", fmt::join(namesOf(info.egress), ",")),
          info.object};
}

void run(bool as_json) {
  Json json = document();
  json["proxies"] = Json::array();
  std::vector<std::vector<std::string>> rows = {{"NAME", "PROXY", "VNF", "STORE", "INGRESS", "EGRESS", "OBJECT"}};
  for (const std::string& name : require(Proxy::list())) {
    const auto proxy = Proxy::open(name);
    // Unloaded since, or of another version: one proxy that cannot be read does not hide the others.
    json["proxies"].push_back(proxy ? toJson(proxy->info()) : Json{{"name", name}, {"error", proxy.error().text}});
    rows.push_back(proxy ? toRow(proxy->info()) : std::vector<std::string>{name, proxy.error().text});
  }
  if (as_json) {
    print(json);
  } else if (rows.size() > 1) {
    printTable(rows);
  }
}

}  // namespace

void addList(CLI::App& app) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* command = addCommand(app, "list", "Lists the proxies that are loaded", footer);
  addJson(*command, *json);
  command->callback([json] { run(*json); });
}

}  // namespace sfc::ctl
