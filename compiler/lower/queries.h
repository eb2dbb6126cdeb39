// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Questions about a model that several parts of lowering ask.
#pragma once

#include <functional>
#include <vector>

#include "compiler/sema/model.h"

namespace sfc::lower {

/// The kind of the headers that a state extracts. A state with both kinds is an error (E0410); its first header counts.
/// A state that a strip clause names is Stripped.
enum class StateKind { Nothing, Retained, Stripped };
StateKind kindOf(const ir::State& state, const model::Model& model);

/// The strip clause that a state of kind Stripped belongs to.
unsigned regionOf(const ir::State& state, const model::Model& model);

/// The headers that `on return` pushes, each once, in the order of the text.
std::vector<unsigned> pushedHeaders(const model::Model& model);

/// The same for telemetry that is pushed as room.
std::vector<unsigned> pushedRoom(const model::Model& model);

/// Is a packet without the stripped headers the proxy's as well, and gets them on return? A field that moves tells what
/// such a packet has instead.
bool startsHeaders(const model::Model& model);

/// The telemetry that is reported somewhere, as indices in order.
std::vector<unsigned> reported(const model::Model& model);

/// Calls `one` with the parts of all expressions of `on return`, those of its telemetry included.
void visitReturn(const model::Model& model, const std::function<void(const ir::Expr&)>& one);

/// Is this measured somewhere, in statements, in telemetry data or for a report?
bool measures(const model::Model& model, ir::Measure measure);

/// Are packets counted that the SF has, or has dropped?
bool countsFlight(const model::Model& model);

/// The tables whose results on arrival `on return` uses, or `on arrival` of a terminator, as indices in order.
std::vector<unsigned> rememberedTables(const model::Model& model);

/// The values of tables that it reads, in order; those of `on arrival` of a terminator as well.
std::vector<ir::TableValueRef> rememberedValues(const model::Model& model);

}  // namespace sfc::lower
