// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Runs packets through an object's programs in the kernel without loading a proxy, for `sfcctl test`.
//
// In user mode the kernel's program test run does it. In kernel mode the headers travel in packet metadata, which a
// test run cannot carry from one program to the other on every kernel; there the packets take the real path through two
// pairs of veth devices in a network namespace of the test's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/pcap/pcap.h"
#include "lib/tables/entries.h"
#include "lib/telemetry/record.h"
#include "runtime/include/sfc/info.h"
#include "runtime/include/sfc/object.h"
#include "runtime/include/sfc/stats.h"
#include "runtime/kernel.h"

namespace sfc {

struct TestInput {
  std::vector<pcap::Packet> in;
  // The packets that the SF returns after all of `in`; nothing: each packet unchanged.
  std::optional<std::vector<pcap::Packet>> back;
  unsigned inflight = 1;  // a packet returns so many arrivals after its own, minus 1
  Vnf vnf = Vnf::User;
  std::vector<ParamValue> params;
  std::vector<Entry> entries;  // of tables
};

struct TestOutput {
  std::vector<pcap::Packet> up;          // to the SF
  std::vector<pcap::Packet> out;         // left the host
  std::vector<TelemetryRecord> records;  // reported
  std::vector<std::string> errors;       // packets that the kernel did not take at all
  Stats stats;
};

TestOutput testPackets(Kernel& kernel, const Object& object, const TestInput& input);

}  // namespace sfc
