// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reports, decoded by the plan: those of the programs in the kernel and of the interpreter alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/plan/plan.h"

namespace sfc {

struct TelemetryValue {
  std::string name;
  uint64_t value = 0;
};

/// The data of a hop that a packet came through.
struct TelemetryHop {
  uint64_t asked = 0;                           // the field that requested its items; 0 if none did
  std::vector<std::optional<uint64_t>> values;  // as plan::Collected::items; none if not requested, or unknown

  bool operator==(const TelemetryHop&) const = default;
};

/// The report of a packet, on its return or by a terminator. Times are of the monotonic clock.
struct TelemetryRecord {
  size_t telemetry = 0;  // its place in the plan
  std::string name;
  uint64_t arrived_ns = 0;
  uint64_t left_ns = 0;                              // 0: nothing came back
  unsigned ingress_port = 0;                         // indices of the interfaces
  unsigned egress_port = 0;                          // 0: the same
  uint64_t asked = 0;                                // the field that requests items; 0 if none does
  std::vector<TelemetryValue> items;                 // those that the packet requested and the node knows
  std::vector<uint8_t> data;                         // all items, as plan::Telemetry describes them
  std::vector<std::vector<TelemetryHop>> collected;  // as plan::Telemetry::collected, the newest hops first
  std::vector<uint8_t>
      packet;  // the packet as it came, up to a little behind what was stripped; empty if nothing is collected
};

/// Does a field of so many bits with this value request an item?
bool asksFor(unsigned gate_bits, uint64_t asked, const plan::TelemetryItem& item);

/// Do these two items belong to the same bits?
bool areTogether(const plan::TelemetryItem& one, const plan::TelemetryItem& other);

/// Decodes a record of a proxy with this plan; nothing if it is none.
std::optional<TelemetryRecord> decodeTelemetry(const plan::Plan& plan, std::span<const uint8_t> bytes);

/// A record of a proxy with this plan as one line of JSON (schema sfcctl/v1) with the names of the spec.
std::string showTelemetry(const plan::Plan& plan, const TelemetryRecord& record);

}  // namespace sfc
