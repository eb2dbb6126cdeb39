// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-send: sends IP packets under MPLS label stacks out of a device. Packet number `id` says so in its payload, and
// its labels are a function of the id; see traffic.h.
//
// With --identical K the packets come in bursts of K that only their labels tell apart: TCP acknowledgements without
// payload, or UDP datagrams with the same payload. The number of the burst is the acknowledgement number or the id in
// the payload; the labels of the burst's packet j are those of seed burst * K + j.
//
// With --plain the packets leave without labels, for a classifier to push them: those of seed N onto the packets of the
// Nth of --traffic, counted from 0. The payload says which they are, as always.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/packet_socket.h"
#include "tests/support/traffic.h"

namespace sfc::traffic {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 64;
constexpr unsigned kFlows = 16;
constexpr uint32_t kFirstSequence = 1'000'000;

struct Options {
  std::string device;
  std::string source_mac = "02:00:00:00:01:01";
  std::string destination_mac = "02:00:00:00:01:02";
  std::vector<std::string> sources = {"10.1.0.1", "fd00:1::1"};
  std::vector<std::string> destinations = {"10.2.0.2", "fd00:2::2"};
  std::vector<std::string> traffic = {"tcp4", "udp4", "udp6"};
  std::vector<std::string> tags;
  std::string labels = "mix";
  uint64_t first = 0;
  uint64_t count = 1000;
  uint64_t rate = 0;
  unsigned size = 64;
  unsigned identical = 1;
  bool stack_per_flow = false;
  bool plain = false;
};

/// Makes packet after packet.
class Source {
public:
  explicit Source(const Options& options) : options_(options), next_(options.first) {
    if (options.labels != "mix") labels_ = std::stoul(options.labels);
    for (const std::string& text : options.sources) addressOf(sources_, parseAddress(text));
    for (const std::string& text : options.destinations) addressOf(destinations_, parseAddress(text));
    for (const std::string& text : options.traffic) traffic_.push_back(trafficOf(text));
    for (const std::string& text : options.tags) spec_.tags.push_back(parseTag(text));
    spec_.source_mac = parseMac(options.source_mac);
    spec_.destination_mac = parseMac(options.destination_mac);
    sequences_.fill(kFirstSequence);
  }

  size_t write(std::span<uint8_t, kMostBytes> frame) {
    uint64_t id = next_++;
    // Of a burst, everything but the labels is that of its first packet.
    uint64_t alike = id / options_.identical;
    uint64_t turn = alike / traffic_.size();
    unsigned kind = alike % traffic_.size();
    unsigned flow = turn % kFlows;
    Mark mark;
    mark.id = alike;
    mark.seed = options_.plain ? kind : options_.stack_per_flow ? flow : id;
    mark.labels = labels_ ? *labels_ : labelCountOf(mark.seed);
    spec_.labels = options_.plain ? LabelStack{} : stackOf(mark.seed, mark.labels);
    if (options_.identical > 1) mark.seed = mark.labels = 0;
    spec_.kind = traffic_[kind].kind;
    spec_.source = sources_[spec_.kind.v6];
    spec_.destination = traffic_[kind].destination;
    spec_.source_port = kFirstSourcePort + flow;
    spec_.ip_id = spec_.kind.tcp ? turn / kFlows : 0;  // UDP: as path MTU discovery has it
    bool empty = options_.identical > 1 && spec_.kind.tcp;
    spec_.mark = empty ? std::nullopt : std::optional(mark);
    spec_.payload = empty ? 0 : options_.size;
    uint32_t& sequence = sequences_[(spec_.kind.v6 ? kFlows : 0) + flow];
    spec_.tcp_seq = sequence;
    spec_.tcp_ack = empty ? alike : 1;
    if (spec_.kind.tcp) sequence += spec_.payload;
    return build(spec_, frame);
  }

  void setTime(uint32_t milliseconds) {
    if (options_.identical == 1) spec_.tcp_time = milliseconds;
  }

private:
  struct Traffic {
    Kind kind;
    Address destination;
  };

  /// KIND or KIND@DESTINATION
  Traffic trafficOf(const std::string& text) const {
    size_t at = text.find('@');
    Kind kind = parseKind(text.substr(0, at));
    if (at == std::string::npos) return {kind, destinations_[kind.v6]};
    Address destination = parseAddress(text.substr(at + 1));
    if (destination.v6 != kind.v6) throw std::runtime_error(fmt::format("'{}': that is the other IP version", text));
    return {kind, destination};
  }
  static void addressOf(std::array<Address, 2>& addresses, const Address& address) { addresses[address.v6] = address; }

  const Options& options_;
  uint64_t next_;
  std::optional<unsigned> labels_;  // none: as many as the id says
  std::vector<Traffic> traffic_;
  std::array<Address, 2> sources_;
  std::array<Address, 2> destinations_;
  std::array<uint32_t, size_t{2} * kFlows> sequences_;
  PacketSpec spec_;
};

/// Waits until `sent` packets are due at `rate` per second.
void keepPace(Clock::time_point start, uint64_t sent, uint64_t rate) {
  if (rate == 0) return;
  std::this_thread::sleep_until(start + std::chrono::nanoseconds(sent * 1'000'000'000 / rate));
}

nlohmann::ordered_json run(const Options& options) {
  Source source(options);
  SendSocket socket(options.device);
  std::vector<std::array<uint8_t, kMostBytes>> buffers(kBatch);
  std::vector<iovec> frames(kBatch);
  uint64_t sent = 0;
  uint64_t bytes = 0;
  uint64_t refused = 0;
  Clock::time_point start = Clock::now();
  while (sent < options.count) {
    source.setTime(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count() + 1000);
    size_t batch = std::min<uint64_t>(kBatch, options.count - sent);
    for (size_t i = 0; i < batch; ++i) {
      frames[i] = {buffers[i].data(), source.write(buffers[i])};
      bytes += frames[i].iov_len;
    }
    for (size_t done = 0; done < batch;) {
      size_t accepted = socket.send(std::span(frames).subspan(done, batch - done));
      done += accepted;
      if (done == batch) break;
      ++refused;
      std::this_thread::yield();
    }
    sent += batch;
    keepPace(start, sent, options.rate);
  }
  double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return {{"sent", sent}, {"bytes", bytes}, {"refused", refused}, {"seconds", seconds}, {"pps", sent / seconds}};
}

void declare(CLI::App& app, Options& options) {
  app.add_option("--device", options.device, "where to send")->required();
  app.add_option("--count", options.count, "number of packets")->capture_default_str();
  app.add_option("--first", options.first, "id of the first packet")->capture_default_str();
  app.add_option("--rate", options.rate, "packets per second; 0: as fast as the device takes them")
      ->capture_default_str();
  app.add_option("--traffic", options.traffic,
                 "tcp4, udp4, tcp6, udp6, or with a destination of their own tcp4@10.3.0.7: packets take turns")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--labels", options.labels, "labels per packet, 0 to 16, or mix: 1 to 16, as the id says")
      ->check([](const std::string& text) {
        bool number = !text.empty() && text.size() < 3 && std::ranges::all_of(text, ::isdigit);
        return text == "mix" || (number && std::stoul(text) <= kMostLabels) ? "" : "must be 0 to 16, or mix";
      })
      ->capture_default_str();
  app.add_flag("--plain", options.plain, "leave it to a classifier to push the labels that the payload speaks of");
  app.add_flag("--stack-per-flow", options.stack_per_flow, "all packets of a flow have the same labels");
  app.add_option("--identical", options.identical, "send bursts of so many packets that differ in their labels only")
      ->check(CLI::Range(1, 65535));
  app.add_option("--size", options.size, "payload bytes")->check(CLI::Range(kMarkSize, 1460u))->capture_default_str();
  app.add_option("--vlan", options.tags, "tags outside the labels, such as 88a8:10,8100:20")->delimiter(',');
  app.add_option("--source-mac", options.source_mac)->capture_default_str();
  app.add_option("--destination-mac", options.destination_mac)->capture_default_str();
  app.add_option("--source", options.sources, "an IPv4 and an IPv6 address")->delimiter(',')->capture_default_str();
  app.add_option("--destination", options.destinations, "an IPv4 and an IPv6 address")
      ->delimiter(',')
      ->capture_default_str();
}

}  // namespace
}  // namespace sfc::traffic

int main(int argc, char** argv) {
  sfc::traffic::Options options;
  CLI::App app("Sends IP packets under MPLS labels; prints what it did as JSON.", "sfc-send");
  sfc::traffic::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    fmt::print("{}\n", sfc::traffic::run(options).dump());
  } catch (const std::exception& error) {
    fmt::print(stderr, "sfc-send: {}\n", error.what());
    return 1;
  }
  return 0;
}
