// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The leaves of the header: literals, comments, types.
#pragma once

#include <string>
#include <string_view>

namespace sfc::emit_cpp {

/// A string literal, quotes included, of any bytes.
std::string quote(std::string_view bytes);

/// Text that may stand behind `//`: one line, without a backslash at its end.
std::string comment(std::string_view text);

/// The type of a number of up to 64 bits.
std::string numberType(unsigned width_bits);

/// The type of a field of any width: sfc::wire::Value in words.
std::string valueType(unsigned width_bits);

/// "20 bits" with `where` behind it, and the byte order if it is not the host's.
std::string bitsText(unsigned width_bits, std::string_view where = "");

}  // namespace sfc::emit_cpp
