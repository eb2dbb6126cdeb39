// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A process that dies: every change in the fake is a step, and a test sets how many succeed.
#pragma once

#include <cstddef>
#include <optional>

namespace sfc {

class FakeSteps {
public:
  FakeSteps() = default;
  // Objects that the fake hands out refer to it.
  FakeSteps(const FakeSteps&) = delete;
  FakeSteps& operator=(const FakeSteps&) = delete;

  /// From now on only so many steps that change something succeed; then all fail, as if the process had been killed.
  void dieAfter(size_t steps) { steps_left_ = steps; }
  /// Ends that, for the next process.
  void revive() { steps_left_.reset(); }
  /// Called by every change.
  void step();

private:
  std::optional<size_t> steps_left_;
};

}  // namespace sfc
