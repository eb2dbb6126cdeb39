// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/offloads.h"

#include <algorithm>
#include <optional>

#include "runtime/failure.h"

namespace sfc {
namespace {

std::vector<std::string> namesOf(const std::vector<Offload>& offloads) {
  std::vector<std::string> names;
  for (const Offload& offload : offloads) names.push_back(offload.name);
  return names;
}

/// The names of those that are not as they should be.
std::vector<std::string> notAs(bool on, const std::vector<Offload>& offloads) {
  std::vector<std::string> names;
  for (const Offload& offload : offloads) {
    if (offload.on != on) names.push_back(offload.name);
  }
  return names;
}

ChangedDevice& entryOf(ProxyInfo& info, const Device& device) {
  const auto found = std::find_if(info.offloads.begin(), info.offloads.end(),
                                  [&](const ChangedDevice& changed) { return changed.ifindex == device.ifindex; });
  if (found != info.offloads.end()) return *found;
  return info.offloads.emplace_back(ChangedDevice{device.name, device.ifindex, device.driver, {}});
}

OffloadChange* find(ProxyInfo& info, unsigned ifindex, const std::string& name) {
  for (ChangedDevice& device : info.offloads) {
    if (device.ifindex != ifindex) continue;
    for (OffloadChange& change : device.offloads) {
      if (change.name == name) return &change;
    }
  }
  return nullptr;
}

/// Notes the settings to restore. Earlier notes are older and therefore right.
void note(ProxyInfo& info, const Device& device, const Offload& before, bool on) {
  if (OffloadChange* known = find(info, device.ifindex, before.name)) {
    known->now = on;
  } else {
    entryOf(info, device).offloads.push_back({before.name, before.on, on});
  }
}

/// The other proxies of this network namespace, finished or not, with their pins.
class OtherProxies {
public:
  OtherProxies(Kernel& kernel, const Pins& own, const ProxyInfo& info) {
    for (const std::string& directory : kernel.listDirectory(kernel.pinRoot())) {
      Pins pins(kernel, directory);
      if (pins.path() == own.path()) continue;
      auto state = attempt([&] { return pins.readState(); });
      if (state && state->net_namespace == info.net_namespace) others_.push_back({pins, *std::move(state)});
    }
  }

  /// If another proxy needs this offload as it is now, that one will restore what `change` says.
  bool take(unsigned ifindex, const OffloadChange& change) {
    for (auto& [pins, info] : others_) {
      OffloadChange* theirs = find(info, ifindex, change.name);
      if (theirs == nullptr || theirs->now != change.now) continue;
      theirs->before = change.before;
      pins.writeState(info);
      return true;
    }
    return false;
  }

private:
  struct Other {
    Pins pins;
    ProxyInfo info;
  };
  std::vector<Other> others_;
};

/// The device, unless it went away or another one has its number now.
std::optional<Device> stillThere(Devices& devices, const ChangedDevice& changed) {
  auto device = devices.device(changed.ifindex);
  if (device && device->driver != changed.driver) return std::nullopt;
  return device;
}

/// Sets all of these that are not so already; adds what happened to the notes.
void setBack(Devices& devices, const Device& device, const std::vector<std::string>& names, bool on,
             std::vector<std::string>& notes) {
  const auto wrong = notAs(on, devices.offloads(device, names));
  if (wrong.empty()) return;
  const auto done = attempt([&] { devices.setOffloads(device, wrong, on); });
  if (!done) {
    notes.push_back(done.error().text);
    return;
  }
  notes.push_back(fmt::format("{}: {} {} again", device.name, fmt::join(wrong, ", "), on ? "on" : "off"));
}

}  // namespace

OffloadOutcome setOffloads(Devices& devices, const Device& device, const std::vector<Offload>& before, bool on,
                           ProxyInfo& info, const std::function<void()>& remember) {
  OffloadOutcome outcome;
  if (before.empty()) return outcome;
  std::vector<std::string> wanted;
  for (const Offload& offload : devices.offloads(device, namesOf(before))) {
    if (offload.on != on) (offload.fixed ? outcome.unchanged : wanted).push_back(offload.name);
    const auto was = std::ranges::find(before, offload.name, &Offload::name);
    if (!offload.fixed) note(info, device, *was, on);
  }
  remember();
  if (wanted.empty()) return outcome;
  // A change refused with an error is treated like one that the device ignores.
  static_cast<void>(attempt([&] { devices.setOffloads(device, wanted, on); }));
  const auto refused = notAs(on, devices.offloads(device, wanted));
  outcome.unchanged.insert(outcome.unchanged.end(), refused.begin(), refused.end());
  std::erase_if(wanted, [&](const std::string& name) { return std::ranges::count(refused, name) != 0; });
  outcome.changed = std::move(wanted);
  return outcome;
}

std::vector<std::string> restoreOffloads(Kernel& kernel, const Pins& pins, const ProxyInfo& info) {
  std::vector<std::string> notes;
  if (info.offloads.empty()) return notes;
  OtherProxies others(kernel, pins, info);
  for (const ChangedDevice& changed : info.offloads) {
    const auto device = stillThere(kernel, changed);
    if (!device) continue;
    std::vector<std::string> on;
    std::vector<std::string> off;
    for (const OffloadChange& change : changed.offloads) {
      // Where it was so already, it may be that another proxy has set it so: that one restores it.
      if (change.before == change.now || others.take(changed.ifindex, change)) continue;
      (change.before ? on : off).push_back(change.name);
    }
    setBack(kernel, *device, on, true, notes);
    setBack(kernel, *device, off, false, notes);
  }
  return notes;
}

}  // namespace sfc
