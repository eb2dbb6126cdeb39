// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/elf.h"

#include <elf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "runtime/abi.h"
#include "runtime/btf_check.h"

namespace sfc::elf {
namespace {

constexpr uint64_t largest_alignment = 8;
constexpr size_t instruction_size = sizeof(bpf_insn);
constexpr uint32_t relocation_load = 1;   // R_BPF_64_64: of an instruction that loads 64 bits
constexpr uint32_t relocation_call = 10;  // R_BPF_64_32: of a call

// libbpf gives sections a meaning by their names, so that unknown ones could do things that no proxy does.
constexpr std::array<std::string_view, 12> known_sections = {".strtab",      ".shstrtab", ".symtab",  ".text",
                                                             "xdp.frags",    "tc",        ".maps",    "license",
                                                             SFC_MAP_CONFIG, ".BTF",      ".BTF.ext", SFC_PLAN_SECTION};

template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw std::runtime_error(fmt::format(text, std::forward<Args>(args)...));
}

/// Element `index` of an array of structures; the caller has seen that there are so many.
template <typename T>
T elementAt(std::string_view bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

bool lies(uint64_t offset, uint64_t size, uint64_t within) {
  return offset <= within && size <= within - offset;
}

/// The text at an offset of a string table that ends with a zero.
std::string_view textAt(std::string_view table, uint64_t offset) {
  const std::string_view rest = table.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

bool isStringTable(std::string_view bytes) {
  return !bytes.empty() && bytes.front() == '\0' && bytes.back() == '\0';
}

// ---- the section table

Elf64_Ehdr readHeader(std::string_view file) {
  if (file.size() < sizeof(Elf64_Ehdr)) fail("it is not an ELF file");
  const auto header = elementAt<Elf64_Ehdr>(file, 0);
  constexpr unsigned char order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) fail("it is not an ELF file");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != order || header.e_machine != EM_BPF ||
      header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT || header.e_type != ET_REL)
    fail("it is not a 64-bit relocatable BPF object of this machine's byte order");
  if (header.e_phnum != 0 || header.e_ehsize != sizeof(Elf64_Ehdr)) fail("its ELF header is corrupt");
  if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff % largest_alignment != 0 ||
      !lies(header.e_shoff, uint64_t{header.e_shnum} * sizeof(Elf64_Shdr), file.size()))
    fail("its section table lies outside the file");
  if (header.e_shstrndx == SHN_UNDEF || header.e_shstrndx >= header.e_shnum)
    fail("its section table has no section {}, which should hold the names", header.e_shstrndx);
  return header;
}

void checkPlace(const Elf64_Shdr& section, size_t index, std::string_view file) {
  switch (section.sh_type) {
    case SHT_NULL:
    case SHT_PROGBITS:
    case SHT_SYMTAB:
    case SHT_STRTAB:
    case SHT_REL:
      break;
    default:
      fail("section {} has type {}, which sfcc never writes", index, section.sh_type);
  }
  if ((section.sh_type == SHT_NULL) != (index == 0)) fail("section {} has type {}", index, section.sh_type);
  if (index == 0 && (section.sh_offset != 0 || section.sh_size != 0)) fail("section 0 is not empty");
  if (!lies(section.sh_offset, section.sh_size, file.size()))
    fail("section {} ends at {} of {} bytes", index, section.sh_offset + section.sh_size, file.size());
  if (section.sh_addralign > largest_alignment ||
      (section.sh_addralign > 1 &&
       (!std::has_single_bit(section.sh_addralign) || section.sh_offset % section.sh_addralign != 0)))
    fail("section {} is not aligned to {}", index, section.sh_addralign);
  if (section.sh_addr != 0 || (section.sh_flags & SHF_COMPRESSED) != 0)
    fail("section {} is compressed or has an address", index);
}

// ---- contents of sections

/// The whole file, as far as its parts refer to each other.
class Object {
public:
  explicit Object(std::string_view file) : sections_(readSections(file)) {}

  void check() {
    for (size_t i = 1; i < sections_.size(); ++i) checkName(sections_[i]);
    findSymbols();
    for (size_t i = 0; i < symbol_count_; ++i) checkSymbol(i);
    for (const Section& section : sections_)
      if (section.type == SHT_REL) checkRelocations(section);
    const Section* types = find(sections_, ".BTF");
    const Section* lines = find(sections_, ".BTF.ext");
    if (types == nullptr) fail("it has no section .BTF");
    checkBtf(types->bytes);
    if (lines != nullptr) checkBtfExt(lines->bytes, types->bytes);
  }

private:
  // More would only keep libbpf busy; sfcc makes a few dozen.
  static constexpr size_t most_symbols = 4096;

  void checkName(const Section& section) {
    if (!names_.insert(section.name).second) fail("section {} occurs twice", section.name);
    if ((section.flags & SHF_EXECINSTR) != 0) {
      if (section.type != SHT_PROGBITS || section.bytes.size() % instruction_size != 0)
        fail("section {} has an incomplete instruction", section.name);
    }
    const auto name =
        section.type == SHT_REL && section.name.starts_with(".rel") ? section.name.substr(4) : section.name;
    if (std::find(known_sections.begin(), known_sections.end(), name) == known_sections.end())
      fail("section {} is not one that sfcc writes", section.name);
  }

  void findSymbols() {
    for (size_t i = 0; i < sections_.size(); ++i)
      if (sections_[i].type == SHT_SYMTAB) symbols_ = i;
    if (symbols_ == 0) fail("it has no symbol table");
    const Section& table = sections_[symbols_];
    if (table.name != ".symtab") fail("section {} is a symbol table", table.name);
    symbol_count_ = table.bytes.size() / sizeof(Elf64_Sym);
    if (table.entry_size != sizeof(Elf64_Sym) || table.bytes.size() % sizeof(Elf64_Sym) != 0 ||
        symbol_count_ > most_symbols || table.info > symbol_count_)
      fail("the symbol table is corrupt");
    if (table.link >= sections_.size() || sections_[table.link].type != SHT_STRTAB)
      fail("section {} should hold the symbols' names, but has none", table.link);
  }

  Elf64_Sym symbol(size_t index) const { return elementAt<Elf64_Sym>(sections_[symbols_].bytes, index); }

  void checkSymbol(size_t index) const {
    const Elf64_Sym symbol = this->symbol(index);
    const std::string_view names = sections_[sections_[symbols_].link].bytes;
    if (symbol.st_name >= names.size()) fail("symbol {} has no name", index);
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS) return;
    if (symbol.st_shndx >= sections_.size()) fail("symbol {} is in section {}", index, symbol.st_shndx);
    const Section& section = sections_[symbol.st_shndx];
    if (!lies(symbol.st_value, symbol.st_size, section.bytes.size()))
      fail("symbol {} lies outside section {}", textAt(names, symbol.st_name), section.name);
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) return;
    if ((section.flags & SHF_EXECINSTR) == 0 || symbol.st_size == 0 || symbol.st_value % instruction_size != 0 ||
        symbol.st_size % instruction_size != 0)
      fail("function {} has an incomplete instruction", textAt(names, symbol.st_name));
  }

  void checkRelocations(const Section& section) const {
    if (section.entry_size != sizeof(Elf64_Rel) || section.bytes.size() % sizeof(Elf64_Rel) != 0 ||
        section.link != symbols_ || section.info == 0 || section.info >= sections_.size())
      fail("section {} is corrupt", section.name);
    const Section& target = sections_[section.info];
    if ((target.flags & SHF_EXECINSTR) == 0) fail("section {} relocates no instructions", section.name);
    for (size_t i = 0; i < section.bytes.size() / sizeof(Elf64_Rel); ++i)
      checkRelocation(elementAt<Elf64_Rel>(section.bytes, i), i, section, target);
  }

  void checkRelocation(const Elf64_Rel& relocation, size_t index, const Section& section, const Section& target) const {
    const uint64_t type = ELF64_R_TYPE(relocation.r_info);
    if (ELF64_R_SYM(relocation.r_info) >= symbol_count_)
      fail("{}: relocation {} refers to symbol {}", section.name, index, ELF64_R_SYM(relocation.r_info));
    const size_t size = type == relocation_load ? 2 * instruction_size : instruction_size;
    if (relocation.r_offset % instruction_size != 0 || !lies(relocation.r_offset, size, target.bytes.size()))
      fail("{}: relocation {} is at byte {}", section.name, index, relocation.r_offset);
    const auto instruction = elementAt<bpf_insn>(target.bytes, relocation.r_offset / instruction_size);
    const bool fits = (type == relocation_load && instruction.code == (BPF_LD | BPF_IMM | BPF_DW)) ||
                      (type == relocation_call && instruction.code == (BPF_JMP | BPF_CALL));
    if (!fits) fail("{}: relocation {} has type {} for instruction {:#x}", section.name, index, type, instruction.code);
  }

  std::vector<Section> sections_;
  std::set<std::string_view> names_;
  size_t symbols_ = 0;
  size_t symbol_count_ = 0;
};

}  // namespace

std::vector<Section> readSections(std::string_view file) {
  const Elf64_Ehdr header = readHeader(file);
  std::vector<Section> sections;
  const std::string_view table = file.substr(header.e_shoff);
  for (size_t i = 0; i < header.e_shnum; ++i) checkPlace(elementAt<Elf64_Shdr>(table, i), i, file);
  const auto names_section = elementAt<Elf64_Shdr>(table, header.e_shstrndx);
  const std::string_view names = file.substr(names_section.sh_offset, names_section.sh_size);
  for (size_t i = 0; i < header.e_shnum; ++i) {
    const auto raw = elementAt<Elf64_Shdr>(table, i);
    const auto bytes = file.substr(raw.sh_offset, raw.sh_size);
    if (raw.sh_type == SHT_STRTAB && !isStringTable(bytes)) fail("section {} is not a terminated string table", i);
    if (names_section.sh_type != SHT_STRTAB || raw.sh_name >= names.size()) fail("section {} has no name", i);
    sections.push_back(
        {textAt(names, raw.sh_name), bytes, raw.sh_type, raw.sh_flags, raw.sh_link, raw.sh_info, raw.sh_entsize});
  }
  return sections;
}

const Section* find(const std::vector<Section>& sections, std::string_view name) {
  const auto found =
      std::find_if(sections.begin(), sections.end(), [&](const Section& section) { return section.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

void check(std::string_view file) {
  Object(file).check();
}

}  // namespace sfc::elf
