// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Object files for tests: ELF files that hold a plan and nothing else.
#pragma once

#include <elf.h>

#include <bit>
#include <cstring>
#include <string>

#include "lib/plan/plan.h"
#include "runtime/abi.h"

namespace sfc {

/// A plan with which nothing is wrong and in which little is said.
inline plan::Plan smallestPlan() {
  plan::Plan plan;
  plan.abi = SFC_ABI_VERSION;
  plan.name = "sample";
  plan.proxy = "Sample";
  plan.entry.size = 64;
  plan.entry.key_offset = 8;
  plan.entry.key_size = 8;
  plan.entry.record_offset = 16;
  plan.entry.record.bytes_offset = 4;
  plan.entry.record.max_bytes = 4;
  return plan;
}

/// An ELF file with one section of this name and content, and one with the names.
inline std::string elfWith(std::string content, const std::string& section = SFC_PLAN_SECTION) {
  const std::string names = '\0' + section + '\0';
  content.append(-(content.size() + names.size()) % 8, '\0');
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_version = EV_CURRENT;
  header.e_type = ET_REL;
  header.e_machine = EM_BPF;
  header.e_ehsize = sizeof(header);
  header.e_shoff = sizeof(header) + names.size() + content.size();
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 3;
  header.e_shstrndx = 1;
  Elf64_Shdr sections[3] = {};
  sections[1].sh_type = SHT_STRTAB;
  sections[1].sh_offset = sizeof(header);
  sections[1].sh_size = names.size();
  sections[2].sh_type = SHT_PROGBITS;
  sections[2].sh_name = 1;
  sections[2].sh_offset = sizeof(header) + names.size();
  sections[2].sh_size = content.size();
  return std::string(reinterpret_cast<char*>(&header), sizeof(header)) + names + content +
         std::string(reinterpret_cast<char*>(sections), sizeof(sections));
}

}  // namespace sfc
