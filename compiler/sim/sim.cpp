// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Both hooks, with the steps and the counters in the order of compiler/bpf/ingress.h and egress.h; of edits.h where
// nothing is stripped, of terminator.h where headers go for good, of classifier.h where they are pushed; a static proxy
// is both.
#include "compiler/sim/sim.h"

#include <linux/types.h>

#include <algorithm>
#include <ctime>

#include "compiler/sim/device.h"
#include "compiler/sim/key.h"
#include "compiler/sim/splice.h"
#include "lib/abi/sfc_abi.h"

namespace sfc::sim {

Clock coarseClock() {
  return [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
  };
}

Clock steppedClock(uint64_t start, uint64_t step) {
  return [next = start, step]() mutable {
    const uint64_t now = next;
    next += step;
    return now;
  };
}

Simulator::Simulator(const ir::Program& program, Setup setup)
    : program_(program),
      c_(program.counters),
      setup_(std::move(setup)),
      tables_(program, setup_.entries),
      sampler_(program.samples),
      ingress_(program, plan::Hook::Ingress, setup_.params, tables_, sampler_),
      egress_(program, plan::Hook::Egress, setup_.params, tables_, sampler_),
      arrival_edits_(program, plan::Hook::Ingress, setup_.params, sampler_),
      return_edits_(program, plan::Hook::Egress, setup_.params, sampler_),
      cache_(program.plan.cache.entries, program.plan.cache.lifetime_ns),
      newest_(program.plan.cache.entries, program.plan.cache.lifetime_ns),
      counts_(program.plan.counters.size()) {}

std::vector<std::pair<std::string, uint64_t>> Simulator::counters() const {
  std::vector<std::pair<std::string, uint64_t>> sums;
  for (size_t i = 0; i < counts_.size(); i++) {
    const std::string& name = program_.plan.counters[i].name;
    const auto same = std::find_if(sums.begin(), sums.end(), [&](const auto& sum) { return sum.first == name; });
    if (same == sums.end())
      sums.emplace_back(name, counts_[i]);
    else
      same->second += counts_[i];
  }
  sums.emplace_back("flushed", 0);
  sums.emplace_back("live", cache_.live() + newest_.live() + tokens_.size());
  return sums;
}

// ---- ingress

std::optional<Passed> Simulator::ingress(BytesView frame) {
  const uint64_t now = setup_.clock();
  count(c_.rx);
  if (program_.plan.kind == plan::Kind::Classifier) return leaveIngress(c_.rx_ignored, frame);
  const bool last = program_.plan.kind == plan::Kind::Last;
  const bool keyed = last || (!setup_.kernel && program_.plan.kind == plan::Kind::Proxy);
  const auto left = ingress_.run(frame, keyed);
  for (ir::Exit miss : ingress_.misses()) count(miss);
  if (left) return leaveIngress(*left, frame);
  switch (program_.plan.kind) {
    case plan::Kind::Edits:
      return change(frame);
    case plan::Kind::Terminator:
    case plan::Kind::Static:
      return terminate(frame, now);
    case plan::Kind::Last:
      return keep(frame, now);
    case plan::Kind::Proxy:
    case plan::Kind::Classifier:
      break;
  }
  return setup_.kernel ? carry(frame, now) : store(frame, now);
}

std::optional<Passed> Simulator::leaveIngress(ir::Exit exit, BytesView frame) {
  count(exit);
  if (exit != c_.rx_ignored && exit != c_.rx_pass_full) return std::nullopt;
  return Passed{{frame.begin(), frame.end()}, {}};
}

/// The headers stay, changed.
std::optional<Passed> Simulator::change(BytesView frame) {
  Bytes changed(frame.begin(), frame.end());
  if (const auto exit = arrival_edits_.apply(changed, ingress_.places())) return leaveIngress(*exit, frame);
  count(c_.rx_stripped);
  return Passed{std::move(changed), {}};
}

/// The headers go for good.
std::optional<Passed> Simulator::terminate(BytesView frame, uint64_t now) {
  if (!program_.on_arrival.empty()) {
    Record record = remember(program_, ingress_.found(), frame, now);
    Change change;
    Return gone{now, frame, ingress_.found().retained, portsOf(setup_.kernel)};
    gone.regions = ingress_.found().regions;
    const auto exit = arrival_edits_.apply(gone, record, change);
    handOver(change);
    if (exit) return leaveIngress(*exit, frame);
  }
  auto rest = decapsulate(program_, ingress_.found(), frame);
  if (!rest) return leaveIngress(c_.rx_headroom, frame);
  count(c_.rx_stripped);
  return Passed{std::move(*rest), {}};
}

/// Reports are handed over whatever becomes of the packet.
void Simulator::handOver(Change& change) {
  for (Bytes& report : change.reports) {
    count(c_.telemetry_reported);
    reports_.push_back(std::move(report));
  }
}

/// The record waits under the packet's key.
std::optional<Passed> Simulator::store(BytesView frame, uint64_t now) {
  const Found& found = ingress_.found();
  Record record = remember(program_, found, frame, now);
  if (program_.computed) finishChecksums(program_, record);
  if (!cache_.insert(found.key, now, counts_[c_.expired], std::move(record))) return leaveIngress(c_.full, frame);
  count(c_.inserted);
  auto rest = decapsulate(program_, found, frame);
  if (!rest) {
    cache_.takeBack(found.key);
    count(c_.rollback);
    return leaveIngress(c_.rx_headroom, frame);
  }
  count(c_.rx_stripped);
  return Passed{std::move(*rest), {}};
}

/// The record is the newest of the packet's key from now on.
std::optional<Passed> Simulator::keep(BytesView frame, uint64_t now) {
  const Found& found = ingress_.found();
  Record record = remember(program_, found, frame, now);
  if (program_.computed) finishChecksums(program_, record);
  generalise(program_, record);
  switch (newest_.store(found.key, now, counts_[c_.expired], std::move(record))) {
    case Newest::Stored::Inserted:
      count(c_.inserted);
      break;
    case Newest::Stored::Replaced:
      count(c_.replaced);
      break;
    case Newest::Stored::Renewed:
      count(c_.renewed);
      break;
    case Newest::Stored::Full:
      return leaveIngress(c_.full, frame);
  }
  auto rest = decapsulate(program_, found, frame);
  if (!rest) {
    count(c_.rollback);
    return leaveIngress(c_.rx_headroom, frame);
  }
  count(c_.rx_stripped);
  return Passed{std::move(*rest), {}};
}

/// The record goes with the packet, if the metadata has room for it.
std::optional<Passed> Simulator::carry(BytesView frame, uint64_t now) {
  const Found& found = ingress_.found();
  size_t size = SFC_META_CARRY_OFFSET + program_.record.bytes_offset + SFC_META_PAD;
  for (const FoundRegion& region : found.regions) size += region.length;
  if ((size + 3) / 4 * 4 > setup_.metadata_max) return token(frame, now);
  auto rest = decapsulate(program_, found, frame);
  if (!rest) return leaveIngress(c_.rx_headroom, frame);
  count(c_.carried);
  count(c_.rx_stripped);
  return Passed{std::move(*rest), {remember(program_, found, frame, now), std::nullopt}};
}

/// The record waits under a number that goes with the packet.
std::optional<Passed> Simulator::token(BytesView frame, uint64_t now) {
  const Found& found = ingress_.found();
  count(c_.inserted);
  auto rest = decapsulate(program_, found, frame);
  if (!rest || setup_.metadata_max < SFC_META_TOKEN_SIZE) {
    count(c_.rollback);
    return leaveIngress(c_.rx_headroom, frame);
  }
  tokens_.emplace(++last_token_, remember(program_, found, frame, now));
  count(c_.rx_stripped);
  return Passed{std::move(*rest), {std::nullopt, last_token_}};
}

// ---- egress

std::optional<Bytes> Simulator::egress(BytesView frame, Metadata metadata) {
  const uint64_t now = setup_.clock();
  count(c_.tx);
  if (program_.plan.kind == plan::Kind::Terminator) return leaveEgress(c_.tx_ignored, frame);
  if (program_.plan.kind == plan::Kind::Edits) return changeBack(frame);
  if (plan::pushesHeaders(program_.plan.kind)) return push(frame);
  const bool last = program_.plan.kind == plan::Kind::Last;
  if (const auto exit = egress_.run(frame, last || !setup_.kernel)) return leaveEgress(*exit, frame);
  count(c_.lookups);
  ir::Exit failure = c_.miss;
  auto record = claim(metadata, now, failure);
  if (!record) {
    if (!last && setup_.kernel && failure == c_.miss) count(c_.misses_forwarded);  // the SF's host has received it
    return leaveEgress(failure, frame);
  }
  count(c_.claimed);
  Bytes larger(frame.begin(), frame.end());
  if (const auto exit = reencapsulate(*record, larger, now)) return leaveEgress(*exit, frame);
  count(c_.tx_restored);
  return larger;
}

std::optional<Bytes> Simulator::leaveEgress(ir::Exit exit, BytesView frame) {
  count(exit);
  if (exit != c_.tx_ignored && exit != c_.tx_pass_miss) return std::nullopt;
  return Bytes(frame.begin(), frame.end());
}

/// The headers have stayed, and change again.
std::optional<Bytes> Simulator::changeBack(BytesView frame) {
  if (const auto exit = egress_.run(frame, false)) return leaveEgress(*exit, frame);
  Bytes changed(frame.begin(), frame.end());
  if (const auto exit = return_edits_.apply(changed, egress_.places())) return leaveEgress(*exit, frame);
  count(c_.tx_restored);
  return changed;
}

/// Pushes the headers of the first table that has the packet.
std::optional<Bytes> Simulator::push(BytesView frame) {
  if (const auto exit = egress_.run(frame, true)) return leaveEgress(*exit, frame);
  count(c_.lookups);
  const Bytes* entry = nullptr;
  for (size_t i = 0; i < program_.tables.size() && !entry; i++) entry = tables_.find(i, frame, egress_.places());
  if (!entry && !program_.tables.empty()) return leaveEgress(c_.miss, frame);
  Record record = entry ? pushed(program_, *entry) : pushed(program_, setup_.params);
  if (const auto at = placeOfTail(egress_.found(), record); program_.computed && at) {
    const BytesView tail = frame.subspan(*at, egress_.found().end - *at);
    if (!updateComputed(program_, Bytes(record.bytes.size()), {}, tail, record))
      return leaveEgress(c_.tx_internal, frame);
  }
  if (!fitsEgress(frame.size() + record.bytes.size())) return leaveEgress(c_.tx_mtu, frame);
  auto larger = deparse(program_, egress_.found(), record, {}, frame);
  if (!larger) return leaveEgress(c_.tx_headroom, frame);
  count(c_.tx_restored);
  return larger;
}

/// The record of the packet that egress has read.
std::optional<Record> Simulator::claim(Metadata& metadata, uint64_t now, ir::Exit& failure) {
  if (program_.plan.kind == plan::Kind::Last) {
    auto record = newest_.find(egress_.found().key, now, counts_[c_.expired]);
    if (record || program_.key.swaps.empty()) return record;
    return newest_.find(swappedKey(program_.key, egress_.found().key), now, counts_[c_.expired]);
  }
  if (!setup_.kernel) return cache_.claim(egress_.found().key, now, counts_[c_.expired]);
  if (metadata.carried) {
    count(c_.returned);
    return std::move(metadata.carried);
  }
  if (!metadata.token) return std::nullopt;
  const auto waiting = tokens_.find(*metadata.token);
  if (waiting == tokens_.end()) {
    failure = c_.tx_duplicate;
    return std::nullopt;
  }
  Record record = std::move(waiting->second);
  tokens_.erase(waiting);
  return record;
}

/// Deparses the record into the frame. The counter of the failure, if there is one.
std::optional<ir::Exit> Simulator::reencapsulate(Record& record, Bytes& frame, uint64_t now) {
  Change change;
  const auto failure = edit(record, frame, now, change);
  handOver(change);
  if (failure) return failure;
  const size_t length =
      record.bytes.size() - std::min(change.popped.length, record.bytes.size()) + change.insertion.bytes.size();
  if (length == 0) return std::nullopt;  // the next-header field stays as the SF saw it
  if (!fitsEgress(frame.size() + length)) return c_.tx_mtu;
  auto larger = deparse(program_, egress_.found(), record, change, frame);
  if (!larger) return c_.tx_headroom;
  frame = std::move(*larger);
  return std::nullopt;
}

std::optional<ir::Exit> Simulator::edit(Record& record, BytesView frame, uint64_t now, Change& change) const {
  const Bytes before = record.bytes;
  Return back{now, frame, egress_.found().retained, portsOf(setup_.kernel)};
  back.moved = movedTo(egress_.found());
  if (!setup_.kernel) {
    back.in_flight = cache_.live();
    back.vnf_drops = counts_[c_.expired];
  }
  if (const auto exit = return_edits_.apply(back, record, change)) return exit;
  if (!program_.computed) return std::nullopt;
  const auto at = placeOfTail(egress_.found(), record);
  const size_t end = egress_.found().end;
  if (!at || *at > end || !updateComputed(program_, before, change, frame.subspan(*at, end - *at), record))
    return c_.tx_internal;
  return std::nullopt;
}

}  // namespace sfc::sim
