// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-receive: takes packets of sfc-send from a device and judges each: is the label stack on it the one that it was
// sent with, less the top labels that the proxies on the way have used up; are addresses, checksums and payload right;
// has it come before. Prints the counts as JSON, and the first packet of each kind of fault in words.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/packet_socket.h"
#include "tests/support/traffic.h"

namespace sfc::traffic {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

volatile std::sig_atomic_t stopped = 0;

struct Options {
  std::string device;
  bool leaving = false;
  uint64_t expect = 0;
  double idle = 2;
  double patience = 20;
  unsigned pops = 1;
  unsigned identical = 1;
  std::string labels = "mix";
  unsigned ring = 65536;
  std::vector<std::string> tags;
  std::vector<std::string> sources = {"10.1.0.1", "fd00:1::1"};
  std::vector<std::string> destinations = {"10.2.0.2", "fd00:2::2"};
};

/// What can be said about a packet; all but Ok are faults.
enum class Verdict { Ok, WrongPair, Unlabelled, WrongTag, WrongAddress, BadChecksum, BadPayload, Truncated };

constexpr std::pair<Verdict, const char*> kVerdicts[] = {
    {Verdict::Ok, "ok"},
    {Verdict::WrongPair, "wrong_pair"},
    {Verdict::Unlabelled, "unlabelled"},
    {Verdict::WrongTag, "wrong_tag"},
    {Verdict::WrongAddress, "wrong_address"},
    {Verdict::BadChecksum, "bad_checksum"},
    {Verdict::BadPayload, "bad_payload"},
    {Verdict::Truncated, "truncated"},
};

class Judge {
public:
  explicit Judge(const Options& options) : options_(options) {
    for (const std::string& text : options.tags) tags_.push_back(parseTag(text));
    for (const std::string& text : options.sources) sources_.push_back(parseAddress(text));
    for (const std::string& text : options.destinations) destinations_.push_back(parseAddress(text));
    if (options.labels != "mix") labels_ = std::stoul(options.labels);
    if (options.identical > 1) arrived_.resize(options.expect / options.identical + 1);
  }

  /// Judges a frame; whatever is not from sfc-send counts as "other".
  void take(const Frame& frame) {
    auto packet = parse(frame.bytes, frame.checksum_known_good);
    if (!packet || !isOurs(*packet)) {
      ++other_;
      return;
    }
    ++received_;
    expected_ = {};
    id_ = 0;
    Verdict verdict = judge(frame, *packet);
    ++counts_[verdict];
    if (verdict != Verdict::Ok && counts_[verdict] == 1) first_faults_.push_back(explain(verdict, *packet));
  }

  uint64_t received() const { return received_; }
  bool complete() const { return options_.expect > 0 && received_ >= options_.expect; }

  nlohmann::ordered_json report() const {
    nlohmann::ordered_json report{{"received", received_}};
    for (auto [verdict, name] : kVerdicts) {
      auto count = counts_.find(verdict);
      report[name] = count == counts_.end() ? 0 : count->second;
    }
    report["duplicates"] = duplicates_;
    if (options_.expect > 0) report["missing"] = options_.expect - std::min(options_.expect, distinct_);
    report["other"] = other_;
    report["first_faults"] = first_faults_;
    return report;
  }

private:
  bool isOurs(const Packet& packet) const {
    if (packet.destination_port != kDestinationPort) return false;
    return (options_.identical > 1 && packet.kind.tcp && packet.payload.empty()) || claimsMark(packet.payload);
  }

  Verdict judge(const Frame& frame, const Packet& packet) {
    if (frame.length > frame.bytes.size()) return Verdict::Truncated;
    if (options_.identical > 1) {
      if (!expectTwin(packet)) return Verdict::BadPayload;
    } else {
      auto mark = readMark(packet.payload);
      if (!mark) return Verdict::BadPayload;
      id_ = mark->id;
      note(mark->id);
      expected_ = popped(stackOf(mark->seed, mark->labels), options_.pops);
    }
    if (packet.labels.size == 0 && expected_.size > 0) return Verdict::Unlabelled;
    if (!std::ranges::equal(packet.labels.view(), expected_.view())) return Verdict::WrongPair;
    if (packet.tags != tags_) return Verdict::WrongTag;
    if (!isOneOf(sources_, packet.source) || !isOneOf(destinations_, packet.destination)) return Verdict::WrongAddress;
    return packet.checksums_right ? Verdict::Ok : Verdict::BadChecksum;
  }

  /// Works out the labels that the next packet of a burst of look-alikes must have.
  bool expectTwin(const Packet& packet) {
    uint64_t burst = packet.tcp_ack;
    if (!packet.payload.empty()) {
      auto mark = readMark(packet.payload);
      if (!mark) return false;
      burst = mark->id;
    }
    if (burst >= arrived_.size()) return false;
    id_ = burst * options_.identical + arrived_[burst]++;
    note(id_);
    expected_ = popped(stackOf(id_, labels_ ? *labels_ : labelCountOf(id_)), options_.pops);
    return true;
  }

  void note(uint64_t id) {
    if (id >= seen_.size()) seen_.resize(std::max<size_t>(id + 1, seen_.size() * 2));
    if (seen_[id]) {
      ++duplicates_;
    } else {
      ++distinct_;
    }
    seen_[id] = true;
  }

  static bool isOneOf(const std::vector<Address>& addresses, const Address& address) {
    return std::ranges::find(addresses, address) != addresses.end();
  }

  std::string explain(Verdict verdict, const Packet& packet) const {
    auto name = std::ranges::find(kVerdicts, verdict, &std::pair<Verdict, const char*>::first);
    return fmt::format("{}: packet {} ({}{}, {} bytes of payload, {} tags): labels {}, expected {}", name->second, id_,
                       packet.kind.tcp ? "tcp" : "udp", packet.kind.v6 ? 6 : 4, packet.payload.size(),
                       packet.tags.size(), describe(packet.labels), describe(expected_));
  }

  const Options& options_;
  std::optional<unsigned> labels_;
  std::vector<VlanTag> tags_;
  std::vector<Address> sources_;
  std::vector<Address> destinations_;
  std::vector<bool> seen_;
  std::vector<uint16_t> arrived_;  // look-alikes: how many of each burst
  std::map<Verdict, uint64_t> counts_;
  std::vector<std::string> first_faults_;
  uint64_t received_ = 0;
  uint64_t distinct_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t other_ = 0;
  LabelStack expected_;  // of the packet being judged
  uint64_t id_ = 0;
};

nlohmann::ordered_json run(const Options& options) {
  Judge judge(options);
  ReceiveRing ring(options.device, options.ring, options.leaving ? Direction::Both : Direction::Arriving);
  fmt::print(stderr, "listening\n");
  Clock::time_point begin = Clock::now();
  Clock::time_point last = begin;
  while (!judge.complete() && !stopped) {
    if (ring.ready()) {
      uint64_t before = judge.received();
      for (int burst = 0; burst < 1024 && ring.ready(); ++burst) {
        judge.take(ring.front());
        ring.release();
      }
      if (judge.received() > before) last = Clock::now();
      continue;
    }
    double silence = Seconds(Clock::now() - last).count();
    if (silence > (judge.received() > 0 ? options.idle : options.patience)) break;
    ring.wait(10'000'000);
  }
  auto report = judge.report();
  report["ring_lost"] = ring.lost();
  report["seconds"] = Seconds(last - begin).count();
  return report;
}

void declare(CLI::App& app, Options& options) {
  app.add_option("--device", options.device, "where to listen")->required();
  app.add_flag("--leaving", options.leaving, "judge what leaves the device, too: a witness on its cable");
  app.add_option("--expect", options.expect, "end after so many packets, and say how many of them are missing");
  app.add_option("--idle", options.idle, "end after so many seconds without a packet")->capture_default_str();
  app.add_option("--patience", options.patience, "seconds to wait for the first packet")->capture_default_str();
  app.add_option("--pops", options.pops, "top labels that have been used up on the way")
      ->take_last()
      ->capture_default_str();
  app.add_option("--identical", options.identical, "as given to sfc-send; needs --expect")->check(CLI::Range(1, 65535));
  app.add_option("--labels", options.labels, "with --identical: as given to sfc-send")->capture_default_str();
  app.add_option("--ring", options.ring, "frames that may wait to be judged, 2 KB each")->capture_default_str();
  app.add_option("--vlan", options.tags, "the tags that every packet must have")->delimiter(',');
  app.add_option("--source", options.sources, "allowed source addresses, after address translation")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--destination", options.destinations, "allowed destination addresses")
      ->delimiter(',')
      ->capture_default_str();
}

}  // namespace
}  // namespace sfc::traffic

int main(int argc, char** argv) {
  sfc::traffic::Options options;
  CLI::App app("Judges packets of sfc-send where they arrive; prints the counts as JSON.", "sfc-receive");
  sfc::traffic::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  auto stop = [](int) { sfc::traffic::stopped = 1; };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  try {
    fmt::print("{}\n", sfc::traffic::run(options).dump());
  } catch (const std::exception& error) {
    fmt::print(stderr, "sfc-receive: {}\n", error.what());
    return 1;
  }
  return 0;
}
