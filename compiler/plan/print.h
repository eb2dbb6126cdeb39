// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The program as text, for people and for golden files.
#pragma once

#include <string>

#include "compiler/plan/program.h"

namespace sfc::plan {

/// What both hooks do with a packet, step by step, every way out by its counter's name.
std::string print(const Program& program);

}  // namespace sfc::plan
