// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "compiler/sim/run.h"
#include "lib/output/output.h"
#include "lib/tables/entry_error.h"
#include "lib/telemetry/record.h"

namespace sfc {

namespace {

using Json = nlohmann::ordered_json;

/// Travels up to simulate().
struct Stop {
  Problem problem;
};

[[noreturn]] void stop(bool usage, std::string text) {
  throw Stop{{usage, std::move(text)}};
}

std::string namesOf(const plan::Plan& plan) {
  if (plan.params.empty()) return "it has none";
  std::vector<std::string> names;
  for (const plan::Param& param : plan.params) names.push_back(param.name);
  return fmt::format("it has {}", fmt::join(names, ", "));
}

/// A decimal, 0x or 0b number.
std::optional<uint64_t> parseNumber(std::string digits) {
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) base = 16;
  if (digits.starts_with("0b") || digits.starts_with("0B")) base = 2;
  if (base != 10) digits.erase(0, 2);
  uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value, base);
  return error == std::errc() && stopped == end ? std::optional(value) : std::nullopt;
}

/// The value of every parameter.
std::vector<uint64_t> paramValues(const plan::Plan& plan, const std::vector<std::string>& texts) {
  std::vector<uint64_t> values;
  for (const plan::Param& param : plan.params) values.push_back(param.initial);
  for (const std::string& text : texts) {
    const auto assignment = parseAssignment(text);
    if (!assignment && (text.starts_with('=') || text.find('=') == std::string::npos))
      stop(true, fmt::format("'{}' is not of the form NAME=VALUE", text));
    if (!assignment)
      stop(true, fmt::format("'{}': the value is not a number (decimal, 0x or 0b, up to 64 bits)", text));
    const auto& [name, value] = *assignment;
    const auto param = std::find_if(plan.params.begin(), plan.params.end(),
                                    [&, &wanted = name](const plan::Param& one) { return one.name == wanted; });
    if (param == plan.params.end())
      stop(true, fmt::format("{} has no parameter '{}'; {}", plan.name, name, namesOf(plan)));
    if (param->width_bits < 64 && value >> param->width_bits != 0)
      stop(true, fmt::format("parameter {} is a bit<{}>: {} does not fit, the maximum is {}", name, param->width_bits,
                             value, (uint64_t{1} << param->width_bits) - 1));
    values[static_cast<size_t>(param - plan.params.begin())] = value;
  }
  return values;
}

sim::Clock parseClock(const std::string& text) {
  if (text.empty()) return sim::coarseClock();
  const size_t comma = text.find(',');
  const auto start = parseNumber(text.substr(0, comma));
  const auto step = comma == std::string::npos ? std::nullopt : parseNumber(text.substr(comma + 1));
  if (!start || !step) stop(true, fmt::format("--clock {}: expected START,STEP in ns", text));
  return sim::steppedClock(*start, *step);
}

void checkOptions(const SimulateOptions& options) {
  if (options.inflight == 0) stop(true, "--inflight must be at least 1");
  if (options.vnf == "user" || options.inflight == 1) return;
  stop(
      true,
      "--inflight is not possible with --vnf kernel, because header records travel with their packets; use --vnf user");
}

std::vector<pcap::Packet> readCapture(const std::string& path) {
  pcap::Capture capture = pcap::read(path);
  for (const std::string& note : capture.notes) output::printError("sfcc: note: {}\n", note);
  return std::move(capture.packets);
}

void writeCapture(const std::string& path, const std::vector<pcap::Packet>& packets) {
  if (!path.empty()) pcap::write(path, packets);
}

Json countersJson(const sim::RunOutput& output) {
  Json json = Json::object();
  for (const auto& [name, value] : output.counters) json[name] = value;
  return json;
}

void writeText(const std::string& path, const std::string& text) {
  if (const std::error_code error = output::writeFile(path, text))
    stop(false, fmt::format("cannot write {}: {}", path, error.message()));
}

void writeStats(const std::string& path, const sim::RunOutput& output) {
  if (!path.empty()) writeText(path, countersJson(output).dump(2) + '\n');
}

void writeRecords(const std::string& path, const plan::Plan& plan, const sim::RunOutput& output) {
  if (path.empty()) return;
  std::string lines;
  for (const sim::Bytes& report : output.reports)
    lines += showTelemetry(plan, decodeTelemetry(plan, report).value()) + '\n';
  writeText(path, lines);
}

/// A document of the same schema as that of `sfcctl test --json`.
void printSummary(bool json, size_t arrived, const sim::RunOutput& output) {
  if (!json) {
    output::print("{} packets in, {} to the service function, {} out\n", arrived, output.up.size(), output.out.size());
    return;
  }
  Json document = {{"schema", "sfcctl/v1"}};
  document["in"] = arrived;
  document["sf"] = output.up.size();
  document["out"] = output.out.size();
  document["errors"] = output.errors;
  document["counters"] = countersJson(output);
  output::print("{}\n", document.dump(2));
}

void runAll(const ir::Program& program, const SimulateOptions& options) {
  checkOptions(options);
  sim::Setup setup;
  setup.kernel = options.vnf == "kernel";
  setup.params = paramValues(program.plan, options.params);
  setup.clock = parseClock(options.clock);
  if (!options.entries.empty()) setup.entries = readEntries(options.entries, program.plan);
  sim::RunInput input;
  input.inflight = options.inflight;
  input.in = readCapture(options.in);
  if (!options.back.empty()) input.back = readCapture(options.back);
  const sim::RunOutput output = sim::run(program, std::move(setup), input);
  writeCapture(options.sf, output.up);
  writeCapture(options.out, output.out);
  writeStats(options.stats, output);
  writeRecords(options.records, program.plan, output);
  printSummary(options.json, input.in.size(), output);
  if (!output.errors.empty()) stop(false, fmt::format("{}: {}", options.in, fmt::join(output.errors, "; ")));
}

}  // namespace

std::optional<std::pair<std::string, uint64_t>> parseAssignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  const auto value = parseNumber(text.substr(equals + 1));
  if (!value) return std::nullopt;
  return std::pair(text.substr(0, equals), *value);
}

std::optional<Problem> simulate(const ir::Program& program, const SimulateOptions& options) {
  try {
    runAll(program, options);
    return std::nullopt;
  } catch (const Stop& stopped) {
    return stopped.problem;
  } catch (const EntryError& error) {
    return Problem{error.cause() == EntryError::Cause::Words, error.what()};
  } catch (const FileError& error) {
    return Problem{false, error.what()};
  }
}

}  // namespace sfc
