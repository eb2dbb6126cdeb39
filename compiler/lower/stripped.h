// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What follows from which headers are stripped: lengths and checksums among them, how their bytes can go back, how
// large reports of them are.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills InRecord::region, Program::computed, finishes_checksums, pushes_behind_checksum and word_by_word. The parse
/// graphs must be known.
void describeStripped(ir::Program& program);

/// Fills Program::max_reported_packet and max_report. The record must have been laid out.
void measureReports(ir::Program& program);

}  // namespace sfc::lower
