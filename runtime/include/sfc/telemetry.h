// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Telemetry of a proxy: the reports of its spec, and the residence times of packets.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/telemetry/record.h"
#include "sfc/result.h"

namespace sfc {

class Kernel;
class Lock;
class Pins;
class Ring;

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

/// The residence times of packets, from arrival to return.
struct Residence {
  std::vector<uint64_t> buckets;  // packets that took 2^i to 2^(i+1) - 1 ns; no time at all counts as 1 ns

  uint64_t packets() const;
  /// The time in ns within which this share of the packets, 0 to 1, were back; within a bucket they count as spread
  /// evenly. 0 without packets.
  double percentile(double share) const;
};

}  // namespace sfc
