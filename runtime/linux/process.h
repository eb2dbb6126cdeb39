// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// This process: its capabilities, and the network namespace that it is in.
#pragma once

#include <string>

#include "runtime/kernel.h"

namespace sfc {

class LinuxProcess : public virtual Process {
public:
  void requirePrivilege(Privilege privilege) override;
  uint64_t netNamespace() override;
  std::string nameOfNamespace(uint64_t inode) override;
};

}  // namespace sfc
