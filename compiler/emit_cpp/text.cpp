// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_cpp/text.h"

#include <fmt/format.h>

namespace sfc::emit_cpp {

namespace {

bool isPlain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';
}

}  // namespace

std::string quote(std::string_view bytes) {
  std::string literal = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const auto digit = [byte](int shift) { return static_cast<char>('0' + (byte >> shift & 7)); };
    if (isPlain(c))
      literal += c;
    else  // three digits: an octal escape ends there, whatever follows
      literal.append({'\\', digit(6), digit(3), digit(0)});
  }
  return literal + '"';
}

std::string comment(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\\') c = ' ';
  return line;
}

std::string numberType(unsigned width_bits) {
  if (width_bits > 32) return "uint64_t";
  if (width_bits > 16) return "uint32_t";
  return width_bits > 8 ? "uint16_t" : "uint8_t";
}

std::string valueType(unsigned width_bits) {
  if (width_bits > 64) return fmt::format("std::array<uint8_t, {}>", (width_bits + 7) / 8);
  return numberType(width_bits);
}

std::string bitsText(unsigned width_bits, std::string_view where) {
  return fmt::format("{} bit{}{}{}", width_bits, width_bits == 1 ? "" : "s", where,
                     width_bits > 64 ? ", as bytes in network order" : "");
}

}  // namespace sfc::emit_cpp
