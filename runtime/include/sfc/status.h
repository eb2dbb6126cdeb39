// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The actual state of a proxy: do its programs still run on its devices, and what remains of interrupted loads and
// unloads?
#pragma once

#include <string>
#include <vector>

#include "sfc/info.h"

namespace sfc {

/// One of a proxy's devices, as it is now.
struct DeviceStatus {
  std::string name;      // its name now, or when the proxy was loaded
  unsigned ifindex = 0;  // at that time
  bool is_ingress = false;
  bool attached = false;  // the proxy's program runs on it
  std::string hook;       // "XDP native", "XDP generic", "TC tcx", "TC clsact"
  std::string problem;    // as the end of a sentence that begins with the device; empty: none
};

/// The problems of a proxy's devices and what to do, one line each.
std::vector<std::string> problemsOf(const std::string& proxy, const std::vector<DeviceStatus>& devices);

/// The remains of a killed load or unload.
struct Unfinished {
  std::string name;
  bool busy = false;                  // somebody loads or unloads a proxy at this moment; it may be this one
  std::vector<DeviceStatus> devices;  // those that run its programs all the same
  std::vector<std::string> offloads;  // that are still to be set back, "in0: rx-gro"
  std::string remedy;                 // the command that takes it down
};

/// The same in one line for people.
std::string describe(const Unfinished& unfinished);

}  // namespace sfc
