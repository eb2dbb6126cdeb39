// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Files that are read as a whole. The user may name a directory or an endless device, so each reader has a limit.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sfc {

/// A file that cannot be read or written; the text names the file.
class FileError : public std::runtime_error {
public:
  FileError(const std::string& text, bool missing) : std::runtime_error(text), missing_(missing) {}
  /// There is no such file.
  bool missing() const { return missing_; }

private:
  bool missing_;
};

/// All of a file, a pipe or a device, of at most `most` bytes. Throws FileError. `check` gets the first bytes, up to
/// some thousands, and throws if the rest is not worth reading.
std::string readFile(const std::string& path, size_t most, const std::function<void(std::string_view)>& check = {});

}  // namespace sfc
