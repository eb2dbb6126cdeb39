// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The plan: the contract between the object and the runtime (lib/plan).
#pragma once

#include <string>

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"

namespace sfc::lower {

/// The plan of a program, without its counters and its layout hash. `name` is that of the spec's file.
plan::Plan contractOf(const model::Model& model, const ir::Program& program, const std::string& name);

}  // namespace sfc::lower
