// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The program: what each hook does with a packet, step by step. Computed once from the model; the generators and the
// reference interpreter see nothing else. Every packet access is a step with the exit taken if the packet is too short,
// every way out is a counter, and every loop is bounded by the headers it extracts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/layout/layout.h"
#include "compiler/sema/model.h"
#include "lib/plan/plan.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc::plan {

/// Index into Plan::counters: how a packet leaves, if it does.
using Exit = unsigned;

/// Reads the next header. Before: the cursor is at its first byte; after: behind its last.
struct ExtractStep {
  unsigned instance = 0;
  Exit truncated = 0;  // the header reaches behind the packet's end, or its length makes no sense
  Exit too_deep = 0;   // all elements of the stack are taken, or a single header comes a second time
};
struct VerifyStep {
  model::ExprPtr condition;
  Exit failed = 0;
};
struct LimitStep {
  model::ExprPtr bytes;
  Exit failed = 0;  // negative, or beyond the packet's end
};
struct AssignStep {
  unsigned variable = 0;
  model::ExprPtr value;
};
struct Step {
  Range range;
  std::variant<ExtractStep, VerifyStep, LimitStep, AssignStep> node;
};

/// A condition on packets, checked at ingress.
struct Check {
  Range range;
  model::ExprPtr condition;
  Exit failed = 0;
};

/// Where an edge leads.
struct Target {
  enum class Kind { Node, Accept, Leave } kind = Kind::Leave;
  unsigned node = 0;
  Exit exit = 0;
};

/// A transition, with what it does on the way, in this order.
struct Edge {
  std::vector<model::Pattern> patterns;  // one per key of the node
  Target target;
  bool loses_count = false;              // leaves a loop: how often it ran need not be known any more
  bool enters_region = false;            // the cursor is where the stripped bytes begin
  bool leaves_headers = false;           // the last stripped header is behind: the early checks come here
  bool ends_region = false;              // the cursor is where the stripped bytes end
  std::optional<uint64_t> hidden_value;  // what the kept select field says while the headers are gone
};

/// A state in one phase of the walk.
struct Node {
  std::string name;
  Range range;
  std::vector<Step> steps;
  std::vector<model::ExprPtr> keys;
  std::vector<Edge> edges;  // tried in order
  Exit no_match = 0;        // no edge fits
  Exit truncated = 0;       // a look-ahead reaches behind the end
};

struct Walk {
  std::vector<Node> nodes;
  unsigned start = 0;
  Exit too_long = 0;  // headers do not end within the bytes that a program can look at
};

/// The kept field that names what is stripped, such as an EtherType. It is saved, rewritten while the headers are gone
/// and put back with them.
struct Hidden {
  unsigned instance = 0;
  unsigned field = 0;
  unsigned header_offset = 0;  // bytes
  unsigned size = 0;           // bytes
  unsigned saved_offset = 0;   // in the record's saved bytes
};

/// Named counters that the fixed parts of the programs use.
struct FixedCounters {
  Exit rx, rx_ignored, rx_stripped, tx, tx_ignored, tx_restored, tx_pass_miss;
  Exit lookups, inserted, claimed, expired, rollback, carried, returned;
  Exit full, rx_pass_full, rx_headroom, rx_duplicate;
  Exit miss, tx_mtu, tx_headroom, tx_tags, tx_gso, tx_duplicate, tx_internal;
};

struct Program {
  Plan plan;
  FixedCounters counters{};
  model::Model model;
  layout::Key key;
  Walk ingress;
  Walk egress;
  std::vector<Check> early_checks;  // on the stripped headers alone: made as soon as these are known
  std::vector<Check> late_checks;   // made when the whole packet has been read
  std::optional<Hidden> hidden;
  unsigned min_prefix = 0;  // fewest bytes before the stripped ones
  unsigned max_prefix = 0;
};

/// Makes the program of a model. Errors (E04xx) are parser graphs from which strip and restore cannot be inferred, and
/// sizes that a BPF program cannot hold.
std::optional<Program> makeProgram(model::Model model, const std::string& name, const SourceMap& sources,
                                   Diagnostics& diagnostics);

}  // namespace sfc::plan
