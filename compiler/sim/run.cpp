// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/run.h"

#include <fmt/format.h>

#include <deque>

#include "compiler/sim/device.h"

namespace sfc::sim {

namespace {

class Run {
public:
  Run(const ir::Program& program, Setup setup, const RunInput& input)
      : kernel_(setup.kernel), simulator_(program, std::move(setup)), input_(input) {}

  RunOutput all() {
    for (size_t i = 0; i < input_.in.size(); i++) {
      arrive(i);
      while (!input_.back && !waiting_.empty() && waiting_.front().arrival + input_.inflight - 1 <= i) returnOldest();
    }
    while (!input_.back && !waiting_.empty()) returnOldest();
    if (input_.back) returnOthers(*input_.back);
    output_.reports = simulator_.takeReports();
    output_.counters = simulator_.counters();
    return std::move(output_);
  }

private:
  struct Waiting {
    size_t arrival = 0;
    Passed packet;
  };

  void arrive(size_t number) {
    const pcap::Packet& packet = input_.in[number];
    const std::string what = fmt::format("packet {}", number + 1);
    if (!accepted(what, refused(packet.bytes))) return;
    auto passed = simulator_.ingress(packet.bytes);
    if (!passed) return;
    if (kernel_ && !survivesReception(passed->frame)) {
      accepted(what, "the host does not accept the decapsulated packet as a frame");
      return;
    }
    output_.up.push_back({packet.time_ns, passed->frame});
    waiting_.push_back({number, std::move(*passed)});
  }

  void returnOldest() {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    depart(input_.in[next.arrival].time_ns, next.packet.frame, std::move(next.packet.metadata),
           fmt::format("packet {}{}", next.arrival + 1, kernel_ ? "" : " on its return"));
  }

  /// In kernel mode, each has the metadata of the packet that it was made of.
  void returnOthers(const std::vector<pcap::Packet>& back) {
    if (kernel_ && back.size() != waiting_.size()) {
      output_.errors.push_back(
          fmt::format("{} packets reached the SF and {} return: with --vnf kernel, the numbers must be equal",
                      waiting_.size(), back.size()));
      return;
    }
    for (size_t i = 0; i < back.size(); i++)
      depart(back[i].time_ns, back[i].bytes, kernel_ ? std::move(waiting_[i].packet.metadata) : Metadata{},
             fmt::format("returned packet {}", i + 1));
  }

  void depart(uint64_t time_ns, BytesView frame, Metadata metadata, const std::string& what) {
    if (!accepted(what, refused(frame))) return;
    auto left = simulator_.egress(frame, std::move(metadata));
    if (!left) return;
    if (kernel_ && !survivesReception(*left))
      accepted(what, "the next host does not accept the packet as a frame");
    else
      output_.out.push_back({time_ns, std::move(*left)});
  }

  /// Notes the reason if a packet is not accepted.
  bool accepted(const std::string& what, const std::string& why) {
    if (!why.empty()) output_.errors.push_back(what + ": " + why);
    return why.empty();
  }

  const bool kernel_;
  Simulator simulator_;
  const RunInput& input_;
  RunOutput output_;
  std::deque<Waiting> waiting_;
};

}  // namespace

RunOutput run(const ir::Program& program, Setup setup, const RunInput& input) {
  return Run(program, std::move(setup), input).all();
}

}  // namespace sfc::sim
