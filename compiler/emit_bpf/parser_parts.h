// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parts of the C function that a parse graph becomes, each in a file of its own, and their shared state.
//
// `cursor` is the offset of the next header in the frame and `at` the pointer to it. Per instance NAME the function
// has: h_NAME, pointer to the header extracted last, used only in the state that extracts it; o_NAME and l_NAME,
// offsets of the first and the last element in the frame, for later reads, which are bounded anew; n_NAME, the number
// of elements extracted. Only those in use are kept.
//
// The verifier walks every path. Where paths join, its knowledge of `cursor` differs, and it would check the rest of
// the program once per path; so the cursor is laundered (sfc_launder) where a loop ends and where the parse graph ends,
// and bounded again by one comparison. See docs/architecture.md.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/c/tree.h"
#include "compiler/emit_bpf/expressions.h"
#include "compiler/ir/program.h"
#include "lib/source/source.h"

namespace sfc::emit_bpf {

/// The function that is being made.
struct Parser {
  const ir::Program& program;
  const ir::ParseGraph& graph;
  const bool ingress;
  const SourceMap& sources;
  std::set<ir::Exit> left = {};  // exits in use
  const c::Expr cursor = c::name("cursor"), at = c::name("at"), limit = c::name("limit");

  bool edits() const { return program.kind == plan::Kind::Edits; }
  const char* hookName() const { return ingress ? "SFC_INGRESS" : "SFC_EGRESS"; }
  const ir::Move* moved() const { return program.moves.empty() ? nullptr : &program.moves.front(); }
  c::Expr named(const char* prefix, unsigned instance) const {
    return c::name(prefix + program.instances[instance].name);
  }
  c::Expr header(unsigned instance) const { return named("h_", instance); }
  c::Expr count(unsigned instance) const { return named("n_", instance); }
  c::Expr first(unsigned instance) const { return named("o_", instance); }
  c::Expr latest(unsigned instance) const { return named("l_", instance); }
  c::Expr region(unsigned number) const { return c::name("p").arrow("region").at(number); }

  /// clang's BPF back end leaves blocks in the order of the text, so exits off the fast path stand at the end.
  void leave(ir::Exit exit, c::Block& out);
  /// The same where a condition holds, which is unlikely.
  void leaveIf(const c::Expr& condition, ir::Exit exit, c::Block& out);
};

/// The place in the C function where code is being emitted.
struct Here {
  std::optional<unsigned> node;          // its node; none: requirements, tables, the end
  bool fast = false;                     // on the fast path, where all bytes of the stretch have been checked
  std::optional<unsigned> next;          // the node that comes next on it
  bool limited = false;                  // a `limit` may be set
  bool behind_decap = false;             // outside of nodes: checks are on the packet as the SF sees it
  std::set<unsigned> pointers = {};      // instances whose h_NAME is valid
  std::vector<unsigned> unwritten = {};  // instances whose part of the key has yet to be written
};

// parser_fields.cpp: access to headers in expressions
/// Those extracted here by pointer, others through what declareLooks has declared.
Access accessAt(const Parser& parser, const Here& here);
/// The C variable with a value of a table's entry.
c::Expr valueName(const ir::TableValueRef& ref);
/// Declares a bounded pointer for each header in an expression that was extracted elsewhere, except those in
/// `declared`.
void declareLooks(const Parser& parser, const Here& here, const ir::ExprPtr& expr, std::set<std::string>& declared,
                  c::Block& out);
/// The pointer to a header that was extracted elsewhere, and its place in the frame.
std::string lookName(const Parser& parser, const ir::FieldRef& ref);
c::Expr placeOf(const Parser& parser, const ir::FieldRef& ref);
/// Does the reference mean a field that a stripped one moves to, and that is still to be rewritten?
bool saysWhatMoved(const Parser& parser, const Here& here, const ir::FieldRef& ref);
/// The value that it gets.
c::Expr whatMoved(const Parser& parser, const ir::FieldRef& ref);
/// Of which only the number is laundered: element `number`, or the last.
c::Expr isMissing(const Parser& parser, const ir::FieldRef& ref);

// parser.cpp
/// Joins all paths to here: the cursor and the limit are laundered, and bounded anew.
void joinPaths(Parser& parser, bool limited, c::Block& out);
void launderCursor(Parser& parser, c::Block& out);
void launderLimit(const Parser& parser, c::Block& out);
c::Expr laundered(const c::Expr& value);

// parser_steps.cpp: the steps of a node
void emitStep(Parser& parser, Here& here, const ir::Step& step, c::Block& out);
/// Declares `ahead`, a pointer to `bytes` bytes behind the cursor; leaves if there are fewer.
void emitLookahead(Parser& parser, Here& here, unsigned bytes, ir::Exit truncated, c::Block& out);

// parser_regions.cpp: the places of regions in the packet
void markRegion(Parser& parser, const Here& here, unsigned region, c::Block& out);
/// Without the `join` that follows it off the fast path.
void emitDecapsulation(Parser& parser, const Here& here, const ir::Decapsulation& decap, c::Block& out);
/// Notes the place of a header that may be removed: from the start of the packet, until the last region ends.
void noteStripped(const Parser& parser, unsigned instance, c::Block& out);

// parser_key.cpp: the key of the packet
/// Writes the key's parts of the headers extracted so far, as the next element of a stack replaces the pointer to the
/// last.
void writeKeyBlocks(const Parser& parser, Here& here, c::Block& out);
/// Behind its region, a header counts as absent.
void clearInKey(const Parser& parser, unsigned instance, c::Block& out);
void finishKey(Parser& parser, c::Block& out);
/// Turns the key of a packet into that of the other direction.
void emitSwapKey(const ir::Program& program, c::Unit& unit);

// parser_checks.cpp: requirements and tables
void emitChecks(Parser& parser, const std::vector<ir::Check>& checks, bool behind_decap, c::Block& out);
/// The checks made before a packet in doubt is dropped, at the end of the C function.
void emitQuestions(Parser& parser, c::Block& out);
/// The bits of the record that are decided on arrival.
void emitDecisions(const Parser& parser, c::Block& out);
/// The key of one of a classifier's tables.
void emitTableKey(const Parser& parser, unsigned table, c::Block& out);

}  // namespace sfc::emit_bpf
