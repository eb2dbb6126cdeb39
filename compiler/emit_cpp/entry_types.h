// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The types of cache entries: the stripped headers, Key, Record, Entry.
#pragma once

#include "compiler/emit_cpp/identifiers.h"
#include "lib/plan/plan.h"
#include "lib/text/writer.h"

namespace sfc::emit_cpp {

/// Writes the types. `types` are the names of the header's namespace, in which the stripped headers get theirs.
void emitEntryTypes(const plan::Plan& plan, Names& types, Writer& out);

}  // namespace sfc::emit_cpp
