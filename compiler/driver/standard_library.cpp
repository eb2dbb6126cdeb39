// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/standard_library.h"

#include <map>

extern const std::map<std::string_view, std::string_view> standard_library;

namespace sfc {

std::optional<std::string_view> standardLibraryFile(const std::string& path) {
  constexpr std::string_view folder = "std/";
  if (!path.starts_with(folder)) return std::nullopt;
  const auto file = standard_library.find(std::string_view(path).substr(folder.size()));
  if (file == standard_library.end()) return std::nullopt;
  return file->second;
}

}  // namespace sfc
