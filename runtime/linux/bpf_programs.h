// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Programs of the running kernel, each a file descriptor.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/kernel.h"
#include "runtime/linux/fd.h"

struct bpf_test_run_opts;

namespace sfc {

class BpfProgram : public Program {
public:
  /// The name is for messages.
  BpfProgram(Fd fd, std::string name);

  int fd() const { return fd_.get(); }

  void pin(const std::string& path) override;
  uint32_t id() const override { return id_; }
  TestRun runXdp(BytesView packet) override;
  TestRun runTc(BytesView packet) override;

private:
  TestRun test(BytesView packet, bpf_test_run_opts& options);

  Fd fd_;
  std::string name_;
  uint32_t id_ = 0;
  Bytes room_;  // for what test runs give back
};

class LinuxPrograms : public virtual Programs {
public:
  LinuxPrograms();

  LoadedObject load(std::string_view elf, const std::string& label, const ObjectSetup& setup) override;
  std::unique_ptr<Program> openProgram(const std::string& path) override;
  std::unique_ptr<Program> loadRedirect(unsigned ifindex, const Map& copy) override;
  std::unique_ptr<Program> loadResend() override;
  unsigned probeMetadata() override;
};

/// The file descriptor of a program that this kernel has loaded.
int fdOf(const Program& program);

}  // namespace sfc
