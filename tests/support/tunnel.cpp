// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-tunnel: puts the kernel's own traffic under labels, so that real TCP connections can go through a proxy.
// `push` makes a TUN device and sends every packet that the kernel routes there out of a device under a label stack, a
// different one for each packet. `strip` is the other end: it hands the IP packets under labels that arrive at a device
// to the kernel through its TUN device.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/support/packet_socket.h"
#include "tests/support/traffic.h"

namespace sfc::traffic {
namespace {

constexpr unsigned kRing = 8192;
constexpr unsigned kMostLabelsPushed = 8;

volatile std::sig_atomic_t stopped = 0;

struct Options {
  std::string device;
  std::string tun = "tun0";
  std::string source_mac = "02:00:00:00:01:01";
  std::string destination_mac = "02:00:00:00:01:02";
};

struct Counts {
  uint64_t packets = 0;
  uint64_t labelled = 0;
  uint64_t refused = 0;
};

class TunDevice {
public:
  explicit TunDevice(const std::string& name) : descriptor_(open("/dev/net/tun", O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error(fmt::format("cannot open /dev/net/tun: {}", std::strerror(errno)));
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    if (ioctl(descriptor_, TUNSETIFF, &request) != 0) {
      throw std::runtime_error(fmt::format("cannot make the device {}: {}", name, std::strerror(errno)));
    }
  }
  TunDevice(const TunDevice&) = delete;
  TunDevice& operator=(const TunDevice&) = delete;
  ~TunDevice() { close(descriptor_); }

  /// The next packet from the kernel; empty if none came for 100 ms.
  std::span<uint8_t> read(std::span<uint8_t> buffer) const {
    pollfd poll{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, 100) <= 0) return {};
    ssize_t length = ::read(descriptor_, buffer.data(), buffer.size());
    return length > 0 ? buffer.first(length) : std::span<uint8_t>{};
  }
  bool write(std::span<const uint8_t> packet) const {
    return ::write(descriptor_, packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
  }

private:
  int descriptor_;
};

/// Ethernet and label stack before an IP packet; returns their length.
size_t putHeaders(const Options& options, const LabelStack& stack, std::span<uint8_t> out) {
  Mac destination = parseMac(options.destination_mac);
  Mac source = parseMac(options.source_mac);
  auto at = std::ranges::copy(destination, out.begin()).out;
  at = std::ranges::copy(source, at).out;
  *at++ = 0x88;
  *at++ = 0x47;
  for (uint32_t entry : stack.view()) {
    for (int shift = 24; shift >= 0; shift -= 8) *at++ = entry >> shift & 0xff;
  }
  return at - out.begin();
}

Counts push(const Options& options) {
  TunDevice tun(options.tun);
  SendSocket socket(options.device);
  fmt::print(stderr, "listening\n");
  Counts counts;
  std::array<uint8_t, kMostBytes> packet;
  std::array<uint8_t, kMostBytes + 128> frame;
  while (!stopped) {
    auto bytes = tun.read(packet);
    if (bytes.empty()) continue;
    LabelStack stack = stackOf(counts.packets, 1 + counts.packets % kMostLabelsPushed);
    size_t headers = putHeaders(options, stack, frame);
    std::ranges::copy(bytes, frame.begin() + headers);
    iovec vector{frame.data(), headers + bytes.size()};
    ++counts.packets;
    ++counts.labelled;
    if (socket.send({&vector, 1}) == 0) ++counts.refused;
  }
  return counts;
}

/// The IP packet under the labels of a frame; empty if there are no labels. What has lost its only label on the way is
/// plain IP and the kernel's own business.
std::span<const uint8_t> underLabels(std::span<const uint8_t> frame) {
  constexpr size_t kEthernetSize = 14;
  if (frame.size() < kEthernetSize || frame[12] != 0x88 || frame[13] != 0x47) return {};
  frame = frame.subspan(kEthernetSize);
  bool bottom = false;
  while (!bottom && frame.size() >= 4) {
    bottom = frame[2] & 1;
    frame = frame.subspan(4);
  }
  return bottom ? frame : std::span<const uint8_t>{};
}

Counts strip(const Options& options) {
  TunDevice tun(options.tun);
  ReceiveRing ring(options.device, kRing);
  fmt::print(stderr, "listening\n");
  Counts counts;
  while (!stopped) {
    if (!ring.ready()) {
      ring.wait(100'000'000);
      continue;
    }
    auto packet = underLabels(ring.front().bytes);
    ++counts.packets;
    if (!packet.empty()) {
      ++counts.labelled;
      if (!tun.write(packet)) ++counts.refused;
    }
    ring.release();
  }
  return counts;
}

}  // namespace
}  // namespace sfc::traffic

int main(int argc, char** argv) {
  using namespace sfc::traffic;
  Options options;
  CLI::App app("Puts the kernel's own traffic under labels; prints what it did as JSON when it is stopped.",
               "sfc-tunnel");
  app.require_subcommand(1);
  app.fallthrough();
  CLI::App* push_command = app.add_subcommand("push", "from a TUN device, under labels, out of --device");
  app.add_subcommand("strip", "from --device, without labels, to a TUN device");
  app.add_option("--device", options.device, "the labelled side")->required();
  app.add_option("--tun", options.tun, "the TUN device to make")->capture_default_str();
  app.add_option("--source-mac", options.source_mac)->capture_default_str();
  app.add_option("--destination-mac", options.destination_mac)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  auto stop = [](int) { stopped = 1; };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  try {
    Counts counts = push_command->parsed() ? push(options) : strip(options);
    nlohmann::ordered_json report{
        {"packets", counts.packets}, {"labelled", counts.labelled}, {"refused", counts.refused}};
    fmt::print("{}\n", report.dump());
  } catch (const std::exception& error) {
    fmt::print(stderr, "sfc-tunnel: {}\n", error.what());
    return 1;
  }
  return 0;
}
