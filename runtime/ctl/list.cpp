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
STATE is ok if the proxy's programs run on all of its devices. A proxy is incomplete if a load or unload of it was
killed. The exit code is 4 unless all proxies are ok.

  sfcctl list
  sfcctl list --json | jq -r '.proxies[].name')";

template <typename Device>
std::vector<std::string> namesOf(const std::vector<Device>& devices) {
  std::vector<std::string> names;
  for (const Device& device : devices) names.push_back(device.name);
  return names;
}

/// One row of the list.
struct Listed {
  Json json;
  std::vector<std::string> row;
  std::string problem;  // empty: it is ok
};

Listed listed(const Proxy& proxy) {
  const ProxyInfo& info = proxy.info();
  const std::vector<std::string> problems = problemsOf(info.name, require(proxy.devices()));
  Listed item;
  item.json = {{"name", info.name},           {"proxy", info.plan.proxy},         {"vnf", nameOf(info.vnf)},
               {"store", nameOf(info.store)}, {"ingress", namesOf(info.ingress)}, {"egress", namesOf(info.egress)},
               {"object", info.object},       {"ok", problems.empty()},           {"problems", problems}};
  item.row = {info.name,
              problems.empty() ? "ok" : "not ok",
              info.plan.proxy,
              nameOf(info.vnf),
              nameOf(info.store),
              fmt::format("{}", fmt::join(namesOf(info.ingress), ",")),
              fmt::format("{}", fmt::join(namesOf(info.egress), ",")),
              info.object};
  item.problem = fmt::format("{}", fmt::join(problems, "; "));
  return item;
}

Listed listed(const Unfinished& unfinished) {
  const std::string text = describe(unfinished);
  return {{{"name", unfinished.name},
           {"ok", false},
           {"busy", unfinished.busy},
           {"problems", {text}},
           {"remedy", unfinished.remedy}},
          {unfinished.name, unfinished.busy ? "busy" : "incomplete"},
          text};
}

/// Unloaded since, or of another version: a proxy that cannot be read does not keep the others from being listed.
Listed listed(const std::string& name, const Error& error) {
  return {{{"name", name}, {"ok", false}, {"error", error.text}, {"problems", {error.text}}},
          {name, "unknown"},
          fmt::format("{}: {}", name, error.text)};
}

std::vector<Listed> listAll() {
  std::vector<Listed> items;
  for (const std::string& name : require(Proxy::list())) {
    const auto proxy = Proxy::open(name);
    auto item = proxy ? attempt([&] { return listed(*proxy); }) : proxy.error();
    items.push_back(item ? *std::move(item) : listed(name, item.error()));
  }
  for (const Unfinished& unfinished : require(Proxy::unfinished())) items.push_back(listed(unfinished));
  return items;
}

void run(bool as_json) {
  Json json = document();
  json["proxies"] = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"NAME", "STATE", "PROXY", "VNF", "STORE", "INGRESS", "EGRESS", "OBJECT"}};
  std::vector<std::string> problems;
  for (const Listed& item : listAll()) {
    json["proxies"].push_back(item.json);
    rows.push_back(item.row);
    if (!item.problem.empty()) problems.push_back(item.problem);
  }
  if (as_json) {
    print(json);
  } else if (rows.size() > 1) {
    printTable(rows);
  }
  requireOk(problems);
}

}  // namespace

void addList(CLI::App& app) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* command = addCommand(app, "list", "Lists the loaded proxies", footer);
  addJson(*command, *json);
  command->callback([json] { run(*json); });
}

}  // namespace sfc::ctl
