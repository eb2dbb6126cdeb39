// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl: loads caching proxies that sfcc compiled, looks into them, and takes them down again.
#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"

namespace {

constexpr const char* footer = R"(
Proxies are pinned under /sys/fs/bpf/sfc and stay when this tool exits.

Exit codes: 0 ok; 1 the input has errors; 2 usage; 3 the kernel refused; 4 not found; 5 conflict; 6 the books do not
balance.

  sfcctl load fw sr-mpls.bpf.o --ingress eth1 --egress eth2
  sfcctl stats fw --watch
  sfcctl unload fw

`sfcctl COMMAND --help` describes a command.)";

int parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    // Asking for help is a parse "error" with exit code 0; all others are the user's.
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    sfc::output::write(out.str());
    sfc::output::writeError(err.str());
    return code == 0 ? 0 : static_cast<int>(sfc::ErrorKind::Usage);
  }
}

/// Takes the "--" of `table add` out of the command line, as CLI11 takes no more arguments behind it than it needs. How
/// many come behind it?
size_t takeDashes(std::vector<char*>& arguments) {
  if (arguments.size() < 2 || arguments[1] != std::string_view("table")) return 0;
  const auto dashes = std::find(arguments.begin(), arguments.end(), std::string_view("--"));
  if (dashes == arguments.end()) return 0;
  const auto behind = static_cast<size_t>(arguments.end() - dashes - 1);
  arguments.erase(dashes);
  return behind;
}

int fail(sfc::ErrorKind kind, const char* text) {
  sfc::output::printError("sfcctl: error: {}\n", text);
  return static_cast<int>(kind);
}

int run(int argc, char** argv) {
  CLI::App app("Loads, inspects and unloads service-chaining proxies compiled by sfcc.", "sfcctl");
  app.footer(footer);
  app.set_version_flag("--version", "sfcctl " SFC_VERSION);
  app.require_subcommand(1);
  sfc::ctl::addLoad(app);
  sfc::ctl::addUnload(app);
  sfc::ctl::addList(app);
  sfc::ctl::addShow(app);
  sfc::ctl::addStats(app);
  sfc::ctl::addCache(app);
  sfc::ctl::addParam(app);
  std::vector<char*> arguments(argv, argv + argc);
  sfc::ctl::addTable(app, takeDashes(arguments));
  sfc::ctl::addTelemetry(app);
  sfc::ctl::addTest(app);
  try {
    return parse(app, static_cast<int>(arguments.size()), arguments.data());
  } catch (const sfc::Failure& failure) {
    return fail(failure.error().kind, failure.what());
  } catch (const sfc::EntryError& error) {
    return fail(sfc::kindOf(error.cause()), error.what());
  } catch (const std::exception& error) {
    return fail(sfc::ErrorKind::Input, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  sfc::output::claimStandardStreams();
  return sfc::output::finish("sfcctl", run(argc, argv));
}
