// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Facts about the stripped headers: computed fields, how their bytes can be deparsed, the size of reports.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills InRecord::region, Program::computed, finishes_checksums, pushes_behind_checksum and word_by_word. The parse
/// graphs must be known.
void describeStripped(ir::Program& program);

/// Fills Program::max_reported_packet and max_report. The record must have been laid out.
void measureReports(ir::Program& program);

}  // namespace sfc::lower
