// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The running system: each interface of kernel.h with the file that keeps it.
#include "runtime/kernel.h"

#include "runtime/linux/bpf_links.h"
#include "runtime/linux/bpf_maps.h"
#include "runtime/linux/bpf_programs.h"
#include "runtime/linux/clsact.h"
#include "runtime/linux/devices.h"
#include "runtime/linux/machine.h"
#include "runtime/linux/pin_tree.h"
#include "runtime/linux/process.h"

namespace sfc {
namespace {

class LinuxKernel final : public Kernel,
                          public LinuxMaps,
                          public LinuxPrograms,
                          public LinuxPinTree,
                          public LinuxDevices,
                          public LinuxLinks,
                          public LinuxClsact,
                          public LinuxProcess,
                          public LinuxMachine {
public:
  explicit LinuxKernel(bool use_tcx) : LinuxLinks(use_tcx) {}
};

}  // namespace

std::shared_ptr<Kernel> systemKernel() {
  return std::make_shared<LinuxKernel>(true);
}

std::shared_ptr<Kernel> systemKernelWithoutTcx() {
  return std::make_shared<LinuxKernel>(false);
}

}  // namespace sfc
