// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A plan comes from a file that anything may have written, and all who use it add its offsets and walk as far as its
// counts say. So each number is held against the others once, before anybody uses one.
#pragma once

#include "lib/plan/plan.h"

namespace sfc::plan {

/// Throws std::runtime_error with one line that names a field ("tables[0].fields[1].offset is 70000: ...") unless all
/// that the plan says lies where the plan says that there is room, within what sfcc makes.
void validate(const Plan& plan);

}  // namespace sfc::plan
