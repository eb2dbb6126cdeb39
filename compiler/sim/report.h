// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reports, byte for byte as the programs in the kernel make them (struct sfc_report, plan::Telemetry), so that
// lib/telemetry reads both.
#pragma once

#include "compiler/sim/record.h"

namespace sfc::sim {

/// The data of hops in the stripped bytes of a packet: one of plan::Telemetry::collected.
struct ReportedHops {
  uint64_t asked = 0;
  unsigned region = 0;         // that they lie in
  std::optional<size_t> from;  // from the start of the stripped bytes; nothing: the header is not there
  int64_t size = 0;            // bytes of all hops
  uint64_t hop_size = 0;
};

struct Report {
  unsigned telemetry = 0;  // its place in the plan
  uint64_t arrived = 0;    // ns
  uint64_t asked = 0;
  std::vector<ReportedHops> hops;
  Bytes items;
};

/// The bytes of a report. It has a departure if the packet `leaves`.
Bytes composeReport(const Report& report, const Return& back, bool leaves);

}  // namespace sfc::sim
