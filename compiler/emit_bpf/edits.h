// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens to kept and stripped bytes besides being moved: hidden fields, the edits of `on return`, and the lengths
// and checksums that follow from the rest of the packet.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/plan/program.h"
#include "lib/source/source.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// Writes spec_save, spec_rewrite, spec_restore and spec_restoreInPlace; for a classifier the last two alone.
void emitHidden(const plan::Program& program, Writer& out);

/// Which element of a stack (of a single header the first).
struct Element {
  std::optional<unsigned> number;  // if it is known here
  std::string text;                // C for the number

  Element(unsigned known) : number(known), text(std::to_string(known)) {}
  explicit Element(std::string worked_out) : text(std::move(worked_out)) {}
};

/// How edits get at headers: a C expression of type __u8* for the header, or 0 if the packet has none; and one for the
/// number of elements of a stack.
struct HeaderAccess {
  std::function<std::string(unsigned instance, const Element& element)> pointer;
  std::function<std::string(unsigned instance)> count;
};

/// Writes edits of headers that stay in the packet. A `drop` returns its counter, one of `drops`.
void emitEditsInPlace(const plan::Program& program, const std::vector<model::Statement>& statements,
                      const std::vector<plan::Exit>& drops, const HeaderAccess& headers, const SourceMap& sources,
                      Writer& out);

/// Writes spec_onReturn, or at the end of a domain spec_onArrival.
void emitEdits(const plan::Program& program, const SourceMap& sources, Writer& out);

/// How many elements statements pop, if all their conditions hold.
unsigned popsIn(const std::vector<model::Statement>& statements);

/// Is the verifier not to know, behind each condition, whether an element was popped? So it is where many are, or any
/// where several regions have lengths or checksums.
bool forgetsPops(const plan::Program& program);

/// Does ingress finish checksums among the stripped bytes that have only been started?
bool finishesChecksums(const plan::Program& program);

/// Writes spec_wantsSum and, where finishesChecksums, spec_finish.
void emitWantsSum(const plan::Program& program, Writer& out);

/// Writes spec_derive.
void emitDerived(const plan::Program& program, Writer& out);

}  // namespace sfc::emit_bpf
