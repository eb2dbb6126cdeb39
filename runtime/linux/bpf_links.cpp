// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// libbpf 1.1 has no interface for TCX links; bpf_link_create with the attach types' numbers makes them on kernels that
// have them (6.6 and later), and the others say EINVAL.
#include "runtime/linux/bpf_links.h"

#include <linux/if_link.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "runtime/linux/bpf_programs.h"
#include "runtime/linux/libbpf.h"

namespace sfc {
namespace {

constexpr int attach_tcx_ingress = 46;
constexpr int attach_tcx_egress = 47;

bpf_attach_type tcxType(TcSide side) {
  return static_cast<bpf_attach_type>(side == TcSide::Ingress ? attach_tcx_ingress : attach_tcx_egress);
}

class BpfLink : public Link {
public:
  explicit BpfLink(int fd) : fd_(fd) {}
  void pin(const std::string& path) override { pinFd(fd_.get(), path); }

private:
  Fd fd_;
};

/// The name and id of a program in the kernel, for messages.
std::string describeProgram(uint32_t id) {
  const Fd fd(bpf_prog_get_fd_by_id(id));
  bpf_prog_info info{};
  uint32_t length = sizeof(info);
  if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &length) != 0 || info.name[0] == '\0') {
    return fmt::format("id {}", id);
  }
  return fmt::format("'{}', id {}", info.name, id);
}

}  // namespace

std::unique_ptr<Link> LinuxLinks::attachXdp(const Program& program, const Device& device, XdpMode mode) {
  const XdpPrograms present = xdpOn(device);
  if (const uint32_t id = std::max(present.native, present.generic)) {
    throw Failure(ErrorKind::Conflict,
                  "{} runs an XDP program already ({}), which is left alone; detach it first or use another device",
                  device.name, describeProgram(id));
  }
  LIBBPF_OPTS(bpf_link_create_opts, options,
              .flags = mode == XdpMode::Generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
  const int fd = bpf_link_create(fdOf(program), static_cast<int>(device.ifindex), BPF_XDP, &options);
  if (fd >= 0) return std::make_unique<BpfLink>(fd);
  if (errno == EBUSY || errno == EEXIST) {
    throw Failure(ErrorKind::Conflict, "{} or a device above it runs an XDP program already", device.name);
  }
  fail(fmt::format("cannot attach XDP ({}) to {} (driver {})", nameOf(mode), device.name, device.driver));
}

std::unique_ptr<Link> LinuxLinks::attachTcx(const Program& program, const Device& device, TcSide side) {
  if (!use_tcx_) return nullptr;
  const int fd = bpf_link_create(fdOf(program), static_cast<int>(device.ifindex), tcxType(side), nullptr);
  if (fd >= 0) return std::make_unique<BpfLink>(fd);
  if (errno == EINVAL || errno == EOPNOTSUPP) return nullptr;
  fail(fmt::format("cannot attach TC (tcx) to {}", device.name));
}

unsigned LinuxLinks::linkTarget(const std::string& path) {
  const Fd fd(bpf_obj_get(path.c_str()));
  bpf_link_info info{};
  uint32_t length = sizeof(info);
  if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &length) != 0) fail("cannot inspect the pin " + path);
  return info.xdp.ifindex;  // what a TCX link says begins with the same
}

void LinuxLinks::detachPinned(const std::string& path) {
  const Fd fd = openPin(path);
  // A link whose device is gone is detached already.
  if (bpf_link_detach(fd.get()) != 0 && errno != ENOLINK && errno != ENODEV) fail("cannot detach " + path);
}

XdpPrograms LinuxLinks::xdpOn(const Device& device) {
  LIBBPF_OPTS(bpf_xdp_query_opts, present);
  if (const int error = bpf_xdp_query(static_cast<int>(device.ifindex), 0, &present)) {
    fail("cannot query the XDP programs of " + device.name, -error);
  }
  return {std::max(present.drv_prog_id, present.hw_prog_id), present.skb_prog_id};
}

bool LinuxLinks::runsTcx(const Device& device, TcSide side, const Program& program) {
  std::vector<uint32_t> ids(64);
  auto count = static_cast<uint32_t>(ids.size());
  if (bpf_prog_query(static_cast<int>(device.ifindex), tcxType(side), 0, nullptr, ids.data(), &count) != 0) {
    fail("cannot query the TC programs of " + device.name);
  }
  ids.resize(count);
  return std::find(ids.begin(), ids.end(), program.id()) != ids.end();
}

}  // namespace sfc
