// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens to the stripped bytes before they go back: the edits of `on return`, then the lengths and checksums that
// follow from the rest of the packet. Where nothing is stripped, what happens to the headers of a packet at a hook.
#pragma once

#include "compiler/sim/expressions.h"
#include "compiler/sim/tables.h"

namespace sfc::sim {

/// The edits of `on arrival` or `on return`.
class Edits {
public:
  /// The program, the parameters and the sampler must outlive this.
  Edits(const ir::Program& program, plan::Hook hook, const std::vector<uint64_t>& params, Sampler& sampler);

  /// Changes the stripped bytes in place. What is popped is still there, and the record says that it is not; what is
  /// pushed is not there yet: both are in `change`. The counter of a `drop`, if one was come to.
  std::optional<ir::Exit> apply(const Return& back, Record& record, Change& change) const;

  /// Changes headers where they are in a frame. The counter of a `drop`, if one was come to.
  std::optional<ir::Exit> apply(Bytes& frame, const Places& places) const;

private:
  void announce(Record& record) const;

  const ir::Program& program_;
  const std::vector<ir::Edit>& edits_;
  const std::vector<uint64_t>& params_;
  Sampler& sampler_;
};

/// Lets the stripped lengths and checksums fit what they cover now. `record` has been edited, `before` are its bytes as
/// they came; `tail` is what the last region's headers contain now. What was wrong stays as wrong: only changes count
/// (RFC 1624). False if a length cannot say it.
bool updateComputed(const ir::Program& program, const Bytes& before, const Change& change, BytesView tail,
                    Record& record);

/// Finishes the stripped checksums that the sender has only started and left to its device: compiler/bpf/computed.h.
void finishChecksums(const ir::Program& program, Record& record);

}  // namespace sfc::sim
