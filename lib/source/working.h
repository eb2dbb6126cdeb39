// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is being worked on, for the message of an error that nobody expected.
#pragma once

#include <string>

#include "lib/source/source.h"

namespace sfc {

/// While it lives, that is worked on, of what is under way already the innermost. When an exception ends it, it is
/// noted as what the exception interrupted.
class Working {
public:
  /// `what` must outlive this: "emitting a state", say. The range is that of the spec that it is about.
  explicit Working(const char* what, Range range = {});
  ~Working();
  Working(const Working&) = delete;
  Working& operator=(const Working&) = delete;

private:
  const char* what_;
  Range range_;
  int exceptions_;
};

/// What the last exception of this thread has interrupted: the innermost, and the innermost place.
struct Interrupted {
  std::string what;
  Range range;
};

/// Takes it; empty if there was none.
Interrupted takeInterrupted();

}  // namespace sfc
