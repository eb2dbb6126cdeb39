// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// BPF C to a relocatable BPF object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sfc {

/// A file that #line names, so that the object can hold the source lines of its instructions.
struct LineSource {
  std::string path;  // as in the #line directive
  std::string_view text;
};

/// The ELF object of a C text that includes nothing: little-endian BPF with BTF, without DWARF. `c_name` is what clang
/// calls the text where no #line says otherwise. On failure nothing, and clang's messages are in `log`; warnings are
/// failures. Reads and writes no file: the lines that the kernel and disassemblers show come from `line_sources`, and
/// from the C text itself for `c_name`.
std::optional<std::string> compileBpf(std::string_view c_text, const std::string& c_name, std::string& log,
                                      const std::vector<LineSource>& line_sources = {});

}  // namespace sfc
