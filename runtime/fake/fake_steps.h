// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A process that dies: everything in the fake that changes something is a step, and a test says how many there are.
#pragma once

#include <cstddef>
#include <optional>

namespace sfc {

class FakeSteps {
public:
  FakeSteps() = default;
  // What the fake hands out refers to it.
  FakeSteps(const FakeSteps&) = delete;
  FakeSteps& operator=(const FakeSteps&) = delete;

  /// From now on only so many steps that change something succeed; then all fail, as if the process had been killed.
  void dieAfter(size_t steps) { steps_left_ = steps; }
  /// Ends that, for the next process.
  void revive() { steps_left_.reset(); }
  /// Called by all that changes something.
  void step();

private:
  std::optional<size_t> steps_left_;
};

}  // namespace sfc
