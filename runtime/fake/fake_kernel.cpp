// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_kernel.h"

#include "runtime/failure.h"

namespace sfc {

void FakeKernel::requirePrivilege(Privilege) {
  if (!privileged) throw Failure(ErrorKind::Kernel, "no privilege");
}

void FakeKernel::random(std::span<uint8_t> bytes) {
  for (uint8_t& byte : bytes) byte = ++next_random_;
}

}  // namespace sfc
