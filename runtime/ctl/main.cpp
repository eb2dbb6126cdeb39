// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl: loads caching proxies that sfcc compiled, looks into them, and takes them down again.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "runtime/ctl/command.h"
#include "runtime/failure.h"

namespace {

constexpr const char* footer = R"(
Proxies are pinned under /sys/fs/bpf/sfc and go on without this tool.

Exit codes: 0 ok; 1 the input has errors; 2 usage; 3 the kernel refused; 4 not found; 5 conflict; 6 the books do not
balance.

  sfcctl load fw sr-mpls.bpf.o --ingress eth1 --egress eth2
  sfcctl stats fw --watch
  sfcctl unload fw

`sfcctl COMMAND --help` tells more.)";

int parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    // Asking for help is a parse "error" with exit code 0; all others are the user's.
    return app.exit(error) == 0 ? 0 : static_cast<int>(sfc::ErrorKind::Usage);
  }
}

/// How many arguments come behind "--".
size_t behindDashes(int argc, char** argv) {
  const auto dashes = std::find(argv, argv + argc, std::string_view("--"));
  return dashes == argv + argc ? 0 : static_cast<size_t>(argv + argc - dashes - 1);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads, inspects and unloads service-chaining proxies compiled by sfcc.", "sfcctl");
  app.footer(footer);
  app.require_subcommand(1);
  sfc::ctl::addLoad(app);
  sfc::ctl::addUnload(app);
  sfc::ctl::addList(app);
  sfc::ctl::addShow(app);
  sfc::ctl::addStats(app);
  sfc::ctl::addCache(app);
  sfc::ctl::addParam(app);
  sfc::ctl::addTable(app, behindDashes(argc, argv));
  sfc::ctl::addTest(app);
  try {
    return parse(app, argc, argv);
  } catch (const sfc::Failure& failure) {
    std::fflush(stdout);
    fmt::print(stderr, "sfcctl: error: {}\n", failure.error().text);
    return static_cast<int>(failure.error().kind);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sfcctl: error: {}\n", error.what());
    return static_cast<int>(sfc::ErrorKind::Input);
  }
}
