// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/pin_root.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <thread>

#include "runtime/failure.h"

namespace sfc {
namespace {

constexpr const char* bpffs = "/sys/fs/bpf";

bool isBpffs(const std::string& path) {
  struct statfs info{};
  return ::statfs(path.c_str(), &info) == 0 && info.f_type == BPF_FS_MAGIC;
}

std::optional<ino_t> mountNamespace(const std::string& process) {
  struct stat info{};
  if (::stat((process + "/ns/mnt").c_str(), &info) != 0) return std::nullopt;
  return info.st_ino;
}

int parentOf(int pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string word; status >> word;) {
    int parent = 0;
    if (word == "PPid:" && status >> parent) return parent;
  }
  return 0;
}

/// The directory in /proc of the outermost ancestor whose mounts can be seen and are not ours.
std::optional<std::string> outermostAncestor() {
  const auto own = mountNamespace("/proc/self");
  std::optional<std::string> found;
  for (int pid = ::getppid(); pid > 0; pid = parentOf(pid)) {
    const std::string process = fmt::format("/proc/{}", pid);
    const auto theirs = mountNamespace(process);
    if (theirs && theirs != own && ::faccessat(AT_FDCWD, (process + "/root/sys/fs").c_str(), X_OK, AT_EACCESS) == 0)
      found = process;
  }
  return found;
}

/// Mounts it in the mount namespace of a process; in a thread of its own, which alone changes its namespace.
int mountIn(const std::string& process) {
  int failed = 0;
  std::thread([&] {
    const int target = ::open((process + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC);
    if (target < 0 || ::unshare(CLONE_FS) != 0 || ::setns(target, CLONE_NEWNS) != 0 ||
        ::mount("bpf", bpffs, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700") != 0) {
      failed = errno;
    }
    if (target >= 0) ::close(target);
  }).join();
  return failed;
}

std::string openBpffs() {
  if (isBpffs(bpffs)) return bpffs;
  std::string process = "/proc/self";
  std::string path = bpffs;
  if (const auto ancestor = outermostAncestor()) {
    process = *ancestor;
    path = process + "/root" + bpffs;
    if (isBpffs(path)) return path;
  }
  if (const int failed = mountIn(process); failed != 0) {
    throw Failure(ErrorKind::Kernel, "cannot mount the BPF file system at {}: {}; run as root: mount -t bpf bpf {}",
                  bpffs, std::strerror(failed), bpffs);
  }
  return path;
}

}  // namespace

std::string openPinRoot() {
  std::string root = openBpffs() + "/sfc";
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Failure(ErrorKind::Kernel, "cannot make {}/sfc: {}{}", bpffs, std::strerror(errno), remedyFor(errno));
  }
  return root;
}

const char* remedyFor(int error) {
  return error == EACCES ? "; it belongs to another user: run this as that user, or with CAP_DAC_OVERRIDE as well" : "";
}

}  // namespace sfc
