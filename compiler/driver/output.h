// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Writing files: all of them or none, and none by halves.
#pragma once

#include <optional>
#include <string>

#include "compiler/driver/pipeline.h"

namespace sfc {

/// What went wrong, in one line: the command line's fault, or not.
struct Problem {
  bool usage = false;
  std::string text;
};

/// Writes NAME.bpf.c, NAME.bpf.o and NAME.sfc.hpp into `dir`, which is made if need be. The files get their names only
/// when all of them have been written, so that a failure leaves what was there before. Nothing if all went well.
std::optional<Problem> writeOutput(const Output& output, const std::string& dir);

/// Puts `text` in the place of the file at `path`, at once and with the file's mode; a link is followed. Nothing if all
/// went well, else what went wrong, in one line.
std::optional<std::string> replaceFile(const std::string& path, const std::string& text);

}  // namespace sfc
