// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The decisions made before an object is loaded, from its plan and the options alone: the store, its size, the frozen
// configuration, the values of the parameters.
#pragma once

#include "runtime/include/sfc/info.h"
#include "runtime/kernel.h"

namespace sfc {

/// The store to use; throws Usage if the one that was asked for does not go with the SF.
Store chooseStore(const plan::Plan& plan, Vnf vnf, const std::optional<Store>& wanted);

/// The properties of the devices that a proxy can rely on.
struct DeviceLimits {
  unsigned metadata_max = 0;  // bytes of XDP metadata that ingress takes, a multiple of 4; 0: none
  unsigned mtu = 0;           // of egress; 0: not known
  unsigned segmenter = 0;     // the device that segments superframes; 0: none
  bool superframes = false;   // software cuts superframes on all egress devices
  bool beside = false;        // frames can come to ingress with a VLAN tag beside them, or a checksum only started
  bool tc_ingress = false;    // the ingress hook is at TC
};

/// The configuration with fresh random numbers, and the sizes of the maps. Frames that fit both the MTU and the least
/// one of links with IPv6 (1280 bytes, RFC 8200 section 5) are sent without asking for the MTU each time.
ObjectSetup makeSetup(Machine& machine, const plan::Plan& plan, Vnf vnf, Store store, const DeviceLimits& limits);

/// Throws Input unless an object has the maps that it must have, of these shapes, and no others.
void checkMaps(const std::string& label, const std::map<std::string, MapShape>& wanted,
               const std::map<std::string, MapShape>& found);

/// The contents of the parameter map: initial values, overwritten by those given.
Bytes paramBytes(const plan::Plan& plan, const std::vector<ParamValue>& values);
/// Writes a parameter into the contents of the parameter map; throws Usage if there is none of that name or the value
/// is too wide.
void putParam(const plan::Plan& plan, const ParamValue& value, Bytes& bytes);
/// The values in the contents of the parameter map.
std::vector<ParamValue> readParams(const plan::Plan& plan, const Bytes& bytes);

}  // namespace sfc
