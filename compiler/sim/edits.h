// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The edits of the stripped bytes: those of `on arrival` or `on return`, then the computed fields. If nothing is
// stripped, the edits of a packet in place.
#pragma once

#include "compiler/sim/expressions.h"
#include "compiler/sim/tables.h"

namespace sfc::sim {

/// The edits of `on arrival` or `on return`.
class Edits {
public:
  /// The program, the parameters and the sampler must outlive this.
  Edits(const ir::Program& program, plan::Hook hook, const std::vector<uint64_t>& params, Sampler& sampler);

  /// Edits the stripped bytes in place. Popped bytes are still there, though not for the record, and pushed ones are
  /// not yet: both are in `change`. Returns the counter of a `drop`, if one was reached.
  std::optional<ir::Exit> apply(const Return& back, Record& record, Change& change) const;

  /// Edits headers in a frame. Returns the counter of a `drop`, if one was reached.
  std::optional<ir::Exit> apply(Bytes& frame, const Places& places) const;

private:
  void announce(Record& record) const;

  const ir::Program& program_;
  const std::vector<ir::Edit>& edits_;
  const std::vector<uint64_t>& params_;
  Sampler& sampler_;
};

/// Updates the stripped lengths and checksums. `record` has been edited, `before` are its bytes as they came; `tail` is
/// the present content of the last region's headers. Updates are incremental: a wrong value stays as wrong (RFC 1624).
/// False if a length does not fit.
bool updateComputed(const ir::Program& program, const Bytes& before, const Change& change, BytesView tail,
                    Record& record);

/// Finishes partial checksums among the stripped bytes: compiler/bpf/computed.h.
void finishChecksums(const ir::Program& program, Record& record);

/// Takes from a record what its packet's own length has added, and what else differs from packet to packet of a flow,
/// if no checksum covers the packet.
void generalise(const ir::Program& program, Record& record);

}  // namespace sfc::sim
