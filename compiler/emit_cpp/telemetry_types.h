// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "compiler/emit_cpp/identifiers.h"
#include "lib/plan/plan.h"
#include "lib/text/writer.h"

namespace sfc::emit_cpp {

/// Writes a struct for each telemetry that is reported, and the class Telemetry that reads them. Nothing without any.
void emitTelemetryTypes(const plan::Plan& plan, Names& types, Writer& out);

}  // namespace sfc::emit_cpp
