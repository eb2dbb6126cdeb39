// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The pipeline, from a .sfc file to what is written: every arrow is one function from a value to the next.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/program.h"
#include "compiler/sema/sema.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc {

/// What the command line says about one spec.
struct Request {
  std::string spec;  // path
  std::vector<std::string> include_dirs;
  sema::Overrides overrides;
};

/// The stages that can be printed, in order.
const std::vector<std::string>& stages();

/// What compiling gives.
struct Output {
  std::string name;  // file name without .sfc
  std::string bpf_c;
  std::string object;  // ELF
  std::string hpp;
  unsigned max_growth = 0;  // bytes that telemetry can add to a packet
};

/// Checks a spec: all but code generation. Nothing after errors.
std::optional<ir::Program> check(const Request& request, SourceMap& sources, Diagnostics& diagnostics);

/// Compiles a spec. Nothing after errors.
std::optional<Output> compile(const Request& request, SourceMap& sources, Diagnostics& diagnostics);

/// The text of one stage. Nothing after errors.
std::optional<std::string> print(const Request& request, const std::string& stage, SourceMap& sources,
                                 Diagnostics& diagnostics);

}  // namespace sfc
