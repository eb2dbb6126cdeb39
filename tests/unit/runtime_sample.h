// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Object files for tests: ELF files that hold a plan and nothing else.
#pragma once

#include <elf.h>

#include <cstring>
#include <string>

#include "runtime/abi.h"

namespace sfc {

/// An ELF file with one section of this name and content.
inline std::string elfWith(const std::string& content, const std::string& section = SFC_PLAN_SECTION) {
  const std::string names = std::string(1, '\0') + section + '\0';
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_shoff = sizeof(header) + names.size() + content.size();
  header.e_shnum = 2;
  header.e_shstrndx = 0;
  Elf64_Shdr sections[2] = {};
  sections[0].sh_offset = sizeof(header);
  sections[0].sh_size = names.size();
  sections[1].sh_name = 1;
  sections[1].sh_offset = sizeof(header) + names.size();
  sections[1].sh_size = content.size();
  return std::string(reinterpret_cast<char*>(&header), sizeof(header)) + names + content +
         std::string(reinterpret_cast<char*>(sections), sizeof(sections));
}

}  // namespace sfc
