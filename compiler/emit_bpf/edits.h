// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens to kept and stripped bytes besides being moved: hidden fields, the edits of `on return`, and the lengths
// and checksums that follow from the rest of the packet.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/ir/program.h"
#include "lib/source/source.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

/// Writes spec_save, spec_rewrite, spec_restore and spec_restoreInPlace; for a classifier the last two alone.
void emitHidden(const ir::Program& program, Writer& out);

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

/// Writes edits of headers that stay in the packet. A `drop` returns its counter.
void emitEditsInPlace(const ir::Program& program, const std::vector<ir::Edit>& edits, const HeaderAccess& headers,
                      const SourceMap& sources, Writer& out);

/// Writes spec_onReturn, or at the end of a domain spec_onArrival.
void emitEdits(const ir::Program& program, const SourceMap& sources, Writer& out);

/// Writes spec_wantsSum and, where checksums are finished, spec_finish.
void emitWantsSum(const ir::Program& program, Writer& out);

/// Writes spec_derive.
void emitDerived(const ir::Program& program, Writer& out);

}  // namespace sfc::emit_bpf
