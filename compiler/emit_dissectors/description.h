// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A spec's headers, parser and telemetry as calls of functions that dissector.lua and layers.py both have. These files,
// written by hand, do all the work; a Dialect has the differences between the two languages.
#pragma once

#include <string>

#include "compiler/ir/program.h"
#include "lib/text/writer.h"

namespace sfc::emit_dissectors {

/// The syntax of a language for the parts of the description.
struct Dialect {
  const char* method;               // between an object and a method: ":"
  const char *list, *list_end;      // "{", "}"
  const char* wide_number;          // format of a number, of its low and its high 32 bits
  const char* number;               // format of a smaller one
  const char *lambda, *lambda_end;  // around an expression; format of the parameter
  const char *state, *state_end;    // around the statements of a state; format of its name
  const char* nothing;              // "nil"
};

/// The calls that describe a spec.
void describe(const ir::Program& program, const Dialect& dialect, Writer& out);

}  // namespace sfc::emit_dissectors
