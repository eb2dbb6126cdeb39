// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcc: the command line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/driver/pipeline.h"

namespace {

enum ExitCode { Ok = 0, InputErrors = 1, Usage = 2 };

struct Options {
  std::vector<std::string> specs;
  std::string out_dir = ".";
  std::string emit;
  std::string diagnostics = "text";
  std::vector<std::string> definitions;
  std::vector<std::string> include_dirs;
};

void report(const sfc::Diagnostics& diagnostics, const sfc::SourceMap& sources, const Options& options) {
  if (options.diagnostics == "json")
    fmt::print(stderr, "{}\n", renderJson(diagnostics, sources));
  else
    fmt::print(stderr, "{}", renderText(diagnostics, sources));
}

/// NAME=VALUE, VALUE decimal or 0x...
bool parseDefinition(const std::string& text, sfc::sema::Overrides& overrides) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  const std::string value = text.substr(equals + 1);
  try {
    size_t used = 0;
    if (value.empty() || value[0] == '-') return false;
    overrides[text.substr(0, equals)] = std::stoull(value, &used, 0);
    return used == value.size();
  } catch (const std::exception&) {
    return false;
  }
}

bool writeFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return true;
  fmt::print(stderr, "sfcc: cannot write '{}': {}\n", path.string(), std::strerror(errno));
  return false;
}

int writeOutput(const sfc::Output& output, const Options& options) {
  const std::filesystem::path dir(options.out_dir);
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  const bool written = writeFile(dir / (output.name + ".bpf.c"), output.bpf_c) &&
                       writeFile(dir / (output.name + ".bpf.o"), output.object) &&
                       writeFile(dir / (output.name + ".sfc.hpp"), output.hpp);
  return written ? Ok : InputErrors;
}

int runOne(const std::string& spec, const sfc::sema::Overrides& overrides, bool check_only, const Options& options) {
  const sfc::Request request{spec, options.include_dirs, overrides};
  sfc::SourceMap sources;
  sfc::Diagnostics diagnostics;
  int result = Ok;
  if (check_only) {
    sfc::check(request, sources, diagnostics);
  } else if (!options.emit.empty()) {
    if (auto text = sfc::print(request, options.emit, sources, diagnostics)) fmt::print("{}", *text);
  } else if (auto output = sfc::compile(request, sources, diagnostics)) {
    result = writeOutput(*output, options);
  }
  if (!diagnostics.all().empty() || options.diagnostics == "json") report(diagnostics, sources, options);
  return diagnostics.hasErrors() ? InputErrors : result;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Compiles a .sfc spec to NAME.bpf.c, NAME.bpf.o and NAME.sfc.hpp (NAME = file name without .sfc).\n"
      "Example: sfcc programs/sr-mpls.sfc -o build/programs"};
  app.set_version_flag("--version", "sfcc " SFC_VERSION);
  auto common = [&](CLI::App& command) {
    command.add_option("-D", options.definitions, "NAME=VALUE: override a constant of the spec")->allow_extra_args(false);
    command.add_option("-I", options.include_dirs, "DIR: look for imports here too")->allow_extra_args(false);
    command.add_option("--diagnostics", options.diagnostics, "form of the diagnostics on standard error")
        ->check(CLI::IsMember({"text", "json"}));
  };
  common(app);
  app.add_option("spec", options.specs, "the .sfc file")->expected(1)->type_name("SPEC.sfc");
  app.add_option("-o", options.out_dir, "DIR: where to write the files (default: here)");
  app.add_option("--emit", options.emit, "print one stage to standard output instead")
      ->check(CLI::IsMember(sfc::stages()));
  CLI::App* check = app.add_subcommand("check", "Diagnostics only, for any number of specs.");
  common(*check);
  check->add_option("specs", options.specs, "the .sfc files")->required()->type_name("SPEC.sfc...");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
    if (!check->parsed() && options.specs.empty()) throw CLI::RequiredError("SPEC.sfc");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Ok : Usage;
  }
  sfc::sema::Overrides overrides;
  for (const std::string& definition : options.definitions)
    if (!parseDefinition(definition, overrides)) {
      fmt::print(stderr, "sfcc: -D {}: expected NAME=VALUE with a number\n", definition);
      return Usage;
    }
  int result = Ok;
  for (const std::string& spec : options.specs) result = std::max(result, runOne(spec, overrides, check->parsed(), options));
  return result;
}
