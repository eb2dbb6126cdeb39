// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/devices.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/failure.h"
#include "runtime/linux/fd.h"
#include "runtime/linux/netlink.h"

namespace sfc {
namespace {

/// An ioctl on a device; false with errno set if it fails.
class Request {
public:
  explicit Request(const std::string& device) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) throw Failure(ErrorKind::Kernel, "cannot open a socket: {}", std::strerror(errno));
    device.copy(content.ifr_name, IFNAMSIZ - 1);
  }

  bool run(unsigned long command) { return ::ioctl(socket_.get(), command, &content) == 0; }

  bool ethtool(void* command) {
    content.ifr_data = static_cast<char*>(command);
    return run(SIOCETHTOOL);
  }

  ifreq content{};

private:
  Fd socket_;
};

/// A structure of ethtool that ends in an array whose size is known only at run time.
template <typename Head>
class Tailed {
public:
  explicit Tailed(size_t tail_bytes) : storage_((sizeof(Head) + tail_bytes + 7) / 8) {}
  Head* operator->() { return reinterpret_cast<Head*>(storage_.data()); }
  Head* get() { return reinterpret_cast<Head*>(storage_.data()); }

private:
  std::vector<uint64_t> storage_;
};

/// The names of the device's features, in the kernel's order.
std::vector<std::string> featureNames(const Device& device) {
  Request request(device.name);
  Tailed<ethtool_sset_info> info(sizeof(uint32_t));
  info->cmd = ETHTOOL_GSSET_INFO;
  info->sset_mask = 1ULL << ETH_SS_FEATURES;
  if (!request.ethtool(info.get()) || info->sset_mask == 0) return {};
  const uint32_t count = info->data[0];

  Tailed<ethtool_gstrings> strings(size_t{count} * ETH_GSTRING_LEN);
  strings->cmd = ETHTOOL_GSTRINGS;
  strings->string_set = ETH_SS_FEATURES;
  strings->len = count;
  if (!request.ethtool(strings.get())) return {};
  std::vector<std::string> names;
  for (uint32_t i = 0; i < count; ++i) {
    const char* name = reinterpret_cast<const char*>(strings->data) + size_t{i} * ETH_GSTRING_LEN;
    names.emplace_back(name, ::strnlen(name, ETH_GSTRING_LEN));
  }
  return names;
}

}  // namespace

Device LinuxDevices::device(const std::string& name) {
  Request request(name);
  if (name.empty() || name.size() >= IFNAMSIZ || !request.run(SIOCGIFINDEX)) {
    throw Failure(ErrorKind::NotFound, "no network device '{}' here; `ip link` shows those that there are", name);
  }
  Device device;
  device.name = name;
  device.ifindex = static_cast<unsigned>(request.content.ifr_ifindex);
  if (request.run(SIOCGIFMTU)) device.mtu = static_cast<unsigned>(request.content.ifr_mtu);
  if (request.run(SIOCGIFHWADDR)) device.type = request.content.ifr_hwaddr.sa_family;
  ethtool_drvinfo driver{};
  driver.cmd = ETHTOOL_GDRVINFO;
  if (request.ethtool(&driver)) device.driver.assign(driver.driver, ::strnlen(driver.driver, sizeof(driver.driver)));
  return device;
}

std::optional<Device> LinuxDevices::device(unsigned ifindex) {
  char name[IF_NAMESIZE] = {};
  if (::if_indextoname(ifindex, name) == nullptr) return std::nullopt;
  return device(name);
}

std::vector<Device> LinuxDevices::devicesBelow(const Device& top) {
  const auto links = netlink::neighbourhoods();
  std::vector<unsigned> found = {top.ifindex};
  const auto isNew = [&](unsigned ifindex) { return std::find(found.begin(), found.end(), ifindex) == found.end(); };
  for (size_t i = 0; i < found.size(); ++i) {
    const unsigned above = found[i];
    for (const netlink::Neighbourhood& link : links) {
      if (link.master == above && isNew(link.ifindex)) found.push_back(link.ifindex);
      const bool lies_on = link.ifindex == above && link.linked_here && link.kind != "veth";
      if (lies_on && isNew(link.linked)) found.push_back(link.linked);
    }
  }
  std::vector<Device> devices;
  for (size_t i = 1; i < found.size(); ++i) {
    if (auto one = device(found[i])) devices.push_back(*std::move(one));
  }
  return devices;
}

std::string LinuxDevices::peerOf(const Device& end) {
  for (const netlink::Neighbourhood& link : netlink::neighbourhoods()) {
    if (link.ifindex != end.ifindex || link.kind != "veth" || !link.linked_here) continue;
    const auto peer = device(link.linked);
    return peer ? peer->name : std::string{};
  }
  return {};
}

uint64_t LinuxDevices::packetsSent(const Device& device) {
  for (const netlink::Neighbourhood& link : netlink::neighbourhoods()) {
    if (link.ifindex == device.ifindex) return link.sent;
  }
  return 0;
}

std::vector<Offload> LinuxDevices::offloads(const Device& device, const std::vector<std::string>& names) {
  const auto known = featureNames(device);
  const auto blocks = static_cast<uint32_t>((known.size() + 31) / 32);
  Tailed<ethtool_gfeatures> state(blocks * sizeof(ethtool_get_features_block));
  state->cmd = ETHTOOL_GFEATURES;
  state->size = blocks;
  if (blocks == 0 || !Request(device.name).ethtool(state.get())) return {};
  std::vector<Offload> found;
  for (const std::string& name : names) {
    const auto at = static_cast<size_t>(std::find(known.begin(), known.end(), name) - known.begin());
    if (at == known.size()) continue;
    const ethtool_get_features_block& block = state->features[at / 32];
    const auto bit = [at](uint32_t word) { return (word >> (at % 32) & 1) != 0; };
    found.push_back({name, bit(block.active), bit(block.never_changed) || !bit(block.available)});
  }
  return found;
}

void LinuxDevices::setOffloads(const Device& device, const std::vector<std::string>& names, bool on) {
  const auto known = featureNames(device);
  const auto blocks = static_cast<uint32_t>((known.size() + 31) / 32);
  Tailed<ethtool_sfeatures> change(blocks * sizeof(ethtool_set_features_block));
  change->cmd = ETHTOOL_SFEATURES;
  change->size = blocks;
  for (size_t i = 0; i < known.size(); ++i) {
    if (std::find(names.begin(), names.end(), known[i]) == names.end()) continue;
    change->features[i / 32].valid |= 1U << (i % 32);
    if (on) change->features[i / 32].requested |= 1U << (i % 32);
  }
  errno = 0;
  if (Request(device.name).ethtool(change.get())) return;
  // A result above 0 says that the device noted the wish, and that its other settings or its driver are against it.
  throw Failure(ErrorKind::Kernel, "cannot switch all of {} {} on {}: {}", fmt::join(names, ", "), on ? "on" : "off",
                device.name, errno ? std::strerror(errno) : "other settings of the device are against it");
}

unsigned LinuxDevices::unusedIndex() {
  unsigned last = 0;
  for (const netlink::Neighbourhood& link : netlink::neighbourhoods()) last = std::max(last, link.ifindex);
  return last + 1;
}

void LinuxDevices::makePair(const std::string& name, unsigned ifindex, const std::string& peer, unsigned mtu) {
  netlink::makeVethPair(name, peer, mtu, ifindex);
}

void LinuxDevices::removeDevice(const Device& device) {
  netlink::removeLink(device.ifindex);
}

}  // namespace sfc
