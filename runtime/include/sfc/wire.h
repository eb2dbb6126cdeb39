// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Called by the headers that sfcc writes (NAME.sfc.hpp) to read and write bit fields. Offsets and widths are in bits,
// bit 0 is the most significant of the first byte; that a field lies within its bytes is checked by the compiler.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "lib/bytes/bits.h"

namespace sfc::wire {

/// A field of this width as a number in host order; beyond 64 bits its bytes in network order, right-aligned.
template <unsigned Width>
using Value = std::conditional_t<
    (Width > 64), std::array<uint8_t, (Width + 7) / 8>,
    std::conditional_t<(Width > 32), uint64_t,
                       std::conditional_t<(Width > 16), uint32_t, std::conditional_t<(Width > 8), uint16_t, uint8_t>>>>;

using sfc::getBits;
using sfc::setBits;

/// Reads a field.
template <unsigned Offset, unsigned Width, size_t Size>
constexpr Value<Width> get(const std::array<uint8_t, Size>& bytes) {
  static_assert(Width > 0 && Offset + Width <= Size * 8);
  if constexpr (Width <= 64) {
    return static_cast<Value<Width>>(getBits(bytes.data(), Offset, Width));
  } else {
    Value<Width> value{};
    unsigned end = Offset + Width;
    for (size_t i = value.size(); i-- > 0;) {
      const unsigned count = std::min(8U, end - Offset);
      value[i] = static_cast<uint8_t>(getBits(bytes.data(), end - count, count));
      end -= count;
    }
    return value;
  }
}

/// Writes a field; the value is truncated to its width.
template <unsigned Offset, unsigned Width, size_t Size>
constexpr void set(std::array<uint8_t, Size>& bytes, const Value<Width>& value) {
  static_assert(Width > 0 && Offset + Width <= Size * 8);
  if constexpr (Width <= 64) {
    setBits(bytes.data(), Offset, Width, value);
  } else {
    unsigned end = Offset + Width;
    for (size_t i = value.size(); i-- > 0;) {
      const unsigned count = std::min(8U, end - Offset);
      setBits(bytes.data(), end - count, count, value[i]);
      end -= count;
    }
  }
}

/// A number in host order at a byte offset.
template <typename T, size_t Offset, size_t Size>
T getHost(const std::array<uint8_t, Size>& bytes) {
  static_assert(Offset + sizeof(T) <= Size);
  T value = 0;
  std::memcpy(&value, bytes.data() + Offset, sizeof(T));
  return value;
}

/// A field of a key that is there only if bit `Valid` of the key's first 32 bits, a number in host order, is set.
template <unsigned Valid, unsigned Offset, unsigned Width, size_t Size>
std::optional<Value<Width>> getKeyField(const std::array<uint8_t, Size>& key) {
  if ((getHost<uint32_t, 0>(key) >> Valid & 1) == 0) return std::nullopt;
  return get<Offset, Width>(key);
}

/// A number that fits into T, if there is one.
template <typename T>
std::optional<T> narrow(const std::optional<uint64_t>& value) {
  return value ? std::optional(static_cast<T>(*value)) : std::nullopt;
}

/// `Size` bytes from byte `offset` on; those that are missing are 0.
template <size_t Size>
std::array<uint8_t, Size> copyBytes(std::span<const uint8_t> bytes, size_t offset) {
  std::array<uint8_t, Size> copy{};
  if (offset < bytes.size()) std::memcpy(copy.data(), bytes.data() + offset, std::min(Size, bytes.size() - offset));
  return copy;
}

/// Where the record says that a header is: two numbers of 2 bytes, its place from byte `begin` on and how many there
/// are. The headers lie one behind the other.
template <typename Header>
std::vector<Header> getPlacedHeaders(std::span<const uint8_t> bytes, size_t where, size_t begin, size_t most) {
  const auto place = copyBytes<4>(bytes, where);
  const size_t at = begin + getHost<uint16_t, 0>(place), count = std::min<size_t>(getHost<uint16_t, 2>(place), most);
  std::vector<Header> headers;
  for (size_t i = 0; i < count && at + (i + 1) * sizeof(Header) <= bytes.size(); ++i)
    headers.push_back({copyBytes<sizeof(Header)>(bytes, at + i * sizeof(Header))});
  return headers;
}

/// The headers that lie one behind the other from byte `begin` to byte `end`, at most `most`.
template <typename Header>
std::vector<Header> getHeaders(std::span<const uint8_t> bytes, size_t begin, size_t end, size_t most) {
  std::vector<Header> headers;
  end = std::min(end, bytes.size());
  for (; begin + sizeof(Header) <= end && headers.size() < most; begin += sizeof(Header)) {
    headers.push_back({copyBytes<sizeof(Header)>(bytes, begin)});
  }
  return headers;
}

/// The header at byte `begin`, if all of it lies before byte `end`.
template <typename Header>
std::optional<Header> getHeader(std::span<const uint8_t> bytes, size_t begin, size_t end) {
  if (begin + sizeof(Header) > std::min(end, bytes.size())) return std::nullopt;
  return Header{copyBytes<sizeof(Header)>(bytes, begin)};
}

}  // namespace sfc::wire
