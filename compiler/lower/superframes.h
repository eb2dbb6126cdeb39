// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Whether egress can push the headers of one record onto a superframe (a GSO packet), which the kernel segments later.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills Program::no_superframes and Program::no_tc_ingress. All else that lower() finds of the program must be known.
void checkSuperframes(ir::Program& program);

}  // namespace sfc::lower
