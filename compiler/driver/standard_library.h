// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// programs/std/, built into the compiler.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sfc {

/// The text of a file of the standard library, such as "std/ip.sfc".
std::optional<std::string_view> standardLibraryFile(const std::string& path);

}  // namespace sfc
