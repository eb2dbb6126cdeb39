// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Telemetry data as C: the size that a packet requests, and the bytes.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

/// The name of one of the functions below.
std::string telemetryFunction(const char* what, unsigned telemetry);

/// The arguments for them in a function that has these as well: for a packet that returns, or one that arrives at a
/// terminator.
std::vector<c::Expr> telemetryArguments(const ir::Program& program);

/// Adds for each telemetry of a program (its number is T), the first two for data of other hops as well:
///   __u64 spec_needed_T(...)      the bytes of the requested items
///   __u64 spec_size_T(...)        the bytes of the data
///   int spec_holds_T(..., size)   is the size enough, and not too large?
///   void spec_measure_T(..., to)  the data, at `to`
///   void spec_report_T(...)       reports all items to user space, if telemetry T is reported
void emitTelemetry(const ir::Program& program, const Access& access, c::Unit& unit);

}  // namespace sfc::emit_bpf
