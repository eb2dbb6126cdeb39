// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/packet_test.h"

#include <deque>

#include "runtime/abi.h"
#include "runtime/counters.h"
#include "runtime/failure.h"
#include "runtime/loader.h"
#include "runtime/setup.h"
#include "runtime/tables.h"
#include "runtime/veth_path.h"

namespace sfc {
namespace {

constexpr int xdp_pass = 2;
constexpr int tc_unspec = -1;
constexpr int tc_ok = 0;

/// The programs under test, their maps, and where results go.
class Bench {
public:
  Bench(Kernel& kernel, const Object& object, const TestInput& input, TestOutput& output)
      : kernel_(kernel), object_(object), store_(chooseStore(object.plan(), input.vnf, std::nullopt)), output_(output) {
    const ObjectSetup setup = makeSetup(kernel, object.plan(), input.vnf, store_, {kernel.probeMetadata(), 0});
    loaded_ = loadObject(kernel, object, setup, paramBytes(object.plan(), input.params));
    // By test run, packets come to ingress by the first device, and to egress by none.
    if (const auto ports = loaded_.maps.find(SFC_MAP_PORTS); ports != loaded_.maps.end())
      ports->second->update(Bytes{0, 0, 0, 0}, Bytes{1, 0, 0, 0});
    for (const Entry& entry : input.entries) {
      const plan::Table& table = object.plan().tables.at(entry.table);
      if (insertEntry(*loaded_.maps.at(table.map), entry.key, entry.record) != Inserted::Yes)
        throw Failure(ErrorKind::Conflict, "table {} has no room for all entries", table.name);
    }
    if (!object.plan().telemetry.empty()) ring_ = kernel.openRing(map(SFC_MAP_REPORTS));
  }

  Kernel& kernel() { return kernel_; }
  Program& ingress() { return *loaded_.programs.at(SFC_PROG_INGRESS); }
  Program& egress() { return *loaded_.programs.at(SFC_PROG_EGRESS); }
  TestOutput& output() { return output_; }

  Map& map(const char* name) const { return *loaded_.maps.at(name); }

  /// What the programs have counted so far. It is read several times for each packet; stats() looks through the cache.
  Stats counters() const { return readCounters(object_.plan(), map(SFC_MAP_COUNTERS)); }

  Stats stats() const {
    uint64_t flushed = 0;
    return readStats(
        object_.plan(), store_,
        {map(SFC_MAP_COUNTERS), {map(SFC_MAP_BUCKETS), map(SFC_MAP_FAR), map(SFC_MAP_ENTRIES)}, map(SFC_MAP_HASH)},
        flushed);
  }

  /// Runs one step of one packet. That the kernel does not take this packet is an error to note; any other ends the
  /// test.
  template <typename Step>
  void step(const std::string& what, Step step) {
    try {
      step();
    } catch (const Failure& failure) {
      if (failure.error().kind != ErrorKind::Input) {
        throw Failure(failure.error().kind, "{}: {}", what, failure.error().text);
      }
      output_.errors.push_back(what + ": " + failure.error().text);
    }
    takeRecords();
  }

private:
  /// However many packets there are, none of their records is lost.
  void takeRecords() {
    if (!ring_) return;
    for (const Bytes& bytes : ring_->take()) {
      auto record = decodeTelemetry(object_.plan(), bytes);
      if (!record) throw Failure(ErrorKind::Input, "a report of the programs does not match their plan");
      output_.records.push_back(*std::move(record));
    }
  }

  Kernel& kernel_;
  const Object& object_;
  Store store_;
  LoadedObject loaded_;
  std::unique_ptr<Ring> ring_;  // if anything is reported
  TestOutput& output_;
};

/// User mode: the two programs by test run, and a queue in place of the SF.
class UserTest {
public:
  explicit UserTest(Bench& bench) : bench_(bench) {}

  void run(const TestInput& input) {
    for (size_t i = 0; i < input.in.size(); ++i) {
      arrive(input.in[i], i);
      while (!input.back && !waiting_.empty() && waiting_.front().arrival + input.inflight - 1 <= i) returnOldest();
    }
    while (!input.back && !waiting_.empty()) returnOldest();
    if (!input.back) return;
    for (size_t i = 0; i < input.back->size(); ++i) depart((*input.back)[i], fmt::format("returned packet {}", i + 1));
  }

private:
  struct Waiting {
    size_t arrival = 0;
    pcap::Packet packet;
  };

  void arrive(const pcap::Packet& packet, size_t arrival) {
    bench_.step(fmt::format("packet {}", arrival + 1), [&] {
      TestRun run = bench_.ingress().runXdp(packet.bytes);
      if (run.verdict != xdp_pass) return;
      bench_.output().up.push_back({packet.time_ns, std::move(run.packet)});
      waiting_.push_back({arrival, bench_.output().up.back()});
    });
  }

  void returnOldest() {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    depart(next.packet, fmt::format("packet {} on its return", next.arrival + 1));
  }

  void depart(const pcap::Packet& packet, const std::string& what) {
    bench_.step(what, [&] {
      if (auto left = egress(packet.bytes)) bench_.output().out.push_back({packet.time_ns, *std::move(left)});
    });
  }

  std::optional<Bytes> egress(const Bytes& packet) {
    const auto run = attempt([&] { return bench_.egress().runTc(packet); });
    if (run) {
      if (run->verdict != tc_unspec && run->verdict != tc_ok) return std::nullopt;
      return run->packet;
    }
    // Some kernels test-run no packet whose IP header is cut off, but their devices send it.
    if (run.error().kind != ErrorKind::Input) throw Failure(run.error());
    if (!port_) port_.emplace(bench_.kernel(), bench_.egress(), [this] { return bench_.counters(); });
    return port_->send(packet);
  }

  Bench& bench_;
  std::deque<Waiting> waiting_;
  std::optional<EgressPort> port_;
};

/// Kernel mode: the SF is a redirect between two ports.
void runKernel(Bench& bench, const TestInput& input) {
  const StatsReader stats = [&] { return bench.counters(); };
  EgressPort egress(bench.kernel(), bench.egress(), stats);
  IngressPort ingress(bench.kernel(), bench.ingress(), egress.device(), stats);
  for (size_t i = 0; i < input.in.size(); ++i) {
    const pcap::Packet& packet = input.in[i];
    bench.step(fmt::format("packet {}", i + 1), [&] {
      const Stats before = bench.counters();
      if (!ingress.send(packet.bytes)) return;
      const bool leaves = egress.await(before);
      bench.output().up.push_back({packet.time_ns, ingress.lastUp()});
      if (leaves) bench.output().out.push_back({packet.time_ns, egress.receive()});
    });
  }
}

void checkInput(const TestInput& input) {
  if (input.inflight == 0) throw Failure(ErrorKind::Usage, "--inflight must be at least 1");
  if (input.vnf == Vnf::User || (!input.back && input.inflight == 1)) return;
  throw Failure(
      ErrorKind::Usage,
      "{} is not possible with --vnf kernel, because packets stay in the kernel between the two programs; use "
      "--vnf user{}",
      input.back ? "--back" : "--inflight", input.back ? ", or `sfcc sim`, which supports it" : "");
}

}  // namespace

TestOutput testPackets(Kernel& kernel, const Object& object, const TestInput& input) {
  checkInput(input);
  kernel.requirePrivilege(Privilege::Test);
  TestOutput output;
  inOwnNetwork([&] {
    Bench bench(kernel, object, input, output);
    if (input.vnf == Vnf::User) {
      UserTest(bench).run(input);
    } else {
      runKernel(bench, input);
    }
    output.stats = bench.stats();
  });
  return output;
}

}  // namespace sfc
