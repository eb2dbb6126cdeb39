// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/status.h"

#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

constexpr const char* moved = "is in another network namespace now";

class Inspection {
public:
  Inspection(Kernel& kernel, const Pins& pins, const ProxyInfo& info)
      : kernel_(kernel), pins_(pins), here_(info.net_namespace == kernel.netNamespace()) {}

  DeviceStatus of(const IngressDevice& device) const {
    if (device.tc) return ofTc(device, TcSide::Ingress, *device.tc);
    DeviceStatus status{device.name, device.ifindex, true, false, hookName(device.mode), {}};
    const unsigned target = targetOf(pins_.xdpLinkPath(device.ifindex));
    if (target == 0) {
      status.problem = whereabouts(status);
      return status;
    }
    status.attached = true;
    const auto found = deviceHere(status, target);
    if (!found) return status;
    const XdpPrograms programs = kernel_.xdpOn(*found);
    const uint32_t own = kernel_.openProgram(pins_.programPath(SFC_PROG_INGRESS))->id();
    if (own != programs.native && own != programs.generic) {
      status.problem = moved;
    } else {
      status.hook = hookName(own == programs.native ? XdpMode::Native : XdpMode::Generic);
    }
    if (device.handover) lookForHandover(*found, *device.handover, status);
    return status;
  }

  DeviceStatus of(const EgressDevice& device) const { return ofTc(device, TcSide::Egress, device.tc); }

  /// Adds to the status of an egress device what is wrong with the pair that segments superframes for it.
  void check(const Segmenter& segmenter, DeviceStatus& status) const {
    if (!here_ || !status.problem.empty()) return;
    const auto peer = kernel_.device(segmenter.peer_ifindex);
    const bool attached =
        segmenter.tc.hook == EgressHook::Tcx
            ? targetOf(pins_.resendLinkPath(segmenter.peer_ifindex)) != 0
            : peer && kernel_.hasFilter(*peer, TcSide::Ingress, {segmenter.tc.handle, segmenter.tc.priority});
    if (!attached)
      status.problem = fmt::format(
          "exists, but the pair of devices that segments superframes for it ({}, {}) has been deleted, or the program "
          "there was detached",
          segmenter.name, segmenter.peer);
  }

private:
  template <typename ProxyDevice>
  DeviceStatus ofTc(const ProxyDevice& device, TcSide side, const TcAttachment& tc) const {
    const bool ingress = side == TcSide::Ingress;
    DeviceStatus status{device.name, device.ifindex, ingress, false, fmt::format("TC {}", nameOf(tc.hook)), {}};
    if (tc.hook == EgressHook::Clsact) {
      lookForFilter(side, tc, status);
      return status;
    }
    const unsigned target =
        targetOf(ingress ? pins_.ingressLinkPath(device.ifindex) : pins_.tcxLinkPath(device.ifindex));
    if (target == 0) {
      status.problem = whereabouts(status);
      return status;
    }
    status.attached = true;
    const auto found = deviceHere(status, target);
    const auto program = kernel_.openProgram(pins_.programPath(ingress ? SFC_PROG_TC_INGRESS : SFC_PROG_EGRESS));
    if (found && !kernel_.runsTcx(*found, side, *program)) status.problem = moved;
    return status;
  }

  static std::string hookName(XdpMode mode) { return fmt::format("XDP {}", nameOf(mode)); }

  unsigned targetOf(const std::string& link) const { return kernel_.exists(link) ? kernel_.linkTarget(link) : 0; }

  /// The device that a link is attached to, if it can be looked at from here; the status gets its name.
  std::optional<Device> deviceHere(DeviceStatus& status, unsigned ifindex) const {
    if (!here_) return std::nullopt;
    auto device = kernel_.device(ifindex);
    if (device) {
      status.name = device->name;
    } else {
      status.problem = moved;
    }
    return device;
  }

  void lookForHandover(const Device& device, const TcAttachment& tc, DeviceStatus& status) const {
    status.hook += fmt::format(" (TC {} behind it)", nameOf(tc.hook));
    const bool attached = tc.hook == EgressHook::Tcx
                              ? targetOf(pins_.handoverLinkPath(device.ifindex)) != 0
                              : kernel_.hasFilter(device, TcSide::Ingress, {tc.handle, tc.priority});
    if (!attached && status.problem.empty())
      status.problem = "exists, but the program that hands packets over at TC ingress has been detached from it";
  }

  void lookForFilter(TcSide side, const TcAttachment& tc, DeviceStatus& status) const {
    if (!here_) {
      status.problem = "is in another network namespace, and its TC filter is visible only there";
      return;
    }
    const auto found = kernel_.device(status.ifindex);
    if (found) status.name = found->name;
    status.attached = found && kernel_.hasFilter(*found, side, {tc.handle, tc.priority});
    if (!status.attached) status.problem = whereabouts(status);
  }

  /// The fate of a device that does not run its program any more.
  std::string whereabouts(const DeviceStatus& status) const {
    if (!here_) return "has been deleted, or the program was detached from it";
    if (kernel_.device(status.ifindex)) return "exists, but the program has been detached from it";
    const auto other = attempt([&] { return kernel_.device(status.name); });
    if (!other) return "has been deleted";
    return fmt::format(
        "has been deleted; another device has its name now (ifindex {}), and nothing is attached to that device",
        other->ifindex);
  }

  Kernel& kernel_;
  const Pins& pins_;
  bool here_;
};

}  // namespace

std::vector<DeviceStatus> statusOf(Kernel& kernel, const Pins& pins, const ProxyInfo& info) {
  const Inspection inspection(kernel, pins, info);
  std::vector<DeviceStatus> devices;
  for (const IngressDevice& device : info.ingress) devices.push_back(inspection.of(device));
  for (const EgressDevice& device : info.egress) {
    devices.push_back(inspection.of(device));
    if (info.segmenter) inspection.check(*info.segmenter, devices.back());
  }
  return devices;
}

std::vector<std::string> problemsOf(const std::string& proxy, const std::vector<DeviceStatus>& devices) {
  std::vector<std::string> problems;
  for (const DeviceStatus& device : devices) {
    if (device.problem.empty()) continue;
    problems.push_back(fmt::format("{}: {} device {} (ifindex {}) {}; run `sfcctl unload {}` and load it again", proxy,
                                   device.is_ingress ? "ingress" : "egress", device.name, device.ifindex,
                                   device.problem, proxy));
  }
  return problems;
}

}  // namespace sfc
