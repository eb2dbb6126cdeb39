// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The program: the steps of each hook with a packet. It is lowered from the model once, and complete: interpreter, BPF,
// C++ and dissectors read nothing else, and compute no offset, exit or size again. Every packet
// access is a step with the exit taken if the packet is too short, every exit is a counter, and every loop is
// bounded by the headers it extracts.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/declarations.h"
#include "compiler/ir/edit.h"
#include "compiler/ir/graph.h"
#include "compiler/ir/key.h"
#include "lib/plan/plan.h"
#include "lib/source/source.h"

namespace sfc::ir {

// ---- parse graphs ---------------------------------------------------------------------------------------------------

/// Reads the next header. Before: the cursor is at its first byte; after: behind its last.
struct ExtractStep {
  unsigned instance = 0;
  Exit truncated = 0;  // the fields of fixed size reach behind the packet's end
  Exit overlong = 0;   // the field of variable size does, or its size is invalid
  Exit too_deep = 0;   // all elements of the stack are taken, or a single header comes a second time
};
struct VerifyStep {
  ExprPtr condition;
  Exit failed = 0;
};
struct LimitStep {
  ExprPtr bytes;
  Exit failed = 0;  // negative, or beyond the packet's end
};
struct AdvanceStep {
  ExprPtr bytes;
  Exit truncated = 0;  // negative, or beyond the packet's end
};
struct AssignStep {
  unsigned variable = 0;
  ExprPtr value;
};
struct Step {
  Range range;
  std::variant<ExtractStep, VerifyStep, LimitStep, AdvanceStep, AssignStep> node;
};

/// The expression of a step; null for extract.
ExprPtr exprOf(const Step& step);

/// A condition on packets, checked at ingress.
struct Check {
  Range range;
  ExprPtr condition;
  Exit failed = 0;
  Exit failed_on_return = 0;    // Kind::Edits checks at both hooks
  bool only_remembers = false;  // looks a table up for `on return` alone: nothing fails
};

/// Checks on a packet before it is dropped: it is the proxy's if all of them hold, and else takes the exit of the first
/// that does not.
struct Question {
  std::vector<Check> checks;
  bool behind_decap = false;  // on the packet as the SF sees it
};
/// A packet that is dropped if it is the proxy's.
struct Doubt {
  Exit drop = 0;
  unsigned question = 0;  // of ParseGraph::questions
};

/// Where an edge leads.
struct EdgeTarget {
  enum class Kind { Node, Accept, Leave } kind = Kind::Leave;
  unsigned node = 0;
  Exit exit = 0;
};

/// Removes a region, whose last byte is right before the cursor, from what the SF sees.
struct Decapsulation {
  unsigned region = 0;
  bool whole = false;                         // from the start of the packet, not from the anchor on
  std::optional<uint64_t> next_header_value;  // of the region's next-header field while the headers are gone
  std::vector<unsigned> covered;              // instances in these bytes; they count as absent from here on
  Exit too_deep = 0;                          // more bytes than the record has room for
  bool empty = false;                         // the packet has none of these headers yet: no bytes
};

/// A transition, with its actions in this order.
struct Edge {
  std::vector<Pattern> patterns;  // one per key of the node
  EdgeTarget target;
  bool loses_count = false;            // leaves a loop: the number of its rounds is laundered
  bool checks = false;                 // the early checks are made here
  std::vector<unsigned> anchors;       // ingress: regions that begin at the cursor if they come
  std::optional<Decapsulation> decap;  // ingress
  std::vector<unsigned> returns;       // egress: regions that are deparsed at the cursor
};

/// A state in one phase of the graph.
struct Node {
  std::string name;
  unsigned state = 0;
  Range range;
  std::vector<Step> steps;
  std::vector<ExprPtr> keys;
  unsigned key_bytes = 0;           // behind the cursor that the look-aheads of `keys` need
  std::vector<Edge> edges;          // tried in order
  Exit no_match = 0;                // no edge fits
  Exit truncated = 0;               // a look-ahead reaches behind the end
  bool inside = false;              // among the headers of the last region
  bool before_decap = false;        // the last region has not been removed yet
  bool seen_by_sf = true;           // on some path at least, the SF sees its headers
  bool joins = false;               // so many paths lead here that all that differs between them is laundered
  std::vector<unsigned> laundered;  // then: instances whose number and place are laundered
  std::optional<unsigned> loop;     // of ParseGraph::loops; such a node joins paths as well
  bool at_once = false;             // its select has so many comparisons that each case is made one
  bool may_be_limited = false;      // it can follow a `limit`
  bool may_repeat = false;          // it can extract a single header that has been extracted already
  std::vector<bool> there;          // per instance: has it been extracted on every path to the node?
  std::set<unsigned> inherited;     // instances whose pointers are valid at its start
};

/// The uses of an instance outside of the state that extracts it: the number of its elements, the place of the first,
/// the place of the last.
struct Uses {
  bool counted = false, first = false, latest = false;
};

/// Consecutive nodes that most packets take, and the bytes that they read from the start of the first one.
struct Stretch {
  std::vector<unsigned> nodes;
  unsigned bytes = 0;
};

/// The parse graph of a hook.
struct ParseGraph {
  std::vector<Node> nodes;
  unsigned start = 0;
  Exit too_long = 0;  // headers do not end within the bytes that a program can read
  std::vector<Doubt> doubts;
  std::vector<Question> questions;  // of the doubts
  std::vector<unsigned> loops;    // with many paths: the most headers of each, by which the verifier sees that it ends
  std::vector<Uses> uses;         // per instance
  std::vector<bool> set_by_path;  // per variable: does the path alone determine its value?
  std::vector<Stretch> fast_path;
  std::string slow_because;  // why there is no fast path

  /// The stretch of the fast path that begins with a node, or null.
  const Stretch* stretchFrom(unsigned node) const;
};

/// nodes x nodes: does an edge lead from the first to the second?
Relation follows(const ParseGraph& graph);

/// Does a path lead from one node to another, or are they the same?
bool reaches(const ParseGraph& graph, unsigned from, unsigned to);

/// Does the edge remove the bytes in which an instance lies?
bool covers(const Edge& edge, unsigned instance);

bool extracts(const Node& node, unsigned instance);

// ---- stripped bytes -------------------------------------------------------------------------------------------------

/// The retained field that names the removed headers, such as an EtherType. It is saved, rewritten while the headers
/// are gone, and deparsed with them.
struct NextHeader {
  unsigned instance = 0;
  unsigned field = 0;
  unsigned header_offset = 0;  // bytes
  unsigned size = 0;           // bytes
  unsigned saved_offset = 0;   // in the record's saved bytes
  unsigned shift = 0;          // of the field in these bytes, a big-endian number
  uint64_t mask = 0;           // of the field, shifted
  std::optional<Move> move;    // the stripped field whose value it has while the headers are gone
};

/// One strip clause: a region of the packet.
struct Region {
  Range range;
  std::optional<NextHeader> next_header;
  bool sometimes_whole = false;  // it can reach to the start of the packet
  bool always_whole = false;
  unsigned max_bytes = 0;
  unsigned bytes_before = 0;  // most bytes of the regions before it
  uint64_t push_value = 0;    // of the next-header field if the packet had none of the headers that are pushed
};

/// A header among the stripped bytes.
struct InRecord {
  unsigned instance = 0;
  unsigned offset = 0;             // from the first stripped byte, if it is fixed
  std::optional<unsigned> region;  // the region before the last one that it lies in, if any
};

// ---- program --------------------------------------------------------------------------------------------------------

/// The counters that the hand-written parts of the programs use.
struct FixedCounters {
  Exit rx, rx_ignored, rx_stripped, tx, tx_ignored, tx_restored, tx_pass_miss;
  Exit lookups, inserted, claimed, expired, rollback, carried, returned;
  Exit full, rx_pass_full, rx_headroom, rx_duplicate;
  Exit miss, misses_forwarded, tx_mtu, tx_headroom, tx_tags, tx_gso, tx_duplicate, tx_internal;
  Exit telemetry_reported, telemetry_lost;  // only if something is reported
  Exit rx_tags, rx_gso;                     // only if there is an ingress hook at TC
  Exit replaced, renewed;                   // only if the newest headers of a key are kept
};

/// The measurements that a program takes.
struct Measured {
  bool arrived = false;       // when ingress saw a packet
  bool now = false;           // when egress does
  bool tai = false;           // one of these times is wanted in International Atomic Time
  bool ingress_port = false;  // the interface by which it came
  bool flight = false;        // the number of packets that the SF has, or has dropped
};

struct Program : Declarations {
  plan::Plan plan;
  FixedCounters counters{};
  Key key;
  ParseGraph ingress;
  ParseGraph egress;
  std::vector<Check> early_checks;               // on the stripped headers alone: made as soon as they have been read
  std::vector<Check> late_checks;                // made when the whole packet has been read
  std::vector<plan::Table> table_layouts;        // per table, as in plan.tables
  std::vector<unsigned> table_words;             // of a classifier: where each key begins in sfc_packet.key, in words
  unsigned asked_words = 0;                      // of the largest key that a requirement looks up
  std::vector<Exit> table_misses;                // for each table in requirements: counts the packets without an entry
  std::vector<unsigned> remembered;              // tables: the record has a bit with the result of each
  std::vector<TableValueRef> remembered_values;  // the record has each of them
  /// Expressions of `on return` that are decided on arrival: a bit for each, behind those of `remembered`.
  std::vector<ExprPtr> decided;
  uint64_t timed = 0;               // bits of these: only packets with one of them need times; 0: all do
  std::vector<Region> regions;      // in the order in which they lie in the packet
  std::vector<InRecord> in_record;  // as in record.stripped, in the order in which they are first met
  plan::Record record;              // the layout of the header record
  bool fixed_layout = false;        // every stripped header has a fixed offset in the stripped bytes
  std::vector<unsigned> enclosing;  // retained instances with lengths or checksums that cover the region
  std::vector<unsigned> retained;   // these, then those that `on return` reads
  std::vector<Edit> on_arrival;     // Kind::Edits, and Kind::Terminator: before headers go for good
  std::vector<Edit> on_return;
  Measured measured;
  bool starts_headers = false;     // a packet without stripped headers is the proxy's as well, and gets some on return
  std::vector<unsigned> reported;  // reported telemetry, as in plan.telemetry
  unsigned insert_region = 0;      // the region that telemetry is pushed into, if any
  unsigned pushed_bytes = 0;       // most bytes of pushed headers and room
  unsigned max_telemetry = 0;      // most bytes of telemetry pushed or written at a time
  unsigned max_reported_packet = 0;     // most bytes of the packet in a report; 0 if no report has one
  unsigned max_report = 0;              // most bytes behind the head of a report with hops
  bool computed = false;                // there are computed fields among the stripped bytes
  bool finishes_checksums = false;      // ingress finishes partial checksums among them
  bool pushes_behind_checksum = false;  // pushes the first headers of a packet behind a checksum that covers them
  bool launders_pops = false;           // the number of popped elements is laundered
  bool word_by_word = false;            // stripped bytes are deparsed unchanged, but for pops from their front
  std::string no_superframes;           // why egress pushes no headers onto superframes; empty if it does
  std::string no_tc_ingress;            // why there is no ingress hook at TC; empty if there is one
  unsigned min_prefix = 0;              // fewest bytes before the last region
  unsigned max_prefix = 0;              // most retained bytes before it

  const ParseGraph& graphOf(plan::Hook hook) const { return hook == plan::Hook::Ingress ? ingress : egress; }
  /// The index of an instance in `retained`, if it is there.
  std::optional<unsigned> placeInRetained(unsigned instance) const;
  /// The record's bit of a table that is in `remembered`.
  std::optional<unsigned> bitOfTable(unsigned table) const;
  /// The place of a value in `remembered_values`, if it is there.
  std::optional<unsigned> placeOfValue(const TableValueRef& value) const;
  /// The record's bit of the i-th in `decided`.
  unsigned bitOfDecision(size_t i) const { return static_cast<unsigned>(remembered.size() + i); }
  /// Does the record have bits of `remembered` or `decided`?
  bool remembersBits() const { return !remembered.empty() || !decided.empty(); }
  /// The index of an instance in in_record, if it is there.
  std::optional<unsigned> placeInRecord(unsigned instance) const;
  /// Can the last region reach to the start of the packet, or not?
  bool mixedWhole() const { return !regions.empty() && regions.back().sometimes_whole && !regions.back().always_whole; }
  bool alwaysWhole() const { return !regions.empty() && regions.back().always_whole; }
};

/// A single header, or the element of a stack that was extracted last.
bool isLast(const FieldRef& ref, const Declarations& declarations);

}  // namespace sfc::ir
