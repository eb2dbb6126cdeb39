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

/// How a packet leaves, if it does: an index into Plan::counters; from FirstDoubt on, one into Walk::doubts.
using Exit = unsigned;
constexpr Exit FirstDoubt = 1U << 16;

/// Reads the next header. Before: the cursor is at its first byte; after: behind its last.
struct ExtractStep {
  unsigned instance = 0;
  Exit truncated = 0;  // the fields of fixed size reach behind the packet's end
  Exit overlong = 0;   // the field of variable size does, or its size makes no sense
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
struct AdvanceStep {
  model::ExprPtr bytes;
  Exit truncated = 0;  // negative, or beyond the packet's end
};
struct AssignStep {
  unsigned variable = 0;
  model::ExprPtr value;
};
struct Step {
  Range range;
  std::variant<ExtractStep, VerifyStep, LimitStep, AdvanceStep, AssignStep> node;
};

/// The expression of a step; null for extract.
model::ExprPtr exprOf(const Step& step);

/// A condition on packets, checked at ingress.
struct Check {
  Range range;
  model::ExprPtr condition;
  Exit failed = 0;
  Exit failed_on_return = 0;    // Kind::Edits checks at both hooks
  bool only_remembers = false;  // a table is asked for `on return` alone: nothing fails
};

/// A packet that is dropped if it is the proxy's: if all of this holds. Else it leaves as the first says that does not.
struct Doubt {
  Exit drop = 0;
  std::vector<Check> asked;
};

/// Where an edge leads.
struct Target {
  enum class Kind { Node, Accept, Leave } kind = Kind::Leave;
  unsigned node = 0;
  Exit exit = 0;
};

/// The bytes of a region up to the cursor are gone from what the function sees.
struct Cut {
  unsigned region = 0;
  bool whole = false;                    // from the start of the packet, not only from where the region may begin
  std::optional<uint64_t> hidden_value;  // what the region's hidden field says meanwhile
  std::vector<unsigned> covered;         // instances that lie in these bytes; behind the cut they count as not there
  Exit too_deep = 0;                     // more bytes than the record has room for
  bool empty = false;                    // the packet has none of these headers yet: no bytes at all
};

/// A transition, with what it does on the way, in this order.
struct Edge {
  std::vector<model::Pattern> patterns;  // one per key of the node
  Target target;
  bool loses_count = false;       // leaves a loop: how often it ran need not be known any more
  bool checks = false;            // what is required of the stripped headers is checked here
  std::vector<unsigned> anchors;  // ingress: regions that, if they come, begin at the cursor
  std::optional<Cut> cut;         // ingress
  std::vector<unsigned> returns;  // egress: regions that go back at the cursor
};

/// A state in one phase of the walk.
struct Node {
  std::string name;
  unsigned state = 0;
  Range range;
  std::vector<Step> steps;
  std::vector<model::ExprPtr> keys;
  std::vector<Edge> edges;          // tried in order
  Exit no_match = 0;                // no edge fits
  Exit truncated = 0;               // a look-ahead reaches behind the end
  bool inside = false;              // among the headers of the last region
  bool before_cut = false;          // the last cut is still to come
  bool seen_by_function = true;     // its headers are in what the function sees, on some way at least
  bool joins = false;               // so many ways lead here that the program forgets in what they differ
  std::vector<unsigned> forgotten;  // then: instances of which it forgets how often and where they were extracted
  std::optional<unsigned> loop;     // of Walk::loops; such a node joins ways as well
};

struct Walk {
  std::vector<Node> nodes;
  unsigned start = 0;
  Exit too_long = 0;  // headers do not end within the bytes that a program can look at
  std::vector<Doubt> doubts;
  std::vector<unsigned> loops;  // with many ways: how many headers each can extract, by which the verifier sees its end
};

/// The kept field that names what is stripped, such as an EtherType. It is saved, rewritten while the headers are gone
/// and put back with them.
struct Hidden {
  unsigned instance = 0;
  unsigned field = 0;
  unsigned header_offset = 0;       // bytes
  unsigned size = 0;                // bytes
  unsigned saved_offset = 0;        // in the record's saved bytes
  unsigned shift = 0;               // of the field in these bytes, a big-endian number
  uint64_t mask = 0;                // of the field, shifted
  std::optional<model::Move> move;  // the stripped field whose value it has meanwhile
};

/// Named counters that the fixed parts of the programs use.
struct FixedCounters {
  Exit rx, rx_ignored, rx_stripped, tx, tx_ignored, tx_restored, tx_pass_miss;
  Exit lookups, inserted, claimed, expired, rollback, carried, returned;
  Exit full, rx_pass_full, rx_headroom, rx_duplicate;
  Exit miss, misses_forwarded, tx_mtu, tx_headroom, tx_tags, tx_gso, tx_duplicate, tx_internal;
  Exit telemetry_reported, telemetry_lost;  // only where something is reported
};

/// One strip clause: a region of the packet.
struct Region {
  Range range;
  std::optional<Hidden> hidden;
  bool sometimes_whole = false;  // it can reach to the start of the packet
  bool always_whole = false;
  unsigned max_bytes = 0;
  uint64_t push_value = 0;  // what the hidden field says when headers have been pushed that the packet did not have
};

/// A header among the stripped bytes, in the order in which they are first met.
struct InRecord {
  unsigned instance = 0;
};

struct Program {
  Plan plan;
  FixedCounters counters{};
  model::Model model;
  layout::Key key;
  Walk ingress;
  Walk egress;
  std::vector<Check> early_checks;   // on the stripped headers alone: made as soon as these are known
  std::vector<Check> late_checks;    // made when the whole packet has been read
  std::vector<Table> tables;         // as in plan.tables
  std::vector<Exit> table_misses;    // for each table that requirements ask: counts the packets that it does not have
  std::vector<unsigned> remembered;  // tables: the record has a bit for each, what they said
  /// Of `on return`, what is decided on arrival: a bit for each, behind those of `remembered`.
  std::vector<model::ExprPtr> decided;
  uint64_t timed = 0;               // of the bits of these: the times of packets with one of them are wanted; 0: of all
  std::vector<Region> regions;      // in the order in which they lie in the packet
  std::vector<InRecord> in_record;  // as in plan.entry.record.stripped
  std::vector<unsigned> covering;   // instances before the region that stay, with lengths or checksums that cover it
  std::vector<unsigned> kept;       // these, then those that `on return` reads besides
  std::vector<Exit> arrival_drops;  // for each `drop` in `on arrival`, in the order of the text
  std::vector<Exit> return_drops;   // for each `drop` in `on return`, in the order of the text
  unsigned insert_region = 0;       // in which telemetry is pushed, if any is
  unsigned pushed_bytes = 0;        // of all headers and room that can be pushed
  bool derived = false;             // lengths or checksums among the stripped bytes follow from the rest of the packet
  unsigned min_prefix = 0;          // fewest bytes before the last region
  unsigned max_prefix = 0;          // most kept bytes before it

  /// Where an instance is in `kept`, if it is there.
  std::optional<unsigned> placeInKept(unsigned instance) const;
  /// Where a table is in `remembered`, if it is there.
  std::optional<unsigned> placeInRemembered(unsigned table) const;
  /// The record's bit of an expression of `on return`, if it is in `decided`.
  std::optional<unsigned> bitOf(const model::Expr& expr) const;
  /// Does the record have bits of `remembered` or `decided`?
  bool remembersBits() const { return !remembered.empty() || !decided.empty(); }
  /// Where an instance is in in_record, if it is there.
  std::optional<unsigned> placeInRecord(unsigned instance) const;
  /// Can the last region reach to the start of the packet, or not?
  bool mixedWhole() const { return !regions.empty() && regions.back().sometimes_whole && !regions.back().always_whole; }
  bool alwaysWhole() const { return !regions.empty() && regions.back().always_whole; }
  /// Does every stripped header lie at the same offset of the stripped bytes?
  bool fixedLayout() const { return plan.entry.record.stripped.empty() || plan.entry.record.stripped.front().fixed; }
};

/// Does an item always say that nothing is known?
bool isUnknown(const model::TelemetryField& field);

/// Makes the program of a model. Errors (E04xx) are parser graphs from which strip and restore cannot be inferred, and
/// sizes that a BPF program cannot hold.
std::optional<Program> makeProgram(model::Model model, const std::string& name, const SourceMap& sources,
                                   Diagnostics& diagnostics);

}  // namespace sfc::plan
