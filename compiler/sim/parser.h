// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Parses packets by the parse graph of a hook.
#pragma once

#include "compiler/sim/expressions.h"
#include "compiler/sim/tables.h"

namespace sfc::sim {

/// Parses packets as a hook does.
class PacketParser : private Values {
public:
  /// The program, the parameters (one value for each of the plan's), the tables and the sampler must outlive this.
  PacketParser(const ir::Program& program, plan::Hook hook, const std::vector<uint64_t>& params, const Tables& tables,
               Sampler& sampler);

  /// Parses a frame. Nothing if it is to be decapsulated (ingress) or may have been (egress): then found() describes
  /// it. Else the counter of the exit that it takes. Without `keyed`, no key is made, and egress reads only up to the
  /// place of the headers.
  std::optional<ir::Exit> run(BytesView frame, bool keyed);

  const Found& found() const { return found_; }

  /// Further counters of the packet: those of tables in requirements without an entry for it.
  const std::vector<ir::Exit>& misses() const { return misses_; }

  /// The places of all headers that are there, per instance, from the start of the frame.
  const Places& places() const { return elements_; }

private:
  /// The places of the extracted elements of an instance, from the start of the frame.
  using Elements = std::vector<size_t>;
  /// The next node, or the exit; neither if the packet is accepted.
  struct Next {
    std::optional<unsigned> node;
    std::optional<ir::Exit> exit;
  };
  static constexpr ir::Exit None = UINT32_MAX;

  uint64_t field(const ir::FieldRef& ref) const override;
  uint64_t size(unsigned instance) const override { return elements_[instance].size(); }
  uint64_t variable(unsigned variable) const override { return variables_[variable]; }
  uint64_t param(unsigned param) const override { return params_[param]; }
  uint64_t lookahead(unsigned width_bits) const override;
  uint64_t hit(unsigned table) const override;
  uint64_t tableValue(const ir::TableValueRef& ref) const override { return tables_.valueFor(ref, frame_, elements_); }
  uint64_t sampled(unsigned number, uint64_t every) const override { return sampler_.take(number, every); }

  void start(BytesView frame);
  bool follows(uint64_t bytes) const { return bytes <= limit_ - cursor_; }

  ir::Exit step(const ir::ExtractStep& step);
  ir::Exit step(const ir::VerifyStep& step);
  ir::Exit step(const ir::LimitStep& step);
  ir::Exit step(const ir::AdvanceStep& step);
  ir::Exit step(const ir::AssignStep& step);
  ir::Exit settle(ir::Exit exit);
  Next transition(const ir::Node& node, bool keyed);
  Next take(const ir::Edge& edge, bool keyed);
  std::optional<ir::Exit> check(const std::vector<ir::Check>& checks);
  void decide();
  void mark(unsigned region);
  std::optional<ir::Exit> decapsulate(const ir::Decapsulation& decap);
  std::optional<ir::Exit> accept(bool keyed);
  void placeStripped();
  void noteRetained();

  const ir::Program& program_;
  const ir::ParseGraph& graph_;
  const bool ingress_;
  const std::vector<uint64_t>& params_;
  const Tables& tables_;
  Sampler& sampler_;
  // The packet being read.
  BytesView frame_;
  size_t cursor_ = 0;
  bool behind_decap_ = false;
  bool decides_ = false;  // evaluating Program::decided: the headers in the keys of tables can be gone
  size_t limit_ = 0;      // the end of the frame, or of the content of a header
  std::vector<Elements> elements_;
  std::vector<uint64_t> variables_;
  std::vector<uint64_t> keys_;  // of the select
  std::vector<ir::Exit> misses_;
  std::vector<Elements> covered_;     // per ir::InRecord: its elements, from the start of the frame
  std::vector<unsigned> covered_in_;  // per ir::InRecord: their region
  Found found_;
};

}  // namespace sfc::sim
