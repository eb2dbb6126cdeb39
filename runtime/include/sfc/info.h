// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The options of a load, and the state of a loaded proxy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/plan/plan.h"

namespace sfc {

/// Where the SF runs: in user space or beyond (keyed stores), or in this kernel (headers stay with the
/// packet).
enum class Vnf { User, Kernel };
/// Where the headers wait.
enum class Store { Slots, Carry, Hash };
enum class XdpMode { Auto, Native, Generic };
/// The hook that the ingress program runs at. Auto: TC where XDP would take superframes away and TC can do without it.
enum class IngressHook { Auto, Xdp, Tc };
/// The attachment type of a TC program.
enum class EgressHook { Tcx, Clsact };

/// "user", "slots", "native", "tcx", ...
const char* nameOf(Vnf vnf);
const char* nameOf(Store store);
const char* nameOf(XdpMode mode);
const char* nameOf(IngressHook hook);
const char* nameOf(EgressHook hook);

/// A parameter of the spec and the value it is to have.
struct ParamValue {
  std::string name;
  uint64_t value = 0;
};

struct LoadOptions {
  std::vector<std::string> ingress;  // names of devices; the same may be an egress too
  std::vector<std::string> egress;
  Vnf vnf = Vnf::User;
  std::optional<Store> store;  // default: slots for user, carry for kernel
  IngressHook ingress_hook = IngressHook::Xdp;
  XdpMode xdp = XdpMode::Auto;
  std::vector<ParamValue> params;
  // Where a key has the port: devices by which packets return from the SF, and the ingress devices that they stand for.
  std::vector<std::pair<std::string, std::string>> returns;
};

/// The attachment of a TC program to its device.
struct TcAttachment {
  EgressHook hook = EgressHook::Tcx;
  unsigned handle = 0;      // clsact: the filter's handle and priority
  unsigned priority = 0;    // clsact
  bool made_qdisc = false;  // clsact: the qdisc was not there before
};

/// A device on which the ingress program runs.
struct IngressDevice {
  std::string name;
  unsigned ifindex = 0;
  std::string driver;
  XdpMode mode = XdpMode::Native;
  bool sees_tags = true;                 // VLAN tags: none has been taken out of a frame when the program sees it
  std::vector<std::string> below;        // the devices whose packets it gets, if it lies on others
  std::optional<TcAttachment> handover;  // the program behind XDP and before the SF, where it is wanted
  std::optional<TcAttachment> tc;        // the ingress program, if it is at TC instead of XDP
};

/// A device on which the egress program runs.
struct EgressDevice {
  std::string name;
  unsigned ifindex = 0;
  TcAttachment tc;
  uint64_t sent_before = 0;  // packets that the device had sent when the proxy was loaded
};

/// A pair of veth devices of a classifier's own, in which superframes are segmented that its headers cannot go onto.
struct Segmenter {
  std::string name;  // superframes are sent to this one
  unsigned ifindex = 0;
  std::string peer;  // and their segments come out of this one
  unsigned peer_ifindex = 0;
  TcAttachment tc;  // the program there
};

/// An offload of a device, by ethtool's name, that a proxy needs on or off.
struct OffloadChange {
  std::string name;
  bool before = false;  // whether it was on; what unload restores
  bool now = false;     // the value that load has set, if the device allowed it
};

/// A device whose offloads load has changed: one of the proxy's own, or one below it.
struct ChangedDevice {
  std::string name;
  unsigned ifindex = 0;
  std::string driver;
  std::vector<OffloadChange> offloads;
};

/// A loaded proxy, as it is saved among its pins.
struct ProxyInfo {
  std::string name;
  std::string object;
  Vnf vnf = Vnf::User;
  Store store = Store::Slots;
  std::vector<IngressDevice> ingress;
  std::vector<EgressDevice> egress;
  std::vector<ChangedDevice> offloads;
  IngressHook ingress_hook = IngressHook::Xdp;
  std::string hook_reason;             // of the ingress hook, as part of a sentence; empty if it was not to be chosen
  unsigned metadata_max = 0;           // bytes of XDP metadata that the programs may use
  std::string no_superframes;          // why superframes are dropped instead of re-encapsulated; empty if they are not
  std::optional<Segmenter> segmenter;  // then they are segmented first instead
  uint64_t net_namespace = 0;          // inode of the network namespace of the devices
  uint64_t loaded_at = 0;              // seconds since 1970
  plan::Plan plan;
};

/// A map or program of a loaded proxy.
struct ProxyPin {
  std::string kind;  // "map" or "program"
  std::string name;
  uint32_t id = 0;  // the kernel's, as bpftool shows it
};

}  // namespace sfc
