// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Loads a proxy: everything is made in the directory NAME~, which is renamed to NAME when it is complete. A load that
// dies in between leaves NAME~ behind, with a state that says what it did to devices; the next load or unload of that
// name takes it down. For that, the state is written before each step that does not end by itself with the process.
#include "runtime/loader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "runtime/abi.h"
#include "runtime/failure.h"
#include "runtime/hooks.h"
#include "runtime/ingress_hook.h"
#include "runtime/leftovers.h"
#include "runtime/offloads.h"
#include "runtime/segmenter.h"
#include "runtime/setup.h"
#include "runtime/unloader.h"

namespace sfc {
namespace {

// Where our clsact filters hang. The handle is random, so that a filter is found again without doubt.
constexpr unsigned filter_priority = 0x5fc;

std::vector<Device> findDevices(Devices& system, const std::vector<std::string>& names, const char* role) {
  if (names.empty()) throw Failure(ErrorKind::Usage, "no {} device given", role);
  std::vector<Device> devices;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) throw Failure(ErrorKind::Usage, "{} device {} is named twice", role, name);
    devices.push_back(system.device(name));
  }
  return devices;
}

/// Takes a directory down again unless loading got to its end.
class Undo {
public:
  Undo(Kernel& kernel, const Pins& pins) : kernel_(kernel), pins_(pins) {}
  ~Undo() {
    // Failures here are left to the next load of this name; the error to report is the first one.
    if (!complete_) static_cast<void>(attempt([&] { takeDown(kernel_, pins_); }));
  }
  void keep() { complete_ = true; }

private:
  Kernel& kernel_;
  const Pins& pins_;
  bool complete_ = false;
};

/// One load in progress: the pieces that its steps hand on to each other.
class Load {
public:
  Load(Kernel& kernel, const Object& object, const std::string& name, const LoadOptions& options)
      : kernel_(kernel), object_(object), options_(options), pins_(kernel, name + "~") {
    info_.name = name;
    info_.object = object.label();
    info_.plan = object.plan();
    info_.vnf = options.vnf;
  }

  void checkOptions() {
    params_ = paramBytes(info_.plan, options_.params);
    if (!options_.ingress.empty() || info_.plan.kind != plan::Kind::Classifier)
      ingress_ = findDevices(kernel_, options_.ingress, "ingress");
    egress_ = findDevices(kernel_, options_.egress, "egress");
    checkEthernet(ingress_, "ingress");
    checkEthernet(egress_, "egress");
    const std::vector<std::string> notes = checkHeadroom(ingress_, egress_, info_.plan.max_growth);
    decideHooks();
    xdp_.notes.insert(xdp_.notes.end(), notes.begin(), notes.end());
    // Where nothing merges packets, nothing need be written to keep them apart; veth's GRO, which comes on with XDP, is
    // switched off again then.
    if (info_.vnf == Vnf::User && nothingMerges()) xdp_.metadata_max = 0;
    if (pushes() || keepsLast()) xdp_.metadata_max = 0;  // it writes none
    info_.metadata_max = xdp_.metadata_max;
    for (size_t i = 0; i < ingress_.size(); ++i) {
      const Device& device = ingress_[i];
      info_.ingress.push_back({device.name, device.ifindex, device.driver, xdp_.devices[i].mode});
    }
    for (const Device& device : egress_) info_.egress.push_back({device.name, device.ifindex});
    for (const Device& device : ingress_)
      below_.push_back(atTc() ? std::vector<Device>{} : kernel_.devicesBelow(device));
    info_.no_superframes = reasonAgainstSuperframes();
    info_.net_namespace = kernel_.netNamespace();
    info_.loaded_at = kernel_.wallClock();
  }

  void run() {
    beside_ = besideFrames();
    if (pushes() && !superframes()) info_.segmenter = planSegmenter(kernel_);
    DeviceLimits limits{info_.metadata_max, 0,       info_.segmenter ? info_.segmenter->ifindex : 0,
                        superframes(),      beside_, atTc()};
    checkFree(kernel_, info_.name, ingress_, egress_);
    for (const Device& device : egress_) limits.mtu = limits.mtu ? std::min(limits.mtu, device.mtu) : device.mtu;
    loaded_ = loadObject(kernel_, object_, makeSetup(kernel_, info_.plan, info_.vnf, info_.store, limits), params_);
    declareReturns();
    if (info_.segmenter) loaded_.programs[resend_program] = kernel_.loadResend();
    if (pins_.exists()) takeDownLeftover();
    kernel_.makeDirectory(pins_.path());
    at_work_ = kernel_.tryLock(pins_.path());
    Undo undo(kernel_, pins_);
    size_t devices = ingress_.size() + egress_.size();
    for (const auto& below : below_) devices += below.size();
    pins_.createOwnMaps(info_, devices);
    pins_.writeState(info_);  // with all devices: it is known from here on where something may be attached
    for (const auto& [name, map] : loaded_.maps) map->pin(pins_.mapPath(name));
    for (const auto& [name, program] : loaded_.programs) program->pin(pins_.programPath(name));
    if (info_.segmenter) setUp(*info_.segmenter);
    // Egress is attached before ingress, so that every stripped packet can be re-encapsulated.
    for (size_t i = 0; i < egress_.size(); ++i) attachEgress(egress_[i], info_.egress[i]);
    for (size_t i = 0; i < ingress_.size(); ++i)
      attachIngress(ingress_[i], below_[i], xdp_.devices[i], info_.ingress[i]);
    kernel_.rename(pins_.path(), Pins(kernel_, info_.name).path());
    undo.keep();
  }

  const ProxyInfo& info() const { return info_; }
  const std::vector<std::string>& notes() const { return xdp_.notes; }

private:
  bool atTc() const { return info_.ingress_hook == IngressHook::Tc; }

  /// The hook of the ingress program, and the store that goes with it.
  void decideHooks() {
    const HookDecision decision = decideHook(info_.plan, options_, ingress_, reasonAgainstSegmenting(IngressHook::Tc));
    info_.ingress_hook = decision.hook;
    info_.hook_reason = decision.reason;
    info_.store = atTc() ? Store::Slots : chooseStore(info_.plan, options_.vnf, options_.store);
    if (atTc())
      xdp_.devices.resize(ingress_.size());
    else
      xdp_ = decideXdp(ingress_, options_.vnf, options_.xdp, kernel_.probeMetadata());
    if (options_.ingress_hook == IngressHook::Auto)
      xdp_.notes.push_back(fmt::format("the ingress hook is {}: {}", nameOf(decision.hook), decision.reason));
  }

  bool nothingMerges() const {
    return std::all_of(ingress_.begin(), ingress_.end(), [&](const Device& device) {
      return std::ranges::none_of(kernel_.offloads(device, mergingOffloads()), &Offload::on);
    });
  }

  /// Can frames come with a VLAN tag beside them, or a checksum that is only started? Where tags are taken out now,
  /// they may be, until that has been switched off, and if it cannot be.
  bool besideFrames() const {
    if (atTc()) return false;
    for (size_t i = 0; i < ingress_.size(); ++i) {
      if (!below_[i].empty() || keepsTagsAsSent(ingress_[i].driver) || handsOnStartedChecksums(ingress_[i].driver) ||
          std::ranges::any_of(kernel_.offloads(ingress_[i], tagOffloads()), &Offload::on))
        return true;
    }
    return false;
  }

  /// Does egress push what the spec or its tables say, and ingress keep nothing?
  bool pushes() const { return plan::pushesHeaders(info_.plan.kind); }

  bool keepsLast() const { return info_.plan.kind == plan::Kind::Last; }

  bool superframes() const { return info_.no_superframes.empty(); }

  /// Why superframes cannot be re-encapsulated whole, as part of a sentence; empty if they can.
  std::string reasonAgainstSuperframes() const {
    if (!info_.plan.no_superframes.empty()) return info_.plan.no_superframes;
    if (info_.plan.kind == plan::Kind::Proxy && info_.vnf == Vnf::User)
      return "in user mode a key finds the header record of one packet";
    if (info_.plan.kind == plan::Kind::Proxy && info_.store != Store::Carry && !atTc())
      return "each packet has a slot of its own";
    if (info_.plan.kind == plan::Kind::Proxy && !atTc() && carriedBytes(info_.plan, info_.metadata_max) == 0)
      return fmt::format("{} bytes of metadata have no room for headers, so each packet has a slot of its own",
                         info_.metadata_max);
    return reasonAgainstSegmenting(info_.ingress_hook);
  }

  /// Why a superframe could reach a device that does not know its headers, as part of a sentence; empty if none can.
  std::string reasonAgainstSegmenting(IngressHook hook) const {
    for (const Device& device : egress_) {
      if (!mustSegmentFirst(device.driver, hook)) continue;
      for (const Offload& offload : kernel_.offloads(device, segmentingOffloads()))
        if (offload.on && offload.fixed)
          return fmt::format("{} of {} cannot be switched off", offload.name, device.name);
    }
    return {};
  }

  bool handsOver() const { return info_.vnf == Vnf::Kernel && info_.plan.kind == plan::Kind::Proxy && beside_; }

  /// Says for which ingress devices those stand by which packets return. If nothing is said of one ingress device, this
  /// host's own packets belong to it.
  void declareReturns() {
    const auto ports = loaded_.maps.find(SFC_MAP_PORTS);
    if (ports == loaded_.maps.end()) {
      if (options_.returns.empty()) return;
      throw Failure(ErrorKind::Usage, "no key of {} has the ingress port: there is nothing that --returns could say",
                    info_.plan.name);
    }
    const auto declare = [&](uint32_t from, uint32_t to) {
      Bytes key(sizeof(from)), value(sizeof(to));
      std::memcpy(key.data(), &from, sizeof(from));
      std::memcpy(value.data(), &to, sizeof(to));
      ports->second->update(key, value);
    };
    if (ingress_.size() == 1 && options_.returns.empty()) declare(0, ingress_.front().ifindex);
    // What comes by the ingress device itself does not come from the SF then.
    for (const Device& device : ingress_)
      if (std::ranges::any_of(options_.returns, [&](const auto& one) { return one.second == device.name; }))
        declare(device.ifindex, 0);
    for (const auto& [from, to] : options_.returns) {
      const auto found = std::ranges::find(ingress_, to, &Device::name);
      if (found == ingress_.end())
        throw Failure(ErrorKind::Usage, "--returns {}={}: {} is not an ingress device of this proxy", from, to, to);
      declare(kernel_.device(from).ifindex, found->ifindex);
    }
  }

  void takeDownLeftover() {
    xdp_.notes.push_back(fmt::format("{}: the leftovers of a killed load or unload were removed first", info_.name));
    for (std::string& note : takeDown(kernel_, pins_)) xdp_.notes.push_back(std::move(note));
  }

  void setUp(Segmenter& segmenter) {
    const Device peer = makeSegmenter(kernel_, segmenter);
    attachTc(resend_program, peer, TcSide::Ingress, pins_.resendLinkPath(peer.ifindex), segmenter.tc);
    xdp_.notes.push_back(
        fmt::format("superframes are segmented before they get headers, in a pair of devices made for that, {} and {}, "
                    "because {}",
                    segmenter.name, segmenter.peer, info_.no_superframes));
  }

  void attachEgress(const Device& device, EgressDevice& egress) {
    egress.sent_before = kernel_.packetsSent(device);
    // Before the first superframe with headers that the device does not know.
    if (superframes() && mustSegmentFirst(device.driver, info_.ingress_hook)) leaveCuttingToSoftware(device);
    attachTc(SFC_PROG_EGRESS, device, TcSide::Egress, pins_.tcxLinkPath(device.ifindex), egress.tc);
  }

  void leaveCuttingToSoftware(const Device& device) {
    const auto left = switchOff(device, kernel_.offloads(device, segmentingOffloads())).unchanged;
    if (!left.empty())
      throw Failure(ErrorKind::Kernel, "{} cannot switch off {}, so superframes could leave it uncut", device.name,
                    fmt::join(left, ", "));
  }

  /// `tc` is part of the state, which is written before anything is done that does not end with its link.
  void attachTc(const char* name, const Device& device, TcSide side, const std::string& path, TcAttachment& tc) {
    const Program& program = *loaded_.programs.at(name);
    if (const auto link = kernel_.attachTcx(program, device, side)) {
      link->pin(path);
      return;
    }
    tc = {EgressHook::Clsact, randomHandle(), filter_priority, !kernel_.hasClsact(device)};
    pins_.writeState(info_);
    kernel_.makeClsact(device);
    kernel_.addFilter(program, device, side, {tc.handle, tc.priority});
  }

  unsigned randomHandle() {
    std::array<uint8_t, 4> bytes{};
    kernel_.random(bytes);
    unsigned handle = 0;
    std::memcpy(&handle, bytes.data(), sizeof(handle));
    return std::max(handle, 1U);
  }

  void attachIngress(const Device& device, const std::vector<Device>& below, const XdpChoice& choice,
                     IngressDevice& ingress) {
    if (atTc()) {
      ingress.tc.emplace();
      pins_.writeState(info_);
      return attachTc(SFC_PROG_TC_INGRESS, device, TcSide::Ingress, pins_.ingressLinkPath(device.ifindex), *ingress.tc);
    }
    for (const Device& lower : below) ingress.below.push_back(lower.name);
    // Attaching may switch offloads on (veth): those on afterwards count, and those on before are to be restored.
    const auto merging = kernel_.offloads(device, mergingOffloads());
    // Before the first packet is stripped that it has to see.
    if (handsOver())
      attachTc(SFC_PROG_HANDOVER, device, TcSide::Ingress, pins_.handoverLinkPath(device.ifindex),
               ingress.handover.emplace());
    const auto link = attachXdp(device, choice, ingress.mode);
    link->pin(pins_.xdpLinkPath(device.ifindex));
    ingress.sees_tags = showTags(device, below, ingress.mode);
    pins_.writeState(info_);
    // Headers that are pushed are the same for all packets of a superframe, which may have been segmented for that.
    const bool may_merge = pushes() || (keepsLast() && superframes());
    if (!may_merge && mustNotMerge(ingress.mode, info_.metadata_max)) {
      keepApart(device, merging);
      for (const Device& lower : below) keepApart(lower, kernel_.offloads(lower, mergingOffloads()));
    } else if (!may_merge && superframes()) {
      say(describeGro(device, kernel_.offloads(device, {"rx-gro"})));
    }
    say(describeTags(ingress));
    if (info_.plan.kind == plan::Kind::Classifier) return;  // ingress takes every packet as it is
    say(describeSuperframes(device, ingress.mode, kernel_.peerOf(device)));
    for (const Device& lower : below) say(describeSuperframes(lower, ingress.mode, kernel_.peerOf(lower)));
  }

  void say(std::string note) {
    if (!note.empty()) xdp_.notes.push_back(std::move(note));
  }

  OffloadOutcome switchOff(const Device& device, const std::vector<Offload>& offloads) {
    OffloadOutcome outcome = setOffloads(kernel_, device, offloads, false, info_, [&] { pins_.writeState(info_); });
    if (!outcome.changed.empty()) {
      xdp_.notes.push_back(
          fmt::format("{}: {} off while the proxy is loaded", device.name, fmt::join(outcome.changed, ", ")));
    }
    return outcome;
  }

  /// Keeps VLAN tags from being taken out of frames before XDP gets them; whether that is so now.
  bool showTags(const Device& device, const std::vector<Device>& below, XdpMode mode) {
    if (!below.empty() && mode == XdpMode::Generic) return false;
    bool all = true;
    // The native XDP of a device that lies on others runs on those.
    for (const Device& source : below.empty() ? std::vector<Device>{device} : below) all = showTags(source) && all;
    return all;
  }

  bool showTags(const Device& device) {
    if (keepsTagsAsSent(device.driver)) return false;
    return switchOff(device, kernel_.offloads(device, tagOffloads())).unchanged.empty();
  }

  void keepApart(const Device& device, const std::vector<Offload>& merging) {
    const auto left = switchOff(device, merging).unchanged;
    if (left.empty()) return;
    throw Failure(
        ErrorKind::Kernel,
        "{} cannot switch off {}, which would merge packets with different header records; use another device, "
        "or --xdp native where the driver has metadata",
        device.name, fmt::join(left, ", "));
  }

  std::unique_ptr<Link> attachXdp(const Device& device, const XdpChoice& choice, XdpMode& mode) {
    const Program& program = *loaded_.programs.at(SFC_PROG_INGRESS);
    mode = choice.mode;
    try {
      return kernel_.attachXdp(program, device, choice.mode);
    } catch (const Failure& failure) {
      if (failure.error().kind == ErrorKind::Conflict || !choice.may_fall_back) throw;
      xdp_.notes.push_back(failure.error().text + "; generic XDP is used instead");
    }
    mode = XdpMode::Generic;
    return kernel_.attachXdp(program, device, XdpMode::Generic);
  }

  Kernel& kernel_;
  const Object& object_;
  const LoadOptions& options_;
  Pins pins_;
  ProxyInfo info_;
  Bytes params_;
  std::vector<Device> ingress_;
  std::vector<Device> egress_;
  std::vector<std::vector<Device>> below_;  // each ingress device
  XdpDecision xdp_;
  bool beside_ = false;  // sfc_config.beside
  LoadedObject loaded_;
  std::unique_ptr<Lock> at_work_;  // on the directory, for others to see
};

}  // namespace

LoadedObject loadObject(Programs& programs, const Object& object, const ObjectSetup& setup, const Bytes& params) {
  LoadedObject loaded = programs.load(object.bytes(), object.label(), setup);
  const auto map = loaded.maps.find(SFC_MAP_PARAMS);
  if (map != loaded.maps.end()) {
    Bytes value = params;
    value.resize(map->second->valueSize());
    map->second->update(std::array<uint8_t, 4>{}, value);
  }
  return loaded;
}

LoadReport load(Kernel& kernel, const Object& object, const std::string& name, const LoadOptions& options) {
  checkName(name);
  kernel.requirePrivilege(Privilege::Load);
  Load load(kernel, object, name, options);
  load.checkOptions();
  const auto lock = kernel.lockPins();
  if (Pins(kernel, name).exists()) {
    throw Failure(ErrorKind::Conflict, "a proxy named {} is loaded already; unload it first or use another name", name);
  }
  load.run();
  return {load.info(), load.notes()};
}

}  // namespace sfc
