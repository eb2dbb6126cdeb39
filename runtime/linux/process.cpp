// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/process.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "runtime/linux/fail.h"

namespace sfc {
namespace {

bool hasCapability(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  return ::syscall(SYS_capget, &header, data) == 0 && (data[capability / 32].effective >> (capability % 32) & 1) != 0;
}

/// The names of those that a process needs and has not got. CAP_SYS_ADMIN includes what has been split from it.
std::vector<const char*> missingCapabilities(Privilege privilege) {
  const bool all = hasCapability(CAP_SYS_ADMIN);
  std::vector<const char*> missing;
  const auto require = [&](bool needed, unsigned capability, const char* name) {
    if (needed && !hasCapability(capability)) missing.push_back(name);
  };
  require(!all, CAP_BPF, "CAP_BPF");
  require(true, CAP_NET_ADMIN, "CAP_NET_ADMIN");
  require(!all && privilege != Privilege::Use, CAP_PERFMON, "CAP_PERFMON");
  require(privilege == Privilege::Test, CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
  return missing;
}

}  // namespace

void LinuxProcess::requirePrivilege(Privilege privilege) {
  const auto missing = missingCapabilities(privilege);
  if (missing.empty()) return;
  throw Failure(ErrorKind::Kernel, "permission denied: run this as root, or with {} as well", fmt::join(missing, ", "));
}

uint64_t LinuxProcess::netNamespace() {
  struct stat info{};
  if (::stat("/proc/thread-self/ns/net", &info) != 0) fail("cannot inspect /proc/thread-self/ns/net");
  return info.st_ino;
}

std::string LinuxProcess::nameOfNamespace(uint64_t inode) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/run/netns", error)) {
    struct stat info{};
    if (::stat(entry.path().c_str(), &info) == 0 && info.st_ino == inode) return entry.path().filename();
  }
  return {};
}

}  // namespace sfc
