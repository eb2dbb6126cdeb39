// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/leftovers.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "runtime/failure.h"
#include "runtime/pins.h"
#include "runtime/status.h"
#include "runtime/unloader.h"

namespace sfc {
namespace {

constexpr char mark = '~';

/// Another one who asks this holds the lock for a moment only.
bool isLocked(PinTree& tree, const std::string& path) {
  for (int tries = 0; tries < 10; ++tries) {
    if (tree.tryLock(path)) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

/// "in0: rx-gro, rx-lro" for each device that has not got its offloads back.
std::vector<std::string> stillChanged(Kernel& kernel, const ProxyInfo& info) {
  std::vector<std::string> lines;
  if (info.net_namespace != kernel.netNamespace()) return lines;
  for (const ChangedDevice& changed : info.offloads) {
    const auto device = kernel.device(changed.ifindex);
    if (!device || device->driver != changed.driver) continue;
    std::vector<std::string> names;
    for (const OffloadChange& change : changed.offloads) {
      for (const Offload& now : kernel.offloads(*device, {change.name})) {
        if (now.on != change.before) names.push_back(change.name);
      }
    }
    if (!names.empty()) lines.push_back(fmt::format("{}: {}", device->name, fmt::join(names, ", ")));
  }
  return lines;
}

std::string describe(const std::vector<DeviceStatus>& devices) {
  std::vector<std::string> parts;
  for (const DeviceStatus& device : devices) parts.push_back(fmt::format("{} runs on {}", device.hook, device.name));
  return parts.empty() ? "nothing is attached" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string describe(const Unfinished& unfinished) {
  if (unfinished.busy) {
    return fmt::format(
        "{} is being loaded or unloaded, or a load or unload of it was killed; try again when no other sfcctl is "
        "running",
        unfinished.name);
  }
  std::string text = fmt::format("{} is incomplete, because a load or unload of it was killed: {}", unfinished.name,
                                 describe(unfinished.devices));
  if (!unfinished.offloads.empty()) text += fmt::format("; not yet restored: {}", fmt::join(unfinished.offloads, "; "));
  return text + "; run: " + unfinished.remedy;
}

Unfinished unfinishedOf(Kernel& kernel, const std::string& name) {
  Unfinished found;
  found.name = name;
  found.remedy = "sfcctl unload " + name;
  const Pins pins(kernel, name + mark);
  const auto info = attempt([&] { return pins.readState(); });
  // A load that has only begun has not locked its directory yet.
  found.busy = isLocked(kernel, pins.path()) || (!info && isLocked(kernel, kernel.pinRoot()));
  if (!info) return found;  // it died before it had attached anything, or when it had detached everything
  if (const auto devices = attempt([&] { return statusOf(kernel, pins, *info); })) {
    std::ranges::copy_if(*devices, std::back_inserter(found.devices), &DeviceStatus::attached);
  }
  found.offloads = stillChanged(kernel, *info);
  found.remedy = commandWhere(kernel, pins, *info) + found.remedy;
  return found;
}

std::vector<Unfinished> findUnfinished(Kernel& kernel) {
  std::vector<Unfinished> found;
  auto names = kernel.listDirectory(kernel.pinRoot());
  std::erase_if(names, [](const std::string& name) { return name.back() != mark; });
  for (std::string& name : names) {
    name.pop_back();
    // One that has just been finished cannot be looked at any more.
    auto one = attempt([&] { return unfinishedOf(kernel, name); });
    if (one) found.push_back(*std::move(one));
  }
  return found;
}

void checkFree(Kernel& kernel, const std::string& name, const std::vector<Device>& ingress,
               const std::vector<Device>& egress) {
  const auto has = [](const std::vector<Device>& devices, const DeviceStatus& status) {
    return std::ranges::any_of(devices, [&](const Device& device) { return device.name == status.name; });
  };
  for (const std::string& directory : kernel.listDirectory(kernel.pinRoot())) {
    const bool is_left = directory.back() == mark;
    const std::string other = is_left ? directory.substr(0, directory.size() - 1) : directory;
    const Pins pins(kernel, directory);
    const auto info = attempt([&] { return pins.readState(); });
    if (other == name || !info || info->net_namespace != kernel.netNamespace()) continue;
    for (const DeviceStatus& status : statusOf(kernel, pins, *info)) {
      if (!status.attached || !status.problem.empty()) continue;
      if (is_left && (has(ingress, status) || has(egress, status)))
        throw Failure(ErrorKind::Conflict, "{} is still in use: {}", status.name,
                      describe(unfinishedOf(kernel, other)));
      if (!is_left && status.is_ingress && has(ingress, status))
        throw Failure(ErrorKind::Conflict,
                      "{} is an ingress device of the proxy {} already; unload that proxy first (sfcctl unload {}), or "
                      "use another device",
                      status.name, other, other);
    }
  }
}

}  // namespace sfc
