// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// BPF C to a relocatable BPF object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/object/link.h"

namespace sfc {

/// A file that #line names, so that the object can hold the source lines of its instructions.
struct LineSource {
  std::string path;  // as in the #line directive
  std::string_view text;
};

/// A C text that includes nothing. `name` is what clang calls it where no #line says otherwise.
struct CText {
  std::string_view text;
  std::string name;
};

/// The ELF object of a C text: little-endian BPF with BTF, without DWARF, and with `sections`. If there are `parts`,
/// the text is compiled once for each, at the same time, and the results are linked; a part is what the preprocessor is
/// told, NAME=VALUE. On failure nothing, and clang's messages are in `log`; warnings are failures. Reads and writes no
/// file: the lines that the kernel and disassemblers show come from `line_sources`, and from the C text itself for its
/// name.
std::optional<std::string> compileBpf(const CText& text, std::string& log,
                                      const std::vector<LineSource>& line_sources = {},
                                      const std::vector<std::string>& parts = {},
                                      const std::vector<Section>& sections = {});

}  // namespace sfc
