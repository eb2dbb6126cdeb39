// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "lib/output/output.h"
#include "runtime/failure.h"
#include "runtime/linux/fd.h"
#include "runtime/linux/pin_root.h"

namespace sfc {
namespace {

constexpr auto silence = std::chrono::seconds(1);
constexpr auto pause = std::chrono::milliseconds(20);

class FileLock : public Lock {
public:
  explicit FileLock(const std::string& path)
      : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!fd_) fail();
  }

  /// False if somebody else has it, which only happens without waiting.
  bool take(bool waits) const {
    while (::flock(fd_.get(), waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK && !waits) return false;
      if (errno != EINTR) fail();
    }
    return true;
  }

private:
  [[noreturn]] void fail() const {
    throw Failure(ErrorKind::Kernel, "cannot lock {}: {}{}", path_, std::strerror(errno), remedyFor(errno));
  }

  std::string path_;
  Fd fd_;
};

/// The process of a line of /proc/locks ("1: FLOCK  ADVISORY  WRITE 1234 00:1c:5678 0 EOF"), if it has this file.
int holderIn(const std::string& line, const std::string& file) {
  std::istringstream words(line);
  std::string number, kind, mode, access, where;
  int pid = 0;
  words >> number >> kind >> mode >> access >> pid >> where;
  return kind == "FLOCK" && where == file ? pid : 0;
}

}  // namespace

std::string lockHolder(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return "another process";
  const std::string file = fmt::format("{:02x}:{:02x}:{}", major(info.st_dev), minor(info.st_dev), info.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    const int pid = holderIn(line, file);
    if (pid <= 0) continue;
    std::string name;
    std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)), name);
    return name.empty() ? fmt::format("process {}", pid) : fmt::format("process {} ({})", pid, name);
  }
  return "another process";
}

std::unique_ptr<Lock> tryLock(const std::string& path) {
  auto lock = std::make_unique<FileLock>(path);
  if (!lock->take(/*waits=*/false)) return nullptr;
  return lock;
}

std::unique_ptr<Lock> waitForLock(const std::string& path) {
  auto lock = std::make_unique<FileLock>(path);
  const auto end = std::chrono::steady_clock::now() + silence;
  while (std::chrono::steady_clock::now() < end) {
    if (lock->take(/*waits=*/false)) return lock;
    std::this_thread::sleep_for(pause);
  }
  output::printError("sfc: note: waiting for {}, which works on the proxies in {}\n", lockHolder(path), path);
  lock->take(/*waits=*/true);
  return lock;
}

}  // namespace sfc
