// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl param show, sfcctl param set
#include <memory>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Parameters are declared in the spec and may change while packets flow. Values are decimal, 0x or 0b numbers.

  sfcctl param show fw
  sfcctl param set fw min_ttl=3)";

struct Arguments {
  std::string name;
  std::vector<std::string> values;
  bool json = false;
};

void show(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  const auto params = require(proxy.params());
  if (!arguments.json) {
    for (const ParamValue& param : params) output::print("{}={}\n", param.name, param.value);
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["params"] = Json::object();
  for (const ParamValue& param : params) json["params"][param.name] = param.value;
  print(json);
}

void set(const Arguments& arguments) {
  const auto values = parseParams(arguments.values);
  Proxy proxy = require(Proxy::open(arguments.name));
  for (const ParamValue& value : values) require(proxy.setParam(value));
  if (arguments.json) show(arguments);
}

}  // namespace

void addParam(CLI::App& app) {
  CLI::App* param = addCommand(app, "param", "Shows or sets a proxy's parameters", footer);
  param->require_subcommand(1);

  const auto shown = std::make_shared<Arguments>();
  CLI::App* show_command = addCommand(*param, "show", "Prints the parameters", footer);
  show_command->add_option("NAME", shown->name, "The proxy")->required();
  addJson(*show_command, shown->json);
  show_command->callback([shown] { show(*shown); });

  const auto changed = std::make_shared<Arguments>();
  CLI::App* set_command = addCommand(*param, "set", "Changes parameters", footer);
  set_command->add_option("NAME", changed->name, "The proxy")->required();
  set_command->add_option("VALUES", changed->values, "The new values")->required()->type_name("PARAM=VALUE...");
  addJson(*set_command, changed->json);
  set_command->callback([changed] { set(*changed); });
}

}  // namespace sfc::ctl
