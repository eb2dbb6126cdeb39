// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Fields as bits and as text. A value is the field's bits in network order, right-aligned in the bytes
// that they need.
#pragma once

#include <span>
#include <string>

#include "lib/bytes/bytes.h"

namespace sfc {

/// Takes a field out of bytes that hold all of it.
Bytes bitsOf(BytesView bytes, size_t offset_bits, size_t width_bits);
/// Puts a field in, leaving the bits around it.
void putBits(std::span<uint8_t> bytes, size_t offset_bits, size_t width_bits, BytesView value);

/// A number, or an address if the field's name says that it holds one ("src", "ipv4.dst").
std::string showValue(const std::string& name, const Bytes& value);
/// Reads a number (decimal, 0x, 0b; hexadecimal alone may have more than 64 bits), or an address for a field of 32, 48
/// or 128 bits. Throws EntryError if it is none, or does not
/// fit.
Bytes readValue(const std::string& name, const std::string& text, unsigned width_bits);
/// A number as a value of so many bits.
Bytes valueOf(uint64_t number, unsigned width_bits);

}  // namespace sfc
