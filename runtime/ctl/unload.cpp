// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl unload
#include <memory>

#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Detaches a proxy and restores the settings of its devices. Packets that are with the service function at that moment
leave without their headers.

  sfcctl unload fw)";

struct Arguments {
  std::string name;
  bool json = false;
};

void run(const Arguments& arguments) {
  const auto notes = require(Proxy::unload(arguments.name));
  if (!arguments.json) {
    printNotes(notes);
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["notes"] = notes;
  print(json);
}

}  // namespace

void addUnload(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "unload", "Unloads a proxy", footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
