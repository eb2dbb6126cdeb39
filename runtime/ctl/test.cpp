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
Runs the packets of a capture through an object's programs in the kernel. It loads no proxy and touches no device of
this host. --sf gets the packets that reach the service function (SF). The SF returns each packet unchanged or, with
--back, the packets of another capture after all of --in. --out gets the packets that leave. Dropped packets are absent.
--records gets the reports of the spec, in the form of `sfcctl telemetry`.

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

/// All runs on one CPU, so that per-CPU counts, and with them the sampled packets, do not depend on scheduling.
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
  CLI::App* command = addCommand(app, "test", "Runs the packets of a capture through a compiled proxy", footer);
  command->add_option("OBJECT", arguments->object, "Object file written by sfcc")->required();
  command->add_option("--in", arguments->in, "Arriving packets")->required()->type_name("PCAP");
  command->add_option("--sf", arguments->sf, "Write the packets that reach the SF to this file")->type_name("PCAP");
  command->add_option("--back", arguments->back, "Packets that the SF returns, after all of --in")->type_name("PCAP");
  command->add_option("--out", arguments->out, "Write the packets that leave to this file")->type_name("PCAP");
  addVnf(*command, arguments->input.vnf);
  command
      ->add_option("--inflight", arguments->input.inflight,
                   "Packets with the SF at a time: each returns N-1 arrivals later (default: 1)")
      ->type_name("N");
  command->add_option("-P", arguments->params, "Set a parameter of the spec; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--table", arguments->entries,
                   "Table entries, one per line: TABLE KEY... [-- VALUES...], as for `sfcctl table add`")
      ->type_name("FILE");
  command->add_option("--stats", arguments->stats, "Write the counters to this file, as JSON")->type_name("JSON");
  command
      ->add_option("--records", arguments->records, "Write the spec's reports to this file, one JSON document per line")
      ->type_name("FILE");
  addJson(*command, arguments->json);
  command->callback([arguments] { run(*arguments); });
}

}  // namespace sfc::ctl
