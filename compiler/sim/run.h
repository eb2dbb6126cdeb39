// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Runs the packets of a capture through both hooks with a service function between them that changes nothing: as
// `sfcctl test` does it in the kernel (runtime/packet_test.h).
#pragma once

#include "compiler/sim/sim.h"
#include "lib/pcap/pcap.h"

namespace sfc::sim {

struct RunInput {
  std::vector<pcap::Packet> in;
  // What the function returns after all of `in`; nothing: each packet as it got it. In user mode only.
  std::optional<std::vector<pcap::Packet>> back;
  unsigned inflight = 1;  // a packet returns so many arrivals after its own, minus 1; in kernel mode 1
};

struct RunOutput {
  std::vector<pcap::Packet> up;     // to the function
  std::vector<pcap::Packet> out;    // left the host
  std::vector<Bytes> reports;       // as in compiler/sim/report.h
  std::vector<std::string> errors;  // packets that the kernel would not take at all
  std::vector<std::pair<std::string, uint64_t>> counters;
};

RunOutput run(const plan::Program& program, Setup setup, const RunInput& input);

}  // namespace sfc::sim
