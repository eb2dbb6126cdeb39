// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Questions about a model that several parts of lowering ask.
#pragma once

#include <functional>
#include <vector>

#include "compiler/sema/model.h"

namespace sfc::lower {

/// What a state extracts. One that extracts both kinds is an error (E0410); it counts as what it extracts first. One
/// that is named in a strip clause is Stripped.
enum class StateKind { Nothing, Retained, Stripped };
StateKind kindOf(const ir::State& state, const model::Model& model);

/// The strip clause that a state of kind Stripped belongs to.
unsigned regionOf(const ir::State& state, const model::Model& model);

/// The headers that `on return` pushes, each once, in the order of the text.
std::vector<unsigned> pushedHeaders(const model::Model& model);

/// The same of the telemetry that is pushed as room.
std::vector<unsigned> pushedRoom(const model::Model& model);

/// Is a packet that has none of the stripped headers the proxy's as well, to get them on return? What such a packet has
/// instead is said by a field that moves.
bool startsHeaders(const model::Model& model);

/// The telemetry that is reported somewhere, as indices in order.
std::vector<unsigned> reported(const model::Model& model);

/// Calls `one` with the parts of all expressions of `on return`, those of its telemetry included.
void visitReturn(const model::Model& model, const std::function<void(const ir::Expr&)>& one);

/// Is this measured somewhere, in statements, in telemetry data or for a report?
bool measures(const model::Model& model, ir::Measure measure);

/// Are packets counted that are with the SF, or that it has dropped?
bool countsFlight(const model::Model& model);

/// The tables of which `on return` wants to know what they said when the packet arrived, as indices in order.
std::vector<unsigned> rememberedTables(const model::Model& model);

}  // namespace sfc::lower
