// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/unloader.h"

#include <algorithm>
#include <optional>

#include "runtime/failure.h"
#include "runtime/offloads.h"
#include "runtime/segmenter.h"

namespace sfc {
namespace {

/// The state, if loading got far enough to write one.
std::optional<ProxyInfo> stateOf(const Pins& pins) {
  auto info = attempt([&] { return pins.readState(); });
  if (!info) return std::nullopt;
  return *std::move(info);
}

void detachLinks(Kernel& kernel, const Pins& pins, const std::string& prefix) {
  for (const std::string& name : kernel.listDirectory(pins.path())) {
    if (name.starts_with(prefix)) kernel.detachPinned(pins.path() + "/" + name);
  }
}

void removeFilter(Kernel& kernel, unsigned ifindex, TcSide side, const TcAttachment& tc) {
  if (tc.hook != EgressHook::Clsact) return;
  const auto device = kernel.device(ifindex);
  if (!device) return;
  kernel.removeFilter(*device, side, {tc.handle, tc.priority});
  if (tc.made_qdisc) kernel.removeClsactIfEmpty(*device);
}

void removeFilters(Kernel& kernel, const ProxyInfo& info) {
  for (const IngressDevice& ingress : info.ingress)
    for (const auto& tc : {ingress.tc, ingress.handover})
      if (tc) removeFilter(kernel, ingress.ifindex, TcSide::Ingress, *tc);
  for (const EgressDevice& egress : info.egress) removeFilter(kernel, egress.ifindex, TcSide::Egress, egress.tc);
}

bool hasOwnHooks(const ProxyInfo& info) {
  return info.segmenter ||
         std::any_of(info.egress.begin(), info.egress.end(),
                     [](const EgressDevice& device) { return device.tc.hook == EgressHook::Clsact; }) ||
         std::any_of(info.offloads.begin(), info.offloads.end(), [](const ChangedDevice& device) {
           return std::any_of(device.offloads.begin(), device.offloads.end(),
                              [](const OffloadChange& change) { return change.before != change.now; });
         });
}

/// Whether any of the ingress devices still exists, wherever it is.
bool devicesLive(Kernel& kernel, const Pins& pins, const ProxyInfo& info) {
  return std::any_of(info.ingress.begin(), info.ingress.end(), [&](const IngressDevice& device) {
    // A filter tells nothing from outside; but a namespace with a name has not gone away with its devices.
    if (device.tc && device.tc->hook == EgressHook::Clsact) return !kernel.nameOfNamespace(info.net_namespace).empty();
    const std::string path = device.tc ? pins.ingressLinkPath(device.ifindex) : pins.xdpLinkPath(device.ifindex);
    return kernel.exists(path) && kernel.linkTarget(path) != 0;
  });
}

void removeTree(PinTree& tree, const Pins& pins) {
  // The state goes last: another attempt would need it.
  auto names = tree.listDirectory(pins.path());
  std::stable_partition(names.begin(), names.end(), [](const std::string& name) { return name != "state"; });
  for (const std::string& name : names) tree.remove(pins.path() + "/" + name);
  tree.removeDirectory(pins.path());
}

}  // namespace

std::string commandWhere(Kernel& kernel, const Pins& pins, const ProxyInfo& info) {
  const bool here = info.net_namespace == kernel.netNamespace();
  if (here || !hasOwnHooks(info) || !devicesLive(kernel, pins, info)) return {};
  const std::string name = kernel.nameOfNamespace(info.net_namespace);
  return name.empty() ? "(in the network namespace of its devices) " : fmt::format("ip netns exec {} ", name);
}

void checkPlace(Kernel& kernel, const Pins& pins) {
  const auto info = stateOf(pins);
  const std::string where = info ? commandWhere(kernel, pins, *info) : "";
  if (where.empty()) return;
  throw Failure(
      ErrorKind::Conflict,
      "{} was loaded in another network namespace, where its devices must be restored; run: {}sfcctl unload {}",
      info->name, where, info->name);
}

std::vector<std::string> takeDown(Kernel& kernel, const Pins& pins) {
  checkPlace(kernel, pins);
  const auto info = stateOf(pins);
  const bool here = info && info->net_namespace == kernel.netNamespace();
  std::vector<std::string> notes;
  // Nothing new is decapsulated from here on, and packets with the SF can still be re-encapsulated until the next step.
  detachLinks(kernel, pins, "link_xdp_");
  detachLinks(kernel, pins, "link_ingress_");
  detachLinks(kernel, pins, "link_handover_");
  detachLinks(kernel, pins, "link_tcx_");
  detachLinks(kernel, pins, "link_resend_");
  if (here) {
    removeFilters(kernel, *info);
    if (info->segmenter) removeSegmenter(kernel, *info->segmenter);
    notes = restoreOffloads(kernel, pins, *info);
  }
  removeTree(kernel, pins);
  return notes;
}

}  // namespace sfc
