// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// libbpf, and helpers shared by its users. The only file of the runtime that includes libbpf, and included by none but
// bpf_maps.cpp, bpf_programs.cpp, bpf_object.cpp, bpf_links.cpp and clsact.cpp: no other header here shows it.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>

#include <string>

#include "runtime/linux/fail.h"
#include "runtime/linux/fd.h"

namespace sfc {

/// Gives a BPF object a pin.
inline void pinFd(int fd, const std::string& path) {
  if (bpf_obj_pin(fd, path.c_str()) != 0) fail("cannot pin " + path);
}

/// The object behind a pin.
inline Fd openPin(const std::string& path) {
  Fd fd(bpf_obj_get(path.c_str()));
  if (!fd) fail("cannot open the pin " + path);
  return fd;
}

/// Another file descriptor for the same object.
inline Fd duplicate(int fd) {
  Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) fail("cannot duplicate a file descriptor");
  return copy;
}

}  // namespace sfc
