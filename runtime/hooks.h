// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// For each device: its XDP mode, the room for metadata, how packets are kept from being merged, and whether VLAN tags
// are seen.
//
// GRO and LRO merge several packets before egress sees them, so that all but one of their entries are never claimed.
// The kernel merges no packets whose XDP metadata differs, so where metadata works the programs write a different mark
// into that of every packet, and the offloads stay on. Elsewhere they are switched off. Generic XDP runs behind GRO, so
// there they have to be off in any case.
#pragma once

#include <string>
#include <vector>

#include "lib/plan/plan.h"
#include "runtime/kernel.h"

namespace sfc {

/// The choice for a device, before anything is attached.
struct XdpChoice {
  XdpMode mode = XdpMode::Native;  // the mode to try first
  bool may_fall_back = false;      // to generic
};

struct XdpDecision {
  std::vector<XdpChoice> devices;  // one for each ingress device
  unsigned metadata_max = 0;
  std::vector<std::string> notes;
};

/// Throws unless packets on all of these devices begin with an Ethernet header.
void checkEthernet(const std::vector<Device>& devices, const char* role);

/// Decides for the ingress devices. `probed` is the most metadata that the kernel takes. Throws if the SF needs
/// metadata that a device does not give.
XdpDecision decideXdp(const std::vector<Device>& ingress, Vnf vnf, XdpMode wanted, unsigned probed);

/// Whether packets may still be merged on a device in this mode, so that its offloads have to be off.
bool mustNotMerge(XdpMode mode, unsigned metadata_max);

/// How many stripped bytes can go with a packet in its metadata, if it may be so long. Packets with more, whose header
/// records wait in slots, are not merged.
unsigned carriedBytes(const plan::Plan& plan, unsigned metadata_max);

/// The offloads that merge packets, by ethtool's names.
const std::vector<std::string>& mergingOffloads();

/// The offloads by which a device cuts superframes itself, as it can only with headers that it knows.
const std::vector<std::string>& segmentingOffloads();

/// The offloads that take a VLAN tag out of the frame, so that XDP does not see it.
const std::vector<std::string>& tagOffloads();
/// Whether switching those off has no effect on a device: veth hands a tag on as it was sent, in the frame or beside
/// it.
bool keepsTagsAsSent(const std::string& driver);
/// Whether a device hands on checksums that a sender on the same machine has only started.
bool handsOnStartedChecksums(const std::string& driver);
/// A note on a device's VLAN tags, with what to do; empty if ingress sees them all.
std::string describeTags(const IngressDevice& device);

/// A note on superframes that a device gets from a sender on the same machine, whose offloads are not ours to switch;
/// empty if there is no such sender, or native XDP makes it send single packets (veth). `peer` is the other end of a
/// veth, if known.
std::string describeSuperframes(const Device& device, XdpMode mode, const std::string& peer);

/// A note on an ingress device on which packets that could return as superframes are not merged, with what to do; empty
/// if they are. `gro` is its offload "rx-gro".
std::string describeGro(const Device& device, const std::vector<Offload>& gro);

/// Throws unless packets of the ingress devices fit the egress devices. `max_growth` is the most
/// bytes that telemetry can add; it is omitted if there is no room for it, with a note.
std::vector<std::string> checkHeadroom(const std::vector<Device>& ingress, const std::vector<Device>& egress,
                                       unsigned max_growth);

}  // namespace sfc
