// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A hook's walk over the parser graph, for one packet after the other.
#pragma once

#include "compiler/sim/expressions.h"
#include "compiler/sim/tables.h"

namespace sfc::sim {

/// Reads packets as a hook does.
class PacketWalk : private Values {
public:
  /// The program, the parameters (one value for each of the plan's), the tables and the sampler must outlive the walk.
  PacketWalk(const plan::Program& program, plan::Hook hook, const std::vector<uint64_t>& params, const Tables& tables,
             Sampler& sampler);

  /// Reads a frame. Nothing if it is one to be stripped (ingress) or that may have been (egress): found() tells about
  /// it. Else the counter of the way by which it leaves. Without `keyed`, no key is made, and egress reads only up to
  /// where the headers go.
  std::optional<plan::Exit> run(BytesView frame, bool keyed);

  const Found& found() const { return found_; }

  /// What else is counted of the packet: tables that requirements asked, and that do not have it.
  const std::vector<plan::Exit>& misses() const { return misses_; }

  /// The places of all headers that are there, per instance, from the start of the frame.
  const Places& places() const { return elements_; }

private:
  /// What has been extracted of an instance: the places of its elements from the start of the frame.
  using Elements = std::vector<size_t>;
  /// Where to go on, or that it is over.
  struct Next {
    std::optional<unsigned> node;
    std::optional<plan::Exit> exit;
  };
  static constexpr plan::Exit None = UINT32_MAX;

  uint64_t field(const model::FieldRef& ref) const override;
  uint64_t size(unsigned instance) const override { return elements_[instance].size(); }
  uint64_t variable(unsigned variable) const override { return variables_[variable]; }
  uint64_t param(unsigned param) const override { return params_[param]; }
  uint64_t lookahead(unsigned width_bits) const override;
  uint64_t hit(unsigned table) const override;
  uint64_t sampled(unsigned number, uint64_t every) const override { return sampler_.take(number, every); }

  void start(BytesView frame);
  bool follows(uint64_t bytes) const { return bytes <= limit_ - cursor_; }

  plan::Exit step(const plan::ExtractStep& step);
  plan::Exit step(const plan::VerifyStep& step);
  plan::Exit step(const plan::LimitStep& step);
  plan::Exit step(const plan::AdvanceStep& step);
  plan::Exit step(const plan::AssignStep& step);
  plan::Exit settle(plan::Exit exit);
  Next transition(const plan::Node& node, bool keyed);
  Next take(const plan::Edge& edge, bool keyed);
  std::optional<plan::Exit> check(const std::vector<plan::Check>& checks);
  void decide();
  void mark(unsigned region);
  std::optional<plan::Exit> cut(const plan::Cut& cut);
  std::optional<plan::Exit> accept(bool keyed);
  void placeStripped();
  void noteKept();

  const plan::Program& program_;
  const model::Model& model_;
  const plan::Walk& walk_;
  const bool ingress_;
  const std::vector<uint64_t>& params_;
  const Tables& tables_;
  Sampler& sampler_;
  std::vector<unsigned> ahead_;  // per node: bytes that its select looks at
  // The packet being read.
  BytesView frame_;
  size_t cursor_ = 0;
  bool behind_cut_ = false;
  bool decides_ = false;  // what Program::decided has: the headers that tables were asked about can be gone
  size_t limit_ = 0;      // the frame's end, or that of what a header says to contain
  std::vector<Elements> elements_;
  std::vector<uint64_t> variables_;
  std::vector<uint64_t> keys_;  // of the select
  std::vector<plan::Exit> misses_;
  std::vector<Elements> covered_;     // per plan::InRecord: its elements, from the start of the frame
  std::vector<unsigned> covered_in_;  // per plan::InRecord: the region that took them
  Found found_;
};

/// A field of a header that starts at `base`.
uint64_t loadField(const model::Header& header, unsigned field, const uint8_t* base);

}  // namespace sfc::sim
