// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/bpf_programs.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "runtime/linux/bpf_code.h"
#include "runtime/linux/bpf_maps.h"
#include "runtime/linux/bpf_object.h"
#include "runtime/linux/libbpf.h"

namespace sfc {
namespace {

// A frame of any size that a test run takes fits, and then some, as programs can make it grow.
constexpr size_t max_frame = size_t{128} * 1024;

std::unique_ptr<Program> loadInstructions(bpf_prog_type type, const char* name, const std::vector<bpf_insn>& code) {
  const int fd = bpf_prog_load(type, name, "Dual BSD/GPL", code.data(), code.size(), nullptr);
  if (fd < 0) fail(fmt::format("the kernel refused program {}", name));
  return std::make_unique<BpfProgram>(Fd(fd), name);
}

}  // namespace

// ---- one program

BpfProgram::BpfProgram(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
  bpf_prog_info info{};
  uint32_t length = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd_.get(), &info, &length) != 0) fail("cannot inspect program " + name_);
  id_ = info.id;
}

void BpfProgram::pin(const std::string& path) {
  pinFd(fd_.get(), path);
}

TestRun BpfProgram::runXdp(BytesView packet) {
  xdp_md before{};
  xdp_md after{};
  before.data_end = static_cast<uint32_t>(packet.size());
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &before, .ctx_out = &after, .ctx_size_in = sizeof(before),
              .ctx_size_out = sizeof(after));
  TestRun run = test(packet, options);
  // What comes back begins with the metadata; the context says where the frame begins.
  const size_t metadata = std::min<size_t>(after.data, run.packet.size());
  run.packet.erase(run.packet.begin(), run.packet.begin() + static_cast<std::ptrdiff_t>(metadata));
  return run;
}

TestRun BpfProgram::runTc(BytesView packet) {
  LIBBPF_OPTS(bpf_test_run_opts, options);
  return test(packet, options);
}

TestRun BpfProgram::test(BytesView packet, bpf_test_run_opts& options) {
  room_.resize(max_frame);
  options.data_in = packet.data();
  options.data_size_in = static_cast<uint32_t>(packet.size());
  options.data_out = room_.data();
  options.data_size_out = max_frame;
  if (bpf_prog_test_run_opts(fd_.get(), &options) != 0) {
    if (errno == EINVAL || errno == ENOMEM) {
      throw Failure(
          ErrorKind::Input,
          "the kernel's test run of {} does not accept a packet of {} bytes (from 14 bytes to about one page)", name_,
          packet.size());
    }
    fail("cannot test program " + name_);
  }
  const auto end = room_.begin() + static_cast<std::ptrdiff_t>(options.data_size_out);
  return {.verdict = static_cast<int>(options.retval), .packet = Bytes(room_.begin(), end)};
}

// ---- all programs

LinuxPrograms::LinuxPrograms() {
  collectLibbpfWords();
}

LoadedObject LinuxPrograms::load(std::string_view elf, const std::string& label, const ObjectSetup& setup) {
  return loadElf(elf, label, setup);
}

std::unique_ptr<Program> LinuxPrograms::openProgram(const std::string& path) {
  return std::make_unique<BpfProgram>(openPin(path), std::filesystem::path(path).filename());
}

std::unique_ptr<Program> LinuxPrograms::loadRedirect(unsigned ifindex, const Map& copy) {
  return loadInstructions(BPF_PROG_TYPE_SCHED_CLS, "sfc_redirect", redirectCode(ifindex, fdOf(copy)));
}

std::unique_ptr<Program> LinuxPrograms::loadResend() {
  return loadInstructions(BPF_PROG_TYPE_SCHED_CLS, "sfc_resend", resendCode());
}

unsigned LinuxPrograms::probeMetadata() {
  const auto program = loadInstructions(BPF_PROG_TYPE_XDP, "sfc_probe", probeCode());
  for (uint32_t size = 252; size > 0; size -= 4) {
    Bytes packet(64);
    std::memcpy(packet.data(), &size, sizeof(size));
    if (program->runXdp(packet).verdict == 0) return size;
  }
  return 0;
}

int fdOf(const Program& program) {
  return dynamic_cast<const BpfProgram&>(program).fd();
}

}  // namespace sfc
