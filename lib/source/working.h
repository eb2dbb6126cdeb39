// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The work in progress, for the message of an unexpected error.
#pragma once

#include <string>

#include "lib/source/source.h"

namespace sfc {

/// Marks work in progress while it lives; the last one made is the innermost. If an exception ends it, it is noted as
/// interrupted.
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

/// The work that the last exception of this thread has interrupted: the innermost, and the innermost place.
struct Interrupted {
  std::string what;
  Range range;
};

/// Takes it; empty if there was none.
Interrupted takeInterrupted();

}  // namespace sfc
