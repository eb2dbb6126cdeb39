// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Records as Telemetry Reports (P4.org, "Telemetry Report Format Specification", version 2.0), one to a datagram.
#pragma once

#include "runtime/kernel.h"
#include "sfc/telemetry.h"

namespace sfc {

/// Composes the reports of one telemetry. Which item is which follows from the bit that asks for it: bit n is INT's
/// instruction bit n.
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
  /// What the item `domain` says, of 16 bits that nothing has to ask for; 0 without one.
  uint32_t domainOf(const TelemetryRecord& record) const;

  plan::Telemetry telemetry_;
  uint32_t sequence_ = 0;
};

}  // namespace sfc
