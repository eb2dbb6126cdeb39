// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The values of number tokens: 10, 0x8847, 0b101, 1_000, and durations such as 500ms.
#pragma once

#include <cstdint>
#include <string_view>

namespace sfc::syntax {

enum class NumberError { None, Malformed, TooLarge };

struct NumberValue {
  uint64_t value = 0;  // nanoseconds if is_duration
  bool is_duration = false;
  NumberError error = NumberError::None;
};

/// Reads a token that begins with a digit and consists of letters, digits and `_`.
NumberValue readNumber(std::string_view token);

}  // namespace sfc::syntax
