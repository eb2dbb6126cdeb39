// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl test
#include <sched.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "lib/pcap/pcap.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "runtime/packet_test.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Runs the packets of a capture through an object's programs in the kernel; no proxy is loaded for it and no device of
this host is touched. What goes up to the service function is written to --sf. It returns each packet unchanged, or with
--back those of another capture after all of --in. What leaves is written to --out. Dropped packets are absent. What the
spec's `report` hands over is written to --records, as `sfcctl telemetry` prints it.

  sfcctl test sr-mpls.bpf.o --in labelled.pcap --sf plain.pcap --out restored.pcap --stats counters.json)";

struct Arguments {
  std::string object;
  std::string in;
  std::string sf;
  std::string back;
  std::string out;
  std::string stats;
  std::string records;
  std::vector<std::string> params;
  std::string entries;
  TestInput input;
  bool json = false;
};

std::vector<pcap::Packet> readCapture(const std::string& path) {
  pcap::Capture capture = require(attempt([&] { return pcap::read(path); }));
  printNotes(capture.notes);
  return std::move(capture.packets);
}

void writeCapture(const std::string& path, const std::vector<pcap::Packet>& packets) {
  if (!path.empty()) require(attempt([&] { pcap::write(path, packets); }));
}

Json countersJson(const Stats& stats) {
  Json json = Json::object();
  for (const auto& [name, value] : stats.by_name) json[name] = value;
  return json;
}

void writeText(const std::string& path, const std::string& text) {
  if (const std::error_code error = output::writeFile(path, text))
    throw Failure(ErrorKind::Input, "cannot write {}: {}", path, error.message());
}

void writeStats(const std::string& path, const Stats& stats) {
  if (!path.empty()) writeText(path, countersJson(stats).dump(2) + '\n');
}

void writeRecords(const std::string& path, const plan::Plan& plan, const std::vector<TelemetryRecord>& records) {
  if (path.empty()) return;
  std::string lines;
  for (const TelemetryRecord& record : records) lines += showTelemetry(plan, record) + '\n';
  writeText(path, lines);
}

void printSummary(const Arguments& arguments, size_t arrived, const TestOutput& output) {
  if (!arguments.json) {
    output::print("{} packets in, {} to the service function, {} out\n", arrived, output.up.size(), output.out.size());
    return;
  }
  Json json = document();
  json["in"] = arrived;
  json["sf"] = output.up.size();
  json["out"] = output.out.size();
  json["errors"] = output.errors;
  json["counters"] = countersJson(output.stats);
  print(json);
}

/// What the programs count per CPU is counted on one: which packets are sampled does not depend on where they run.
void stayOnThisCpu() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(std::max(sched_getcpu(), 0), &cpus);
  sched_setaffinity(0, sizeof(cpus), &cpus);
}

void run(Arguments& arguments) {
  const Object object = require(Object::open(arguments.object));
  arguments.input.params = parseParams(arguments.params);
  if (!arguments.entries.empty()) arguments.input.entries = readEntries(arguments.entries, object.plan());
  arguments.input.in = readCapture(arguments.in);
  if (!arguments.back.empty()) arguments.input.back = readCapture(arguments.back);
  stayOnThisCpu();
  const TestOutput output = testPackets(*systemKernel(), object, arguments.input);
  writeCapture(arguments.sf, output.up);
  writeCapture(arguments.out, output.out);
  writeStats(arguments.stats, output.stats);
  writeRecords(arguments.records, object.plan(), output.records);
  printSummary(arguments, arguments.input.in.size(), output);
  if (!output.errors.empty()) {
    throw Failure(ErrorKind::Input, "{}: {}", arguments.in, fmt::join(output.errors, "; "));
  }
}

}  // namespace

void addTest(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "test", "Runs packets of a capture through a compiled proxy", footer);
  command->add_option("OBJECT", arguments->object, "The object that sfcc wrote")->required();
  command->add_option("--in", arguments->in, "Packets that arrive")->required()->type_name("PCAP");
  command->add_option("--sf", arguments->sf, "Where to write what the service function gets")->type_name("PCAP");
  command->add_option("--back", arguments->back, "Packets that it returns, after all of --in")->type_name("PCAP");
  command->add_option("--out", arguments->out, "Where to write what leaves")->type_name("PCAP");
  addVnf(*command, arguments->input.vnf);
  command
      ->add_option("--inflight", arguments->input.inflight,
                   "Packets in the service function at a time: each returns N-1 arrivals later (default: 1)")
      ->type_name("N");
  command->add_option("-P", arguments->params, "Sets a parameter of the spec; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--table", arguments->entries,
                   "Entries of tables, one in a line: TABLE KEY... [-- HEADER...], as `sfcctl table add` takes them")
      ->type_name("FILE");
  command->add_option("--stats", arguments->stats, "Where to write the counters as JSON")->type_name("JSON");
  command
      ->add_option("--records", arguments->records, "Where to write what the spec reports, one JSON document in a line")
      ->type_name("FILE");
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
