// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failures of system calls.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "runtime/failure.h"

namespace sfc {

/// Throws Kernel: the action that failed, and the error of the system.
[[noreturn]] inline void fail(const std::string& what, int error = errno) {
  throw Failure(ErrorKind::Kernel, "{}: {}", what, std::strerror(error));
}

}  // namespace sfc
