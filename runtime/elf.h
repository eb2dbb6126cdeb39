// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The object as an ELF file. libbpf and libelf trust the offsets, indices and sizes in a file; here they are checked
// against the file first, and features that an object of sfcc never has are refused.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sfc::elf {

/// A section whose name and bytes lie within the file.
struct Section {
  std::string_view name;
  std::string_view bytes;
  uint32_t type = 0;
  uint64_t flags = 0;
  uint32_t link = 0;
  uint32_t info = 0;
  uint64_t entry_size = 0;
};

/// The sections of a relocatable BPF object, by their indices. Throws std::runtime_error with one line that names the
/// part that is wrong.
std::vector<Section> readSections(std::string_view file);

/// The section of this name; null if there is none.
const Section* find(const std::vector<Section>& sections, std::string_view name);

/// Throws as readSections() does unless libbpf can take the file: symbols, relocations and BTF stay within the sections
/// that they refer to.
void check(std::string_view file);

}  // namespace sfc::elf
