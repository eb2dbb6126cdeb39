// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// `sfcc sim`: runs the packets of a capture through the reference interpreter.
#pragma once

#include "compiler/driver/output.h"
#include "compiler/driver/pipeline.h"

namespace sfc {

/// What the command line says. Paths that are empty are not written.
struct SimulateOptions {
  std::string in, sf, back, out, stats, records;
  std::string vnf = "user";
  unsigned inflight = 1;
  std::string clock;                // START,STEP in ns; empty: the real time
  std::vector<std::string> params;  // NAME=VALUE
  std::string entries;              // a file with entries of tables
  bool json = false;
};

/// NAME=VALUE with a decimal, 0x or 0b number, as in a spec.
std::optional<std::pair<std::string, uint64_t>> parseAssignment(const std::string& text);

/// Reads the captures, runs them, writes what is asked for and prints a summary: as `sfcctl test` does.
std::optional<Problem> simulate(const ir::Program& program, const SimulateOptions& options);

}  // namespace sfc
