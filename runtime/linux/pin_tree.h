// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Pins in the BPF file system, and locks on their directories.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/kernel.h"

namespace sfc {

class LinuxPinTree : public virtual PinTree {
public:
  std::string pinRoot() override;
  bool exists(const std::string& path) override;
  void makeDirectory(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  std::vector<std::string> listDirectory(const std::string& path) override;
  void remove(const std::string& path) override;
  void removeDirectory(const std::string& path) override;
  std::unique_ptr<Lock> lockPins() override;
  std::unique_ptr<Lock> tryLock(const std::string& path) override;
  std::string lockHolder(const std::string& path) override;

private:
  std::string pin_root_;  // empty until it is asked for
};

}  // namespace sfc
