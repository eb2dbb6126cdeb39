// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Errors in captures of both formats.
#pragma once

#include <cstddef>
#include <string>

namespace sfc::pcap {

[[noreturn]] void failCut(const std::string& path, size_t packet, size_t caught, size_t length);
[[noreturn]] void failDamaged(const std::string& path, size_t packets, const std::string& what);
[[noreturn]] void failLinkType(const std::string& path, int link_type);

/// "EN10MB", or a number if the link type has no name.
std::string linkName(int link_type);

}  // namespace sfc::pcap
