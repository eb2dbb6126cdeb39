// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reads a proxy's counters and looks through its cache.
#pragma once

#include "runtime/include/sfc/info.h"
#include "runtime/include/sfc/stats.h"
#include "runtime/include/sfc/telemetry.h"
#include "runtime/kernel.h"
#include "runtime/slots.h"

namespace sfc {

/// The maps of a proxy that counting needs.
struct CountedMaps {
  Map& counters;
  SlotMaps slots;
  Map& hash;
};

/// What the programs count, without what is counted in the cache (`flushed`, `live`).
Stats readCounters(const plan::Plan& plan, const Map& counters);

/// The counters at this moment; `flushed` is written by whoever flushes.
Stats readStats(const plan::Plan& plan, Store store, const CountedMaps& maps, uint64_t& flushed);

/// The counters before and after the entries are counted.
Look readLook(const plan::Plan& plan, Store store, const CountedMaps& maps, uint64_t& flushed);

/// The residence times of packets, of a proxy that measures them.
Residence readResidence(const plan::Plan& plan, const Map& counters);

}  // namespace sfc
