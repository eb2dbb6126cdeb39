// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcc: the command line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <sstream>

#include "compiler/driver/load.h"
#include "compiler/driver/output.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/simulate.h"
#include "compiler/format/format.h"
#include "lib/output/output.h"

namespace {

enum ExitCode { Ok = 0, InputErrors = 1, Usage = 2 };

struct Options {
  std::vector<std::string> specs;
  std::string out_dir = ".";
  std::string emit;
  std::string diagnostics = "text";
  std::vector<std::string> definitions;
  std::vector<std::string> include_dirs;
  bool check_only = false;
  bool format = false;
  bool format_check = false;  // list, do not write
  sfc::SimulateOptions simulation;
  sfc::sema::Overrides overrides;  // what `definitions` says
};

bool parseDefinition(const std::string& text, sfc::sema::Overrides& overrides) {
  const auto assignment = sfc::parseAssignment(text);
  if (!assignment) return false;
  overrides[assignment->first] = assignment->second;
  return true;
}

int fail(int code, const std::string& message) {
  sfc::output::printError("sfcc: {}\n", message);
  return code;
}

/// One spec in canonical form: into its place, or only a line about it if it is not in that form.
int formatOne(const std::string& spec, const Options& options, sfc::SourceMap& sources, sfc::Diagnostics& diagnostics) {
  auto text = sfc::readText(spec, diagnostics);
  if (!text) return InputErrors;
  const uint32_t source = sources.add(spec, std::move(*text));
  const auto formatted = sfc::format(source, sources, diagnostics);
  if (!formatted) return InputErrors;
  if (*formatted == sources.text(source)) return Ok;
  if (options.format_check) {
    sfc::output::print("{}\n", spec);
    return InputErrors;
  }
  if (auto problem = sfc::replaceFile(spec, *formatted)) {
    diagnostics.error({}, "E0005", *problem);
    return InputErrors;
  }
  return Ok;
}

/// One spec, to where the options say. Diagnostics are left to the caller.
int runOne(const std::string& spec, const Options& options, sfc::SourceMap& sources, sfc::Diagnostics& diagnostics) {
  if (options.format) return formatOne(spec, options, sources, diagnostics);
  const sfc::Request request{spec, options.include_dirs, options.overrides};
  if (!options.emit.empty()) {
    if (auto text = sfc::print(request, options.emit, sources, diagnostics)) sfc::output::write(*text);
  } else if (options.check_only) {
    sfc::check(request, sources, diagnostics);
  } else if (auto output = sfc::compile(request, sources, diagnostics)) {
    if (auto problem = sfc::writeOutput(*output, options.out_dir)) {
      diagnostics.error({}, "E0005", problem->text);
      return problem->usage ? Usage : InputErrors;
    }
    if (output->max_growth > 0)
      sfc::output::print(
          "{}: packets grow by at most {} bytes; if packets can be as large as the MTU, raise the MTU at egress by "
          "that "
          "much\n",
          output->name, output->max_growth);
  }
  return diagnostics.hasErrors() ? InputErrors : Ok;
}

void show(const sfc::Diagnostics& diagnostics, const sfc::SourceMap& sources, const Options& options) {
  sfc::output::writeError(options.diagnostics == "json" ? renderJson(diagnostics, sources)
                                                        : renderText(diagnostics, sources));
}

/// All specs. With JSON there is one array for all of them, whatever it holds.
int run(const Options& options) {
  sfc::SourceMap sources;
  sfc::Diagnostics all;
  int result = Ok;
  for (const std::string& spec : options.specs) {
    sfc::Diagnostics diagnostics;
    result = std::max(result, runOne(spec, options, sources, diagnostics));
    all.append(diagnostics);
  }
  show(all, sources, options);
  return result;
}

/// The reference interpreter on one spec.
int runSim(const Options& options) {
  sfc::SourceMap sources;
  sfc::Diagnostics diagnostics;
  const auto program =
      sfc::check({options.specs.front(), options.include_dirs, options.overrides}, sources, diagnostics);
  show(diagnostics, sources, options);
  if (!program) return InputErrors;
  const auto problem = sfc::simulate(*program, options.simulation);
  return problem ? fail(problem->usage ? Usage : InputErrors, problem->text) : Ok;
}

void addDiagnostics(CLI::App& command, Options& options) {
  command.add_option("--diagnostics", options.diagnostics, "Format of the diagnostics on standard error: text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}));
}

void addCommon(CLI::App& command, Options& options) {
  command.add_option("-D", options.definitions, "Override a constant of the spec")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command.add_option("-I", options.include_dirs, "Search this directory for imports")
      ->type_name("DIR")
      ->allow_extra_args(false);
  addDiagnostics(command, options);
}

CLI::App* addSim(CLI::App& app, Options& options) {
  CLI::App* sim = app.add_subcommand("sim", "Runs the packets of a capture through a spec, without the kernel.");
  sim->footer(R"(
An interpreter does with the packets what the compiled programs would do; it needs no privilege. --sf gets the packets
that reach the service function (SF). The SF returns each packet unchanged or, with --back, the packets of another
capture after all of --in. --out gets the packets that leave. Dropped packets are absent. --records gets the reports of
the spec, in the form of `sfcctl telemetry`. `sfcctl test` does the same with the programs in the kernel, and has the
same options except --clock.

  sfcc sim programs/sr-mpls.sfc --in labelled.pcap --sf plain.pcap --out restored.pcap --stats counters.json)");
  addCommon(*sim, options);
  sfc::SimulateOptions& simulation = options.simulation;
  sim->add_option("spec", options.specs, "The spec")->required()->expected(1)->type_name("SPEC.sfc");
  sim->add_option("--in", simulation.in, "Arriving packets")->required()->type_name("PCAP");
  sim->add_option("--sf", simulation.sf, "Write the packets that reach the SF to this file")->type_name("PCAP");
  sim->add_option("--back", simulation.back, "Packets that the SF returns, after all of --in")->type_name("PCAP");
  sim->add_option("--out", simulation.out, "Write the packets that leave to this file")->type_name("PCAP");
  sim->add_option(
         "--vnf", simulation.vnf,
         "Where the SF runs: user (default), so that a key identifies its packets; kernel, so that headers travel "
         "with packets")
      ->type_name("user|kernel")
      ->check(CLI::IsMember({"user", "kernel"}).description(""));
  sim->add_option("--inflight", simulation.inflight,
                  "Packets with the SF at a time: each returns N-1 arrivals later (default: 1)")
      ->type_name("N");
  sim->add_option(
         "--clock", simulation.clock,
         "Simulated time in ns: the first run of a hook sees START, each later run STEP more (default: real time)")
      ->type_name("START,STEP");
  sim->add_option("-P", simulation.params, "Set a parameter of the spec; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  sim->add_option("--table", simulation.entries,
                  "Table entries, one per line: TABLE KEY... [-- HEADER...], as for `sfcctl table add`")
      ->type_name("FILE");
  sim->add_option("--stats", simulation.stats, "Write the counters to this file, as JSON")->type_name("JSON");
  sim->add_option("--records", simulation.records, "Write the spec's reports to this file, one JSON document per line")
      ->type_name("FILE");
  sim->add_flag("--json", simulation.json, "Print JSON (schema sfcctl/v1)");
  return sim;
}

/// Help, the version, or what is wrong with the command line.
int exitOf(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out, err;
  const int code = app.exit(error, out, err);
  sfc::output::write(out.str());
  sfc::output::writeError(err.str());
  return code == 0 ? Ok : Usage;
}

int runCommand(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Compiles a .sfc spec to NAME.bpf.c, NAME.bpf.o and NAME.sfc.hpp (NAME = file name without .sfc).\n"
      "Example: sfcc programs/sr-mpls.sfc -o build/programs"};
  app.set_version_flag("--version", "sfcc " SFC_VERSION);
  addCommon(app, options);
  app.add_option("spec", options.specs, "The spec")->expected(1)->type_name("SPEC.sfc");
  app.add_option("-o", options.out_dir, "Output directory (default: the current directory)")->type_name("DIR");
  app.add_option("--emit", options.emit,
                 fmt::format("Print one stage to standard output instead: {}", fmt::join(sfc::stages(), ", ")))
      ->type_name("STAGE")
      ->check(CLI::IsMember(sfc::stages()));
  CLI::App* check = app.add_subcommand("check", "Prints diagnostics only, for any number of specs; writes no files.");
  addCommon(*check, options);
  check->add_option("specs", options.specs, "The specs")->required()->type_name("SPEC.sfc...");
  CLI::App* format = app.add_subcommand("fmt", "Rewrites specs in canonical form, in place; comments stay.");
  addDiagnostics(*format, options);
  format->add_flag("--check", options.format_check,
                   "Write nothing; list the files that differ, and exit with 1 if any do");
  format->add_option("specs", options.specs, "The specs")->required()->type_name("SPEC.sfc...");
  const CLI::App* sim = addSim(app, options);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty() && options.specs.empty()) throw CLI::RequiredError("SPEC.sfc");
  } catch (const CLI::ParseError& error) {
    return exitOf(app, error);
  }
  options.check_only = check->parsed();
  options.format = format->parsed();
  for (const std::string& definition : options.definitions)
    if (!parseDefinition(definition, options.overrides))
      return fail(Usage, fmt::format("-D {}: expected NAME=VALUE with a number", definition));
  return sim->parsed() ? runSim(options) : run(options);
}

/// What nobody has expected, such as too little memory, is an error like any other.
int runGuarded(int argc, char** argv) {
  try {
    return runCommand(argc, argv);
  } catch (const std::exception& error) {
    return fail(InputErrors, fmt::format("error: {}", error.what()));
  }
}

/// What nobody catches, on another thread say, is told, and nothing is written.
[[noreturn]] void endUnexpectedly() {
  sfc::output::printError("sfcc: error: internal error; this is a bug in sfcc, and no file was written\n");
  std::_Exit(InputErrors);
}

}  // namespace

int main(int argc, char** argv) {
  sfc::output::claimStandardStreams();
  std::set_terminate(endUnexpectedly);
  return sfc::output::finish("sfcc", runGuarded(argc, argv));
}
