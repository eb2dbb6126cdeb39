// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From an object to a proxy that is attached and pinned.
#pragma once

#include <string>
#include <vector>

#include "runtime/include/sfc/info.h"
#include "runtime/include/sfc/object.h"
#include "runtime/kernel.h"

namespace sfc {

/// Loads the object's programs and maps, checks that all are there, and writes the parameters. Attaches nothing.
LoadedObject loadObject(Programs& programs, const Object& object, const ObjectSetup& setup, const Bytes& params);

struct LoadReport {
  ProxyInfo info;
  std::vector<std::string> notes;  // for people, one line each
};

/// Loads, attaches and pins a proxy under a name; all of it or nothing.
LoadReport load(Kernel& kernel, const Object& object, const std::string& name, const LoadOptions& options);

}  // namespace sfc
