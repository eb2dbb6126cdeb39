// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_steps.h"

#include "runtime/failure.h"

namespace sfc {

void FakeSteps::step() {
  if (!steps_left_) return;
  if (*steps_left_ == 0) throw Failure(ErrorKind::Kernel, "killed");
  --*steps_left_;
}

}  // namespace sfc
