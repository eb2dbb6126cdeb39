// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/machine.h"

#include <sys/random.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <string>

#include "runtime/linux/bpf_maps.h"
#include "runtime/linux/fail.h"

namespace sfc {
namespace {

uint64_t readClock(clockid_t clock, uint64_t units_per_second) {
  timespec now{};
  ::clock_gettime(clock, &now);
  const uint64_t fraction = units_per_second == 1 ? 0 : static_cast<uint64_t>(now.tv_nsec);
  return static_cast<uint64_t>(now.tv_sec) * units_per_second + fraction;
}

}  // namespace

uint64_t LinuxMachine::coarseClock() {
  return readClock(CLOCK_MONOTONIC_COARSE, 1'000'000'000);
}

uint64_t LinuxMachine::wallClock() {
  return readClock(CLOCK_REALTIME, 1);
}

void LinuxMachine::random(std::span<uint8_t> bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t got = ::getrandom(bytes.data() + at, bytes.size() - at, 0);
    if (got < 0 && errno != EINTR) fail("cannot get random bytes");
    if (got > 0) at += static_cast<size_t>(got);
  }
}

unsigned LinuxMachine::possibleCpus() const {
  std::string range;
  std::ifstream("/sys/devices/system/cpu/possible") >> range;
  const unsigned cpus = countCpus();
  return range == (cpus == 1 ? "0" : "0-" + std::to_string(cpus - 1)) ? cpus : 0;
}

}  // namespace sfc
