// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parts of the function that a parse graph becomes, each in a file of its own, and what they all know.
//
// `cursor` is the offset of the next header in the frame and `at` the pointer to it. Per instance NAME the function
// has: h_NAME, pointer to the header extracted last, used only in the state that extracts it; o_NAME and l_NAME,
// offsets of the first and the last element in the frame, for later looks, which are bounded anew; n_NAME, the number
// of elements extracted. Only those that something asks for are kept.
//
// The verifier walks every path. Where paths join, what it knows of `cursor` differs, and it would check the rest of
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
  std::set<ir::Exit> left = {};  // exits that something goes to
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

/// Where in the function code is being written.
struct Here {
  std::optional<unsigned> node;          // whose code it is; none: requirements, tables, the end
  bool fast = false;                     // on the fast path, where all bytes of the stretch are known to be there
  std::optional<unsigned> next;          // the node that comes next on it
  bool limited = false;                  // a `limit` can have been set
  bool behind_decap = false;             // outside of nodes: what is asked is about the packet as the SF sees it
  std::set<unsigned> pointers = {};      // instances of which h_NAME is good
  std::vector<unsigned> unwritten = {};  // instances whose part of the key is still to be written
};

// parser_fields.cpp: how expressions get at headers
/// Those extracted here by pointer, others through what declareLooks has declared.
Access accessAt(const Parser& parser, const Here& here);
/// Declares a bounded pointer for each header that an expression refers to and that was extracted elsewhere, but for
/// those in `declared`.
void declareLooks(const Parser& parser, const Here& here, const ir::ExprPtr& expr, std::set<std::string>& declared,
                  c::Block& out);
/// The pointer to a header that was extracted elsewhere, and where that is in the frame.
std::string lookName(const Parser& parser, const ir::FieldRef& ref);
c::Expr placeOf(const Parser& parser, const ir::FieldRef& ref);
/// Does the reference mean a field that says what moved to it, and is still to be rewritten?
bool saysWhatMoved(const Parser& parser, const Here& here, const ir::FieldRef& ref);
/// Of which only the number is laundered: element `number`, or the last.
c::Expr isMissing(const Parser& parser, const ir::FieldRef& ref);

// parser.cpp
/// Makes what follows the same on all paths to it: the cursor and the limit are laundered, and bounded anew.
void joinPaths(Parser& parser, bool limited, c::Block& out);
void launderCursor(Parser& parser, c::Block& out);
void launderLimit(const Parser& parser, c::Block& out);
c::Expr laundered(const c::Expr& value);

// parser_steps.cpp: the steps of a node
void emitStep(Parser& parser, Here& here, const ir::Step& step, c::Block& out);
/// Declares `ahead`, a pointer to the bytes behind the cursor; leaves if there are not so many.
void emitLookahead(Parser& parser, Here& here, unsigned bytes, ir::Exit truncated, c::Block& out);

// parser_regions.cpp: where regions are in the packet
void markRegion(Parser& parser, const Here& here, unsigned region, c::Block& out);
/// Without the `join` that follows it off the fast path.
void emitDecapsulation(Parser& parser, const Here& here, const ir::Decapsulation& decap, c::Block& out);
/// Notes where a header is, as it may be stripped; from the start of the packet, until the last region ends.
void noteStripped(const Parser& parser, unsigned instance, c::Block& out);

// parser_key.cpp: the key of the packet
/// What the headers extracted since have in the key. A stack's next element takes the place of the pointer to its last.
void writeKeyBlocks(const Parser& parser, Here& here, c::Block& out);
/// Behind its region, a header counts as absent.
void clearInKey(const Parser& parser, unsigned instance, c::Block& out);
void finishKey(Parser& parser, c::Block& out);

// parser_checks.cpp: what is required, and tables
void emitChecks(Parser& parser, const std::vector<ir::Check>& checks, bool behind_decap, c::Block& out);
/// What is asked before a packet is dropped, at the end of the function.
void emitQuestions(Parser& parser, c::Block& out);
/// What `on return` wants decided on arrival.
void emitDecisions(const Parser& parser, c::Block& out);
/// The key of one of a classifier's tables.
void emitTableKey(const Parser& parser, unsigned table, c::Block& out);

}  // namespace sfc::emit_bpf
