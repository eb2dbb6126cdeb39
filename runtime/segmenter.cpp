// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/segmenter.h"

#include <algorithm>

#include "runtime/failure.h"
#include "runtime/hooks.h"

namespace sfc {
namespace {

/// Segments of all devices fit.
constexpr unsigned mtu = 65535;

}  // namespace

Segmenter planSegmenter(Devices& devices) {
  Segmenter segmenter;
  segmenter.ifindex = devices.unusedIndex();
  segmenter.name = fmt::format("sfc{}", segmenter.ifindex);
  segmenter.peer = segmenter.name + "p";
  segmenter.peer_ifindex = segmenter.ifindex + 1;
  return segmenter;
}

Device makeSegmenter(Devices& devices, const Segmenter& segmenter) {
  devices.makePair(segmenter.name, segmenter.ifindex, segmenter.peer, mtu);
  const Device first = devices.device(segmenter.name);
  const auto on = [&] {
    std::vector<std::string> names;
    for (const Offload& offload : devices.offloads(first, segmentingOffloads()))
      if (offload.on) names.push_back(offload.name);
    return names;
  };
  if (const auto names = on(); !names.empty()) devices.setOffloads(first, names, false);
  if (const auto left = on(); !left.empty())
    throw Failure(ErrorKind::Kernel, "{} cannot switch off {}, so it would not segment superframes", first.name,
                  fmt::join(left, ", "));
  return devices.device(segmenter.peer);
}

void removeSegmenter(Devices& devices, const Segmenter& segmenter) {
  const auto device = devices.device(segmenter.ifindex);
  if (device && device->name == segmenter.name) devices.removeDevice(*device);
}

}  // namespace sfc
