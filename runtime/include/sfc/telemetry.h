// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What a proxy measures: the records that its spec reports, and how long packets were with the function.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/plan/plan.h"
#include "sfc/result.h"

namespace sfc {

class Kernel;
class Lock;
class Pins;
class Ring;

struct TelemetryValue {
  std::string name;
  uint64_t value = 0;
};

/// What a hop has said that a packet came through.
struct TelemetryHop {
  uint64_t asked = 0;                           // the field that asked it for items; 0 if none did
  std::vector<std::optional<uint64_t>> values;  // as plan::Collected::items; none if not asked for, or not known

  bool operator==(const TelemetryHop&) const = default;
};

/// What a packet was reported with, on its return or where its headers went for good. Times are of the monotonic clock.
struct TelemetryRecord {
  size_t telemetry = 0;  // its place in the plan
  std::string name;
  uint64_t arrived_ns = 0;
  uint64_t left_ns = 0;                              // 0: nothing came back
  unsigned ingress_port = 0;                         // indices of the interfaces
  unsigned egress_port = 0;                          // 0: the same
  uint64_t asked = 0;                                // the field that asks for items; 0 if none does
  std::vector<TelemetryValue> items;                 // those that the packet asked for and the node knows
  std::vector<uint8_t> data;                         // all items, as plan::Telemetry describes them
  std::vector<std::vector<TelemetryHop>> collected;  // as plan::Telemetry::collected, the newest hops first
  std::vector<uint8_t>
      packet;  // the packet as it came, up to a little behind what was stripped; empty if nothing is collected
};

/// Does a field of so many bits with this value ask for an item?
bool asksFor(unsigned gate_bits, uint64_t asked, const plan::TelemetryItem& item);

/// Do these two items belong to the same bits?
bool areTogether(const plan::TelemetryItem& one, const plan::TelemetryItem& other);

/// Decodes a record of a proxy with this plan; nothing if it is none.
std::optional<TelemetryRecord> decodeTelemetry(const plan::Plan& plan, std::span<const uint8_t> bytes);

/// Takes records out of a proxy's ring buffer. Each goes to one reader, and a proxy has one at a time.
class TelemetryReader {
public:
  TelemetryReader(std::shared_ptr<Kernel> kernel, const Pins& pins, plan::Plan plan);
  TelemetryReader(TelemetryReader&&) noexcept;
  TelemetryReader& operator=(TelemetryReader&&) noexcept;
  ~TelemetryReader();

  /// Calls `one` with each record that is there at this moment. Returns their number.
  Result<size_t> read(const std::function<void(const TelemetryRecord&)>& one);
  /// Returns at once if there are records; else when there are many, when a signal has come, or after this time.
  /// NotFound if the proxy has been unloaded.
  Result<void> wait(std::chrono::milliseconds most);

private:
  std::shared_ptr<Kernel> kernel_;
  plan::Plan plan_;
  std::string map_path_;
  uint32_t map_id_ = 0;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Ring> ring_;
};

/// How long packets were with the function, from arrival to return.
struct Residence {
  std::vector<uint64_t> buckets;  // packets that took 2^i to 2^(i+1) - 1 ns; no time at all counts as 1 ns

  uint64_t packets() const;
  /// The time in ns within which this share of the packets, 0 to 1, were back; within a bucket they count as spread
  /// evenly. 0 without packets.
  double percentile(double share) const;
};

}  // namespace sfc
