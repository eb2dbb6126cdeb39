// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The reference interpreter: both hooks of a proxy over ir::Program, without a kernel. It treats a packet exactly as
// the programs that emit_bpf makes of the same Program do in the kernel, every counter included; if the two differ, one
// of them is wrong. Exceptions are effects of the seeded hash (see cache.h) and of the kernel's limits for packets
// larger than a page.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "compiler/sim/cache.h"
#include "compiler/sim/edits.h"
#include "compiler/sim/newest.h"
#include "compiler/sim/parser.h"

namespace sfc::sim {

/// Returns the time in ns. Read once by each run of a hook.
using Clock = std::function<uint64_t()>;

/// The clock of the programs: the coarse monotonic one.
Clock coarseClock();
/// A clock that returns `start`, then `step` more each time.
Clock steppedClock(uint64_t start, uint64_t step);

/// The most bytes of metadata that the loader finds a kernel to accept: the 256 before a frame, less 40 for struct
/// xdp_frame.
constexpr unsigned UsualMetadata = 216;

struct Setup {
  bool kernel = false;                    // --vnf kernel: headers travel with their packet
  std::vector<uint64_t> params;           // one value for each of the plan's
  unsigned metadata_max = UsualMetadata;  // bytes; records that need more wait in the store, named by a token
  Clock clock = coarseClock();
  std::vector<Entry> entries = {};  // of tables
};

/// The metadata of a packet in kernel mode: its record, or a token for the place of that.
struct Metadata {
  std::optional<Record> carried;
  std::optional<uint64_t> token;
};

/// A packet that goes up to the SF.
struct Passed {
  Bytes frame;
  Metadata metadata;
};

class Simulator {
public:
  /// The program must outlive this.
  Simulator(const ir::Program& program, Setup setup);
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// An Ethernet frame of at least 14 bytes arrives. Returns the packet for the SF; nothing if it is dropped.
  std::optional<Passed> ingress(BytesView frame);
  /// A frame comes back from the SF, in kernel mode with its metadata. Returns the frame that leaves; nothing if it is
  /// dropped.
  std::optional<Bytes> egress(BytesView frame, Metadata metadata = {});

  /// Takes out the reports, as in compiler/sim/report.h.
  std::vector<Bytes> takeReports() { return std::exchange(reports_, {}); }

  /// All counters by name, those of one name summed up, in the order of the plan; then `flushed` and `live`, as
  /// `sfcctl stats` shows them.
  std::vector<std::pair<std::string, uint64_t>> counters() const;

private:
  void count(ir::Exit counter) { counts_[counter]++; }
  std::optional<Passed> leaveIngress(ir::Exit exit, BytesView frame);
  std::optional<Passed> change(BytesView frame);
  std::optional<Passed> terminate(BytesView frame, uint64_t now);
  std::optional<Passed> store(BytesView frame, uint64_t now);
  std::optional<Passed> keep(BytesView frame, uint64_t now);
  std::optional<Passed> carry(BytesView frame, uint64_t now);
  std::optional<Passed> token(BytesView frame, uint64_t now);
  void handOver(Change& change);

  std::optional<Bytes> leaveEgress(ir::Exit exit, BytesView frame);
  std::optional<Bytes> changeBack(BytesView frame);
  std::optional<Bytes> push(BytesView frame);
  std::optional<Record> claim(Metadata& metadata, uint64_t now, ir::Exit& failure);
  std::optional<ir::Exit> reencapsulate(Record& record, Bytes& frame, uint64_t now);
  std::optional<ir::Exit> edit(Record& record, BytesView frame, uint64_t now, Change& change) const;

  const ir::Program& program_;
  const ir::FixedCounters& c_;
  const Setup setup_;
  const Tables tables_;
  Sampler sampler_;
  PacketParser ingress_;
  PacketParser egress_;
  Edits arrival_edits_;
  Edits return_edits_;
  Cache cache_;
  Newest newest_;
  std::unordered_map<uint64_t, Record> tokens_;
  uint64_t last_token_ = 0;
  std::vector<uint64_t> counts_;
  std::vector<Bytes> reports_;
};

}  // namespace sfc::sim
