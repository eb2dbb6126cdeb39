// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Runs the packets of a capture through both hooks, as `sfcctl test` does it in the kernel (runtime/packet_test.h). The
// SF between them changes nothing, or a second capture has what it returns.
#pragma once

#include "compiler/sim/sim.h"
#include "lib/pcap/pcap.h"

namespace sfc::sim {

struct RunInput {
  std::vector<pcap::Packet> in;
  // The packets that the SF returns after all of `in`; nothing: each packet unchanged. In kernel mode the first one is
  // the first packet that went up, as the SF has changed it, and so on.
  std::optional<std::vector<pcap::Packet>> back;
  unsigned inflight = 1;  // a packet returns so many arrivals after its own, minus 1; in kernel mode 1
};

struct RunOutput {
  std::vector<pcap::Packet> up;     // to the SF
  std::vector<pcap::Packet> out;    // left the host
  std::vector<Bytes> reports;       // as in compiler/sim/report.h
  std::vector<std::string> errors;  // packets that do not reach or leave a hook, and why
  std::vector<std::pair<std::string, uint64_t>> counters;
};

RunOutput run(const ir::Program& program, Setup setup, const RunInput& input);

}  // namespace sfc::sim
