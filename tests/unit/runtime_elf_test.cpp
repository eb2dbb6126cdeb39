// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A damaged object file is refused, or libbpf can open it: it never gets a file that it would follow out of its bounds.
#include "runtime/elf.h"

#include <bpf/libbpf.h>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>

#include "sr-mpls.sfc.hpp"

namespace sfc::elf {
namespace {

using ::testing::HasSubstr;

std::string sample() {
  return std::string(sr_mpls::objectBytes());
}

std::string errorOf(const std::string& file) {
  try {
    check(file);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

struct ObjectCloser {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};

bool opens(const std::string& file) {
  libbpf_set_print(nullptr);
  return std::unique_ptr<bpf_object, ObjectCloser>(bpf_object__open_mem(file.data(), file.size(), nullptr)) != nullptr;
}

/// Where a section's header is in the file.
size_t headerOf(const std::string& file, std::string_view name) {
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof(header));
  const auto sections = readSections(file);
  for (size_t i = 0; i < sections.size(); ++i)
    if (sections[i].name == name) return header.e_shoff + i * sizeof(Elf64_Shdr);
  throw std::runtime_error("no section");
}

size_t bytesOf(const std::string& file, std::string_view name) {
  const auto sections = readSections(file);
  return static_cast<size_t>(find(sections, name)->bytes.data() - file.data());
}

/// What is said of the sample with other bytes at this place.
template <typename T>
std::string with(size_t at, T value, std::string file = sample()) {
  std::memcpy(file.data() + at, &value, sizeof(value));
  return errorOf(file);
}

TEST(Elf, OfACompiledObjectIsGood) {
  EXPECT_EQ(errorOf(sample()), "");
  EXPECT_TRUE(opens(sample()));
}

TEST(Elf, HasItsSectionsWithinTheFile) {
  const std::string file = sample();
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_shoff), uint64_t{file.size()}), HasSubstr("section table"));
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_shnum), uint16_t{0xfeff}), HasSubstr("section table"));
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_shstrndx), uint16_t{0xfffe}), HasSubstr("names"));
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_machine), uint16_t{EM_X86_64}), HasSubstr("BPF"));
  const size_t text = headerOf(file, ".text");
  EXPECT_THAT(with(text + offsetof(Elf64_Shdr, sh_offset), UINT64_MAX - 7), HasSubstr("ends at"));
  EXPECT_THAT(with(text + offsetof(Elf64_Shdr, sh_size), uint64_t{file.size()}), HasSubstr("ends at"));
  EXPECT_THAT(with(text + offsetof(Elf64_Shdr, sh_name), uint32_t{1 << 20}), HasSubstr("has no name"));
  EXPECT_THAT(with(text + offsetof(Elf64_Shdr, sh_type), uint32_t{SHT_RELA}), HasSubstr("which sfcc never writes"));
}

TEST(Elf, HasSymbolsAndRelocationsWithinTheirSections) {
  const std::string file = sample();
  const size_t symbol = bytesOf(file, ".symtab") + 3 * sizeof(Elf64_Sym);
  EXPECT_THAT(with(symbol + offsetof(Elf64_Sym, st_shndx), uint16_t{0x1000}), HasSubstr("symbol 3 is in section 4096"));
  EXPECT_THAT(with(symbol + offsetof(Elf64_Sym, st_name), uint32_t{1 << 20}), HasSubstr("symbol 3 has no name"));
  EXPECT_THAT(with(symbol + offsetof(Elf64_Sym, st_size), uint64_t{1 << 20}), HasSubstr("lies outside section"));
  EXPECT_THAT(with(headerOf(file, ".symtab") + offsetof(Elf64_Shdr, sh_entsize), uint64_t{0}),
              HasSubstr("symbol table is corrupt"));
  const size_t relocation = bytesOf(file, ".reltc");
  EXPECT_THAT(with(relocation + offsetof(Elf64_Rel, r_offset), uint64_t{1 << 20}),
              HasSubstr("relocation 0 is at byte 1048576"));
  EXPECT_THAT(with(relocation + offsetof(Elf64_Rel, r_info), ELF64_R_INFO(uint64_t{5000}, 1)),
              HasSubstr("relocation 0 refers to symbol 5000"));
  EXPECT_THAT(with(headerOf(file, ".reltc") + offsetof(Elf64_Shdr, sh_info), uint32_t{99}), HasSubstr(".reltc"));
}

TEST(Elf, HasTypesThatEnd) {
  const std::string file = sample();
  const size_t types = bytesOf(file, ".BTF");
  EXPECT_THAT(with(types + 12, uint32_t{1 << 20}), HasSubstr("type section"));
  EXPECT_THAT(with(types + 20, uint32_t{1 << 20}), HasSubstr("string section"));
  EXPECT_THAT(with(types + 24, uint32_t{1 << 20}), HasSubstr("has its name at"));
  EXPECT_THAT(with(types + 24 + 8, uint32_t{1 << 20}), HasSubstr("has type 1048576"));
  // A typedef of itself.
  const size_t kind = 24;
  EXPECT_THAT(with(types + 24 + 4, (uint64_t{1} << 32) | uint64_t{8} << kind), HasSubstr("contains itself"));
  EXPECT_THAT(with(bytesOf(file, ".BTF.ext") + 12, uint32_t{1 << 20}), HasSubstr("func_info"));
}

TEST(Elf, IsRefusedOrCanBeOpenedWhateverIsDoneToIt) {
  std::mt19937 random(20);
  const std::string whole = sample();
  Elf64_Ehdr header;
  std::memcpy(&header, whole.data(), sizeof(header));
  const auto sections = readSections(whole);
  unsigned opened = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string file = whole;
    for (unsigned change = random() % 3 + 1; change > 0; --change) {
      // Mostly in what refers to something: the section table, and any one of the sections.
      const auto& section = sections[1 + random() % (sections.size() - 1)];
      const size_t table = header.e_shoff + random() % (file.size() - header.e_shoff);
      const size_t inside = static_cast<size_t>(section.bytes.data() - whole.data()) +
                            random() % std::min<size_t>(section.bytes.size(), 2000);
      const size_t at = std::min(random() % 4 == 0 ? table : inside, file.size() - 4);
      const uint32_t values[] = {0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, static_cast<uint32_t>(random())};
      std::memcpy(file.data() + at, &values[random() % std::size(values)], 1U << random() % 3);
    }
    if (random() % 20 == 0) file.resize(random() % file.size());
    if (errorOf(file).empty() && opens(file)) ++opened;
  }
  EXPECT_GT(opened, 100U) << "of files with which little is wrong";
}

}  // namespace
}  // namespace sfc::elf
