// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

// Drivers whose native XDP passes metadata on with the packet. Most do not; unknown ones are treated as if they did
// not.
constexpr std::array<std::string_view, 9> metadata_drivers = {"veth",  "virtio_net", "mlx5_core", "i40e", "ice",
                                                              "ixgbe", "igb",        "igc",       "nfp"};

bool givesMetadata(const Device& device) {
  return std::find(metadata_drivers.begin(), metadata_drivers.end(), device.driver) != metadata_drivers.end();
}

constexpr unsigned ethernet = 1;  // ARPHRD_ETHER
constexpr unsigned loopback = 772;

struct LinkType {
  unsigned type;
  std::string_view words;
};

// Kinds of devices without Ethernet headers (ARPHRD_... of linux/if_arp.h).
constexpr std::array<LinkType, 9> link_types = {{{512, "PPP"},
                                                 {519, "raw IP"},
                                                 {768, "an IP tunnel, ipip"},
                                                 {769, "an IP tunnel, ip6tnl"},
                                                 {776, "an IP tunnel, sit"},
                                                 {778, "an IP tunnel, gre"},
                                                 {823, "an IP tunnel, ip6gre"},
                                                 {32, "InfiniBand"},
                                                 {0xfffe, "tun, WireGuard or the like"}}};

std::string describeType(unsigned type) {
  const auto found = std::ranges::find(link_types, type, &LinkType::type);
  return found == link_types.end() ? fmt::format("link type {}", type) : std::string(found->words);
}

std::string driverOf(const Device& device) {
  return device.driver.empty() ? "driver unknown" : "driver " + device.driver;
}

}  // namespace

void checkEthernet(const std::vector<Device>& devices, const char* role) {
  for (const Device& device : devices) {
    if (device.type == ethernet || device.type == loopback) continue;
    throw Failure(ErrorKind::Input,
                  "{} device {}: its packets have no Ethernet header ({}), which the programs need; use the Ethernet "
                  "device that carries these packets, or a tunnel with Ethernet frames (tap, gretap, vxlan)",
                  role, device.name, describeType(device.type));
  }
}

XdpDecision decideXdp(const std::vector<Device>& ingress, Vnf vnf, XdpMode wanted, unsigned probed) {
  XdpDecision decision;
  decision.metadata_max = probed;
  for (const Device& device : ingress) {
    XdpChoice choice{wanted == XdpMode::Generic ? XdpMode::Generic : XdpMode::Native, wanted == XdpMode::Auto};
    if (choice.mode == XdpMode::Native && !givesMetadata(device)) {
      if (vnf == Vnf::User) {
        decision.metadata_max = 0;
      } else if (wanted == XdpMode::Auto) {
        choice = {XdpMode::Generic, false};
        decision.notes.push_back(
            fmt::format("{} ({}): using generic XDP, because native XDP has no metadata on this device", device.name,
                        driverOf(device)));
      } else {
        throw Failure(
            ErrorKind::Kernel,
            "{} ({}): native XDP has no metadata on this device, but --vnf kernel needs it; use --xdp generic "
            "or --vnf user",
            device.name, driverOf(device));
      }
    }
    decision.devices.push_back(choice);
  }
  if (vnf == Vnf::Kernel && probed < SFC_META_TOKEN_SIZE) {
    throw Failure(ErrorKind::Kernel,
                  "this kernel has {} bytes of XDP metadata, but --vnf kernel needs {}; use --vnf user", probed,
                  SFC_META_TOKEN_SIZE);
  }
  return decision;
}

bool mustNotMerge(XdpMode mode, unsigned metadata_max) {
  return mode != XdpMode::Native || metadata_max < SFC_BARRIER_SIZE;
}

unsigned carriedBytes(const plan::Plan& plan, unsigned metadata_max) {
  const unsigned others = SFC_META_CARRY_OFFSET + plan.entry.record.bytes_offset + SFC_META_PAD;
  return metadata_max - std::min(metadata_max, others);
}

const std::vector<std::string>& mergingOffloads() {
  static const std::vector<std::string> offloads = {"rx-gro", "rx-lro", "rx-gro-hw"};
  return offloads;
}

const std::vector<std::string>& segmentingOffloads() {
  static const std::vector<std::string> offloads = {"tx-tcp-segmentation",          "tx-tcp-ecn-segmentation",
                                                    "tx-tcp-accecn-segmentation",   "tx-tcp-mangleid-segmentation",
                                                    "tx-tcp6-segmentation",         "tx-udp-segmentation",
                                                    "tx-sctp-segmentation",         "tx-udp_tnl-segmentation",
                                                    "tx-udp_tnl-csum-segmentation", "tx-gre-segmentation",
                                                    "tx-gre-csum-segmentation",     "tx-ipxip4-segmentation",
                                                    "tx-ipxip6-segmentation",       "tx-gso-list"};
  return offloads;
}

const std::vector<std::string>& tagOffloads() {
  static const std::vector<std::string> offloads = {"rx-vlan-hw-parse", "rx-vlan-stag-hw-parse"};
  return offloads;
}

bool keepsTagsAsSent(const std::string& driver) {
  return driver == "veth";
}

bool handsOnStartedChecksums(const std::string& driver) {
  return driver == "veth" || driver == "tun" || driver == "virtio_net";
}

std::string describeTags(const IngressDevice& device) {
  if (device.sees_tags) return {};
  if (!device.below.empty() && device.mode == XdpMode::Generic) {
    return fmt::format(
        "{}: the kernel takes the outermost VLAN tag out of a frame before generic XDP runs on a stacked device (its "
        "lower "
        "devices: {}); ingress does not see the tag, and it stays where it is; if ingress must see it, use {} as "
        "ingress devices",
        device.name, fmt::join(device.below, ", "), fmt::join(device.below, ", "));
  }
  if (keepsTagsAsSent(device.driver)) {
    return fmt::format(
        "{}: ingress does not see a VLAN tag that the peer sends beside the frame, and the tag stays where it is; "
        "`ethtool "
        "-K PEER txvlan off tx-vlan-stag-hw-insert off` makes the peer PEER put tags into the frame",
        device.name);
  }
  return fmt::format(
      "{}: its driver ({}) takes VLAN tags out of frames, and this cannot be switched off (rx-vlan-offload); ingress "
      "does "
      "not see such a tag, and it stays where it is",
      device.name, device.driver);
}

std::string describeSuperframes(const Device& device, XdpMode mode, const std::string& peer) {
  constexpr const char* text =
      "{}: superframes (TSO, GSO) that {} sends arrive whole; those that headers cannot be put back onto are dropped "
      "at "
      "egress (tx_drop_gso); if it sends any, run there: ethtool -K {} tso off gso off";
  if (device.driver == "veth" && mode == XdpMode::Generic) {
    return fmt::format(fmt::runtime(text), device.name, peer.empty() ? "its other end, PEER," : peer,
                       peer.empty() ? "PEER" : peer);
  }
  if (device.driver == "tun")
    return fmt::format(fmt::runtime(text), device.name, "the machine behind it, by its device DEV,", "DEV");
  return {};
}

std::string describeGro(const Device& device, const std::vector<Offload>& gro) {
  if (gro.empty() || gro.front().on) return {};
  return fmt::format(
      "{}: GRO is off, so the SF gets TCP in single packets; the proxy can put headers back onto superframes, which is "
      "several times as fast: ethtool -K {} gro on",
      device.name, device.name);
}

std::vector<std::string> checkHeadroom(const std::vector<Device>& ingress, const std::vector<Device>& egress,
                                       unsigned max_growth) {
  std::vector<std::string> notes;
  for (const Device& in : ingress) {
    for (const Device& out : egress) {
      const unsigned needed = in.mtu + max_growth;
      // A device in both roles cannot have a larger MTU than itself; there the programs count packets that do not fit.
      if ((in.ifindex == out.ifindex && max_growth == 0) || out.mtu >= needed) continue;
      if (in.ifindex != out.ifindex && out.mtu < in.mtu)
        throw Failure(ErrorKind::Input,
                      "MTU too small: packets from {2} (MTU {3}) do not fit {0} (MTU {1}); run: ip link set dev "
                      "{4} mtu {5}",
                      out.name, out.mtu, in.name, in.mtu, out.name, needed);
      notes.push_back(
          fmt::format("{} has MTU {}: packets from {} that are larger than {} return without telemetry, which takes up "
                      "to {} bytes; an MTU of {} has room for all",
                      out.name, out.mtu, in.name, out.mtu - max_growth, max_growth, needed));
    }
  }
  return notes;
}

}  // namespace sfc
