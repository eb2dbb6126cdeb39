// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The clocks, the CPUs and the random numbers of this machine.
#pragma once

#include "runtime/kernel.h"

namespace sfc {

class LinuxMachine : public virtual Machine {
public:
  uint64_t coarseClock() override;
  uint64_t wallClock() override;
  void random(std::span<uint8_t> bytes) override;
  unsigned possibleCpus() const override;
};

}  // namespace sfc
