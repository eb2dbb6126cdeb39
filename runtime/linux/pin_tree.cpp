// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/pin_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "runtime/linux/fail.h"
#include "runtime/linux/file_lock.h"
#include "runtime/linux/pin_root.h"

namespace sfc {
namespace {

[[noreturn]] void failOnFile(const std::string& what, int error = errno) {
  throw Failure(ErrorKind::Kernel, "{}: {}{}", what, std::strerror(error), remedyFor(error));
}

}  // namespace

std::string LinuxPinTree::pinRoot() {
  if (pin_root_.empty()) pin_root_ = openPinRoot();
  return pin_root_;
}

bool LinuxPinTree::exists(const std::string& path) {
  // Not access(2), which asks for the real user and would not see what capabilities let us see.
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0) return true;
  if (errno == ENOENT) return false;
  failOnFile("cannot inspect " + path);
}

void LinuxPinTree::makeDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) failOnFile("cannot create " + path);
}

void LinuxPinTree::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(fmt::format("cannot rename {} to {}", from, to));
}

std::vector<std::string> LinuxPinTree::listDirectory(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) names.push_back(entry.path().filename());
  if (error) failOnFile("cannot list " + path, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

void LinuxPinTree::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) fail("cannot remove " + path);
}

void LinuxPinTree::removeDirectory(const std::string& path) {
  if (::rmdir(path.c_str()) != 0) fail("cannot remove " + path);
}

std::unique_ptr<Lock> LinuxPinTree::lockPins() {
  return waitForLock(pinRoot());
}

std::unique_ptr<Lock> LinuxPinTree::tryLock(const std::string& path) {
  return sfc::tryLock(path);
}

std::string LinuxPinTree::lockHolder(const std::string& path) {
  return sfc::lockHolder(path);
}

}  // namespace sfc
