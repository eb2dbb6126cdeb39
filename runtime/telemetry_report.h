// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Records as Telemetry Reports (P4.org, "Telemetry Report Format Specification", version 2.0), one to a datagram.
#pragma once

#include "runtime/kernel.h"
#include "sfc/telemetry.h"

namespace sfc {

/// Composes the reports of one telemetry. The bit that requests an item identifies it: bit n is INT's instruction bit
/// n.
class ReportComposer {
public:
  /// Throws Usage if the telemetry has no such bits, or an item has not the size that it has in a report.
  explicit ReportComposer(const plan::Telemetry& telemetry);

  /// The next datagram.
  Bytes compose(const TelemetryRecord& record);

private:
  /// The bytes of the items of one bit, in the data of a record.
  struct Group {
    bool known = false;
    size_t offset = 0;
    size_t size = 0;
  };
  Group groupOf(unsigned bit) const;
  /// The value of the item `domain`, of 16 bits and without a request; 0 if there is none.
  uint32_t domainOf(const TelemetryRecord& record) const;

  plan::Telemetry telemetry_;
  uint32_t sequence_ = 0;
};

}  // namespace sfc
