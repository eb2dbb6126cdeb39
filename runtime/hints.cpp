// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The SF may drop packets, so the number of stripped packets that have not come back says little by itself. It says
// more together with other traces of a leak: packets that the egress device has sent and the program there has not
// seen, or unknown packets from the SF.
#include "sfc/hints.h"

#include <algorithm>

#include <fmt/format.h>

namespace sfc {
namespace {

constexpr uint64_t worth_a_word = 100;  // fewer are packets on their way, or a few losses

class Suspicions {
public:
  Suspicions(const ProxyInfo& info, const Stats& stats, const std::function<uint64_t()>& young,
             const std::vector<EgressTraffic>& traffic)
      : info_(info), stats_(stats), missing_(stripped() - gone(0)), past_(packetsPast(traffic)) {
    if (missing_ >= worth_a_word) missing_ = stripped() - gone(young());
    for (const EgressDevice& device : info.egress) out_.push_back(device.name);
  }

  std::vector<std::string> words() const {
    std::vector<std::string> hints;
    if (std::string leak = leaks(); !leak.empty()) hints.push_back(std::move(leak));
    return hints;
  }

private:
  uint64_t stripped() const { return stats_["rx_stripped"]; }

  /// Stripped packets whose fate is known. Counters are not read all at once, so it may be more.
  uint64_t gone(uint64_t young) const { return std::min(stripped(), stats_["claimed"] + stats_["flushed"] + young); }

  /// Packets that have left without passing the program at egress.
  uint64_t packetsPast(const std::vector<EgressTraffic>& traffic) const {
    uint64_t sent = 0;
    for (const EgressTraffic& device : traffic) sent += device.packets;
    uint64_t passed = stats_["tx"];
    for (const auto& [name, value] : stats_.by_name) {
      if (name.starts_with("tx_drop_")) passed -= value;
    }
    return sent > passed ? sent - passed : 0;
  }

  uint64_t misses() const { return stats_["tx_pass_miss"] + stats_["tx_drop_miss"]; }

  /// Packets that never had metadata, as ingress has passed them as they were.
  uint64_t passed() const { return stats_["rx_ignored"] + stats_["rx_pass_full"]; }

  /// The least number of packets that have lost their metadata.
  uint64_t lost() const { return stats_["misses_forwarded"] - std::min(stats_["misses_forwarded"], passed()); }

  /// The one leak that explains most.
  std::string leaks() const {
    if (missing_ < worth_a_word) return {};
    const bool many = missing_ >= stripped() / 2;
    if (past_ >= worth_a_word && past_ >= missing_ / 2) return skipsEgress();
    if (lost() >= worth_a_word && lost() <= missing_) return losesMetadata();
    if (misses() >= worth_a_word && misses() >= missing_ / 2) return comesBackUnknown();
    return many ? doesNotComeBack() : std::string{};
  }

  std::string skipsEgress() const {
    return fmt::format(
        "{} stripped packets have not come back, and {} packets have left {} without passing the program at egress, so "
        "without headers: an SF that sends with PACKET_QDISC_BYPASS or AF_XDP, or by XDP_REDIRECT, skips that program; "
        "let it send in another way",
        missing_, past_, fmt::join(out_, ", "));
  }

  std::string losesMetadata() const {
    return fmt::format(
        "at least {} packets have lost the metadata with their headers (of {} that were received and came back without "
        "metadata, ingress had passed {}), unless packets of other devices leave by {}, too: something holds clones of "
        "arriving packets, such as a packet socket without a ring at an ingress device; close it, or load with --vnf "
        "user",
        lost(), stats_["misses_forwarded"], passed(), fmt::join(out_, ", "));
  }

  std::string comesBackUnknown() const {
    const std::string text = fmt::format(
        "{} stripped packets have not come back, and {} packets without a header record came out of the SF ({}): these "
        "may be the same packets, ",
        missing_, misses(),
        stats_["tx_pass_miss"] > 0 ? "tx_pass_miss: they left without headers" : "tx_drop_miss: they were dropped");
    if (info_.vnf == Vnf::Kernel)
      return text + "with their metadata lost on the way; --vnf user identifies them by the key";
    return text + "if the SF changes fields of the key, or takes longer than the lifetime; see `cache show`";
  }

  std::string doesNotComeBack() const {
    return fmt::format(
        "{} of {} stripped packets have not come back; this is normal for an SF that drops packets; any other SF sends "
        "by "
        "another device than {}, or past the program there (PACKET_QDISC_BYPASS, AF_XDP)",
        missing_, stripped(), fmt::join(out_, ", "));
  }

  const ProxyInfo& info_;
  const Stats& stats_;
  std::vector<std::string> out_;
  uint64_t missing_;  // stripped, and not come back
  uint64_t past_;
};

/// Who has to stop sending superframes, and how.
std::string dropsSuperframes(const ProxyInfo& info, uint64_t dropped) {
  const char* const what = "superframes (TSO, GSO, GRO) were dropped at egress, because headers cannot be put";
  if (plan::pushesHeaders(info.plan.kind) || info.plan.kind == plan::Kind::Last)
    return fmt::format(
        "{} {} onto them; their sender must send single packets; run there, for its device DEV: ethtool -K DEV tso off "
        "gso off",
        dropped, what);
  if (info.vnf == Vnf::Kernel)
    return fmt::format(
        "{} {} back onto them: their sender, the SF or another sender on this machine, must send single packets; run "
        "there, for its device DEV: ethtool -K DEV tso off gso off",
        dropped, what);
  return fmt::format(
      "{} {} back onto them: the SF must send the packets that it received, one by one, as the key of a packet finds "
      "the header record of this packet alone; where the SF runs, run for each of its devices DEV: ethtool -K DEV gro "
      "off tso off gso off; if it sends by a packet socket, it must not use PACKET_VNET_HDR",
      dropped, what);
}

/// Loading has switched these off.
std::string notCut(const EgressTraffic& device) {
  std::string off;
  for (const std::string& name : device.segmenting) off += fmt::format(" {} off", name);
  return fmt::format(
      "{}: {} {} on again, so the device segments superframes and does not know the headers on them: what leaves is "
      "wrong; "
      "run there: ethtool -K {}{}",
      device.device, fmt::join(device.segmenting, ", "), device.segmenting.size() == 1 ? "is" : "are", device.device,
      off);
}

}  // namespace

std::vector<std::string> hintsFrom(const ProxyInfo& info, const Stats& stats, const std::function<uint64_t()>& young,
                                   const std::vector<EgressTraffic>& traffic) {
  std::vector<std::string> hints;
  if (info.plan.kind == plan::Kind::Proxy) hints = Suspicions(info, stats, young, traffic).words();
  if (const uint64_t dropped = stats["tx_drop_gso"]; dropped > 0) hints.push_back(dropsSuperframes(info, dropped));
  for (const EgressTraffic& device : traffic)
    if (info.no_superframes.empty() && !device.segmenting.empty()) hints.push_back(notCut(device));
  return hints;
}

}  // namespace sfc
