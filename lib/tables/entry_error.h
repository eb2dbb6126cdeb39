// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <stdexcept>

#include <fmt/format.h>

namespace sfc {

/// An error in a value or an entry, in one line.
class EntryError : public std::runtime_error {
public:
  /// Words: the words do not fit the spec. Input: a plan or a file is wrong. Missing: there is no such file.
  enum class Cause { Words, Input, Missing };

  template <typename... Args>
  EntryError(Cause cause, fmt::format_string<Args...> text, Args&&... args)
      : std::runtime_error(fmt::format(text, std::forward<Args>(args)...)), cause_(cause) {}

  Cause cause() const { return cause_; }

private:
  Cause cause_;
};

}  // namespace sfc
