// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The file that a plan comes from cannot be trusted, and the users of a plan add its offsets and loop over its counts.
// So each number is checked against the others once, before any use.
#pragma once

#include "lib/plan/plan.h"

namespace sfc::plan {

/// Throws std::runtime_error with one line that names a field ("tables[0].fields[1].offset is 70000: ...") unless all
/// parts of the plan lie within the room that it gives for them, and within the limits of sfcc.
void validate(const Plan& plan);

}  // namespace sfc::plan
