// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// TC filters on a clsact qdisc: how a program gets to TC where there is no TCX.
#pragma once

#include "runtime/kernel.h"

namespace sfc {

class LinuxClsact : public virtual Clsact {
public:
  bool hasClsact(const Device& device) override;
  void makeClsact(const Device& device) override;
  void addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) override;
  bool hasFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeClsactIfEmpty(const Device& device) override;
};

}  // namespace sfc
