// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "lib/output/output.h"

namespace sfc {

namespace {

namespace fs = std::filesystem;

/// A file that waits under another name of the same directory until it is wanted; removed if it never is.
class PendingFile {
public:
  PendingFile(const fs::path& dir, const std::string& name)
      : path_(dir / name), temporary_(dir / fmt::format(".{}.{}", name, getpid())) {}
  PendingFile(PendingFile&& other) noexcept = default;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile() {
    std::error_code error;
    if (!temporary_.empty()) fs::remove(temporary_, error);
  }

  std::optional<std::string> write(const std::string& text) const {
    return result(output::writeFile(temporary_, text));
  }

  std::optional<std::string> takeMode() const {
    std::error_code error;
    const fs::file_status status = fs::status(path_, error);
    if (!error) fs::permissions(temporary_, status.permissions(), error);
    return result(error);
  }

  std::optional<std::string> keep() {
    std::error_code error;
    fs::rename(temporary_, path_, error);
    if (!error) temporary_.clear();
    return result(error);
  }

private:
  std::optional<std::string> result(std::error_code error) const {
    if (!error) return std::nullopt;
    return fmt::format("cannot write '{}': {}", path_.string(), error.message());
  }

  fs::path path_;
  fs::path temporary_;
};

}  // namespace

std::optional<Problem> writeOutput(const Output& output, const std::string& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error == std::errc::not_a_directory)
    return Problem{true, fmt::format("cannot write to '{}': it is not a directory", dir)};
  if (error) return Problem{false, fmt::format("cannot write to '{}': {}", dir, error.message())};
  const std::pair<const char*, const std::string&> contents[] = {
      {".bpf.c", output.bpf_c}, {".bpf.o", output.object}, {".sfc.hpp", output.hpp}};
  std::vector<PendingFile> files;
  files.reserve(std::size(contents));
  for (const auto& [suffix, text] : contents) {
    files.emplace_back(fs::path(dir), output.name + suffix);
    if (auto problem = files.back().write(text)) return Problem{false, *problem};
  }
  for (PendingFile& file : files)
    if (auto problem = file.keep()) return Problem{false, *problem};
  return std::nullopt;
}

std::optional<std::string> replaceFile(const std::string& path, const std::string& text) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return fmt::format("cannot write '{}': {}", path, error.message());
  PendingFile file(real.parent_path(), real.filename().string());
  if (auto problem = file.write(text)) return problem;
  if (auto problem = file.takeMode()) return problem;
  return file.keep();
}

}  // namespace sfc
