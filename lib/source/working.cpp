// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/source/working.h"

#include <exception>
#include <utility>

namespace sfc {

namespace {

thread_local Interrupted interrupted;

}  // namespace

Working::Working(const char* what, Range range) : what_(what), range_(range), exceptions_(std::uncaught_exceptions()) {}

Working::~Working() {
  if (std::uncaught_exceptions() == exceptions_) return;
  if (interrupted.what.empty()) interrupted.what = what_;
  if (!interrupted.range.known()) interrupted.range = range_;
}

Interrupted takeInterrupted() {
  return std::exchange(interrupted, {});
}

}  // namespace sfc
