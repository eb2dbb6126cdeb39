// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Attachments that are BPF links: XDP, and TC on kernels that have TCX (6.6 and later).
#pragma once

#include <memory>
#include <string>

#include "runtime/kernel.h"

namespace sfc {

class LinuxLinks : public virtual Links {
public:
  /// Without TCX, the kernel is taken for one that has none.
  explicit LinuxLinks(bool use_tcx) : use_tcx_(use_tcx) {}

  std::unique_ptr<Link> attachXdp(const Program& program, const Device& device, XdpMode mode) override;
  std::unique_ptr<Link> attachTcx(const Program& program, const Device& device, TcSide side) override;
  unsigned linkTarget(const std::string& path) override;
  void detachPinned(const std::string& path) override;
  XdpPrograms xdpOn(const Device& device) override;
  bool runsTcx(const Device& device, TcSide side, const Program& program) override;

private:
  bool use_tcx_;
};

}  // namespace sfc
