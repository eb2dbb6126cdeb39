// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/tables/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "lib/tables/entry_error.h"

namespace sfc {
namespace {

/// Whether a field's name says that it holds an address: "src", "ipv4.dst", ...
bool namesAddress(const std::string& name) {
  const std::string last = name.substr(name.rfind('.') + 1);
  return last == "src" || last == "dst";
}

std::optional<Bytes> readAddress(const std::string& text, unsigned width_bits) {
  Bytes value(width_bits / 8);
  if (width_bits == 32 && ::inet_pton(AF_INET, text.c_str(), value.data()) == 1) return value;
  if (width_bits == 128 && ::inet_pton(AF_INET6, text.c_str(), value.data()) == 1) return value;
  if (width_bits != 48) return std::nullopt;
  std::array<unsigned, 6> parts{};
  int end = 0;
  const int read = std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%n", parts.data(), &parts[1], &parts[2], &parts[3],
                               &parts[4], &parts[5], &end);
  if (read != 6 || static_cast<size_t>(end) != text.size()) return std::nullopt;
  std::copy(parts.begin(), parts.end(), value.begin());
  return value;
}

/// The bytes of a number, most significant first and without leading zeros; nothing if it is no number.
std::optional<Bytes> readNumber(std::string_view digits) {
  const auto prefix = digits.substr(0, 2);
  const int base = prefix == "0x" ? 16 : prefix == "0b" ? 2 : 10;
  if (base != 10) digits.remove_prefix(2);
  Bytes bytes;
  if (base == 16 && digits.size() > 16) {
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return std::nullopt;
    for (size_t end = digits.size(); end > 0; end -= std::min<size_t>(end, 2)) {
      const auto pair = digits.substr(end >= 2 ? end - 2 : 0, std::min<size_t>(end, 2));
      bytes.insert(bytes.begin(), static_cast<uint8_t>(std::stoul(std::string(pair), nullptr, 16)));
    }
  } else {
    uint64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number, base);
    if (error != std::errc() || stopped != end) return std::nullopt;
    for (; number != 0; number >>= 8) bytes.insert(bytes.begin(), static_cast<uint8_t>(number));
  }
  bytes.erase(bytes.begin(), std::find_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; }));
  return bytes;
}

const char* addressOf(unsigned width_bits) {
  return width_bits == 32    ? "an IPv4 address or "
         : width_bits == 128 ? "an IPv6 address or "
         : width_bits == 48  ? "a MAC address or "
                             : "";
}

}  // namespace

Bytes bitsOf(BytesView bytes, size_t offset_bits, size_t width_bits) {
  Bytes value((width_bits + 7) / 8);
  for (size_t i = 0; i < width_bits; ++i) {
    const size_t from = offset_bits + i;
    const size_t to = value.size() * 8 - width_bits + i;
    const unsigned bit = bytes[from / 8] >> (7 - from % 8) & 1U;
    value[to / 8] = static_cast<uint8_t>(value[to / 8] | bit << (7 - to % 8));
  }
  return value;
}

void putBits(std::span<uint8_t> bytes, size_t offset_bits, size_t width_bits, BytesView value) {
  for (size_t i = 0; i < width_bits; ++i) {
    const size_t from = value.size() * 8 - width_bits + i;
    const size_t to = offset_bits + i;
    const auto mask = static_cast<uint8_t>(0x80U >> to % 8);
    const bool set = (value[from / 8] >> (7 - from % 8) & 1U) != 0;
    bytes[to / 8] = static_cast<uint8_t>(set ? bytes[to / 8] | mask : bytes[to / 8] & ~mask);
  }
}

std::string showValue(const std::string& name, const Bytes& value) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (namesAddress(name) && (value.size() == 4 || value.size() == 16)) {
    ::inet_ntop(value.size() == 4 ? AF_INET : AF_INET6, value.data(), text.data(), text.size());
    return text.data();
  }
  if (namesAddress(name) && value.size() == 6) return fmt::format("{:02x}", fmt::join(value, ":"));
  if (value.size() > sizeof(uint64_t)) return fmt::format("0x{:02x}", fmt::join(value, ""));
  uint64_t number = 0;
  for (const uint8_t byte : value) number = number << 8 | byte;
  return fmt::format("{}", number);
}

Bytes readValue(const std::string& name, const std::string& text, unsigned width_bits) {
  if (auto address = readAddress(text, width_bits)) return *std::move(address);
  const auto number = readNumber(text);
  if (!number) {
    throw EntryError(EntryError::Cause::Words, "{}: '{}' is not {}a number (decimal, 0x or 0b)", name, text,
                     addressOf(width_bits));
  }
  const size_t bits = number->empty() ? 0 : number->size() * 8 - static_cast<size_t>(std::countl_zero(number->front()));
  if (bits > width_bits)
    throw EntryError(EntryError::Cause::Words, "{} has {} bits: {} does not fit", name, width_bits, text);
  Bytes value((width_bits + 7) / 8);
  std::copy(number->rbegin(), number->rend(), value.rbegin());
  return value;
}

Bytes valueOf(uint64_t number, unsigned width_bits) {
  Bytes value((width_bits + 7) / 8);
  for (auto byte = value.rbegin(); byte != value.rend(); ++byte, number >>= 8) *byte = static_cast<uint8_t>(number);
  return value;
}

}  // namespace sfc
