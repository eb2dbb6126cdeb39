// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/files/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace sfc {
namespace {

/// An open file; closed by the destructor.
class Opened {
public:
  explicit Opened(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw FileError(fmt::format("cannot open {}: {}", path, std::strerror(errno)), errno == ENOENT);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() { ::close(fd_); }

  /// The next bytes; fewer than there is room for, and none at the end.
  size_t read(char* to, size_t room) const {
    ssize_t got = 0;
    do got = ::read(fd_, to, room);
    while (got < 0 && errno == EINTR);
    if (got < 0) throw FileError(fmt::format("cannot read {}: {}", path_, std::strerror(errno)), false);
    return static_cast<size_t>(got);
  }

  size_t expectedSize() const {
    struct stat info{};
    return ::fstat(fd_, &info) == 0 && info.st_size > 0 ? static_cast<size_t>(info.st_size) : 0;
  }

private:
  const std::string& path_;
  int fd_;
};

}  // namespace

std::string readFile(const std::string& path, size_t most, const std::function<void(std::string_view)>& check) {
  constexpr size_t block = size_t{1} << 16, first = 4096;
  const Opened file(path);
  std::string content;
  content.reserve(std::min(file.expectedSize(), most) + block);
  while (true) {
    const size_t before = content.size();
    content.resize(before + block);
    const size_t got = file.read(content.data() + before, block);
    content.resize(before + got);
    if (check && before < first && (got == 0 || content.size() >= first)) check(content);
    if (got == 0) return content;
    if (content.size() > most)
      throw FileError(fmt::format("{} is larger than {} MiB, the maximum", path, most >> 20), false);
  }
}

}  // namespace sfc
