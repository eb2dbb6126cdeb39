// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/clsact.h"

#include <cerrno>

#include "runtime/linux/bpf_programs.h"
#include "runtime/linux/libbpf.h"
#include "runtime/linux/netlink.h"

namespace sfc {
namespace {

bpf_tc_hook hookOf(unsigned ifindex, TcSide side) {
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = static_cast<int>(ifindex),
              .attach_point = side == TcSide::Ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
  return hook;
}

}  // namespace

bool LinuxClsact::hasClsact(const Device& device) {
  return netlink::hasClsact(device.ifindex);
}

void LinuxClsact::makeClsact(const Device& device) {
  bpf_tc_hook hook = hookOf(device.ifindex, TcSide::Egress);
  const int error = bpf_tc_hook_create(&hook);
  if (error != 0 && error != -EEXIST) fail("cannot create a clsact qdisc on " + device.name, -error);
}

void LinuxClsact::addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) {
  const bpf_tc_hook hook = hookOf(device.ifindex, side);
  LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = fdOf(program), .handle = filter.handle, .priority = filter.priority);
  const int error = bpf_tc_attach(&hook, &options);
  if (error == -EEXIST) {
    throw Failure(ErrorKind::Conflict, "{} has a TC filter with handle {} and priority {} already", device.name,
                  filter.handle, filter.priority);
  }
  if (error != 0) fail("cannot attach TC (clsact) to " + device.name, -error);
}

bool LinuxClsact::hasFilter(const Device& device, TcSide side, const TcFilter& filter) {
  const bpf_tc_hook hook = hookOf(device.ifindex, side);
  LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter.handle, .priority = filter.priority);
  const int error = bpf_tc_query(&hook, &options);
  if (error != 0 && error != -ENOENT && error != -EINVAL) {
    fail("cannot query the TC filters of " + device.name, -error);
  }
  return error == 0;
}

void LinuxClsact::removeFilter(const Device& device, TcSide side, const TcFilter& filter) {
  const bpf_tc_hook hook = hookOf(device.ifindex, side);
  LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter.handle, .priority = filter.priority);
  const int error = bpf_tc_detach(&hook, &options);
  if (error != 0 && error != -ENOENT && error != -EINVAL) fail("cannot detach TC from " + device.name, -error);
}

void LinuxClsact::removeClsactIfEmpty(const Device& device) {
  if (netlink::hasFilters(device.ifindex)) return;
  bpf_tc_hook hook = hookOf(device.ifindex, TcSide::Egress);
  hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
  const int error = bpf_tc_hook_destroy(&hook);
  if (error != 0 && error != -ENOENT && error != -EINVAL) fail("cannot remove clsact from " + device.name, -error);
}

}  // namespace sfc
