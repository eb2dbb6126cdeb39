// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Numbers are read by hand, as every way in which one can be wrong needs a name.
#include "compiler/syntax/number.h"

#include <array>
#include <utility>

namespace sfc::syntax {

namespace {

struct Unit {
  std::string_view suffix;
  uint64_t nanoseconds;
};
// "s" last, as the others end in it too.
constexpr std::array<Unit, 4> UNITS = {{{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}}};

/// The value of a digit, 16 or more if it is none.
unsigned digitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

NumberValue readDigits(std::string_view digits, unsigned base) {
  NumberValue number;
  bool any = false;
  bool overflow = false;
  for (char c : digits) {
    if (c == '_') continue;
    unsigned digit = digitValue(c);
    if (digit >= base) return {0, false, NumberError::Malformed};
    any = true;
    overflow |= __builtin_mul_overflow(number.value, uint64_t{base}, &number.value);
    overflow |= __builtin_add_overflow(number.value, uint64_t{digit}, &number.value);
  }
  if (!any || digits.back() == '_') return {0, false, NumberError::Malformed};
  if (overflow) return {0, false, NumberError::TooLarge};
  return number;
}

NumberValue readDuration(std::string_view digits, uint64_t unit) {
  NumberValue number = readDigits(digits, 10);
  number.is_duration = true;
  if (number.error == NumberError::None && __builtin_mul_overflow(number.value, unit, &number.value)) {
    number.error = NumberError::TooLarge;
  }
  return number;
}

}  // namespace

NumberValue readNumber(std::string_view token) {
  if (token.starts_with("0x") || token.starts_with("0X")) return readDigits(token.substr(2), 16);
  if (token.starts_with("0b") || token.starts_with("0B")) return readDigits(token.substr(2), 2);
  for (const Unit& unit : UNITS) {
    if (!token.ends_with(unit.suffix)) continue;
    return readDuration(token.substr(0, token.size() - unit.suffix.size()), unit.nanoseconds);
  }
  return readDigits(token, 10);
}

}  // namespace sfc::syntax
