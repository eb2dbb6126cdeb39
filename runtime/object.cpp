// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Finds the plan in an object file: a look through the ELF section table in which nothing that the file says is
// believed before it is checked.
#include "sfc/object.h"

#include <elf.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

/// A structure at an offset of the file, if it lies within.
template <typename T>
std::optional<T> readAt(std::string_view bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::optional<std::string_view> range(std::string_view bytes, uint64_t offset, uint64_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  return bytes.substr(offset, size);
}

/// The contents of a named section of a 64-bit ELF file.
std::optional<std::string_view> findSection(std::string_view elf, std::string_view name) {
  const auto header = readAt<Elf64_Ehdr>(elf, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64) {
    return std::nullopt;
  }
  const auto section = [&](unsigned index) {
    return readAt<Elf64_Shdr>(elf, header->e_shoff + uint64_t{index} * sizeof(Elf64_Shdr));
  };
  const auto names_section = section(header->e_shstrndx);
  if (!names_section) return std::nullopt;
  const auto names = range(elf, names_section->sh_offset, names_section->sh_size);
  if (!names) return std::nullopt;
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const auto candidate = section(i);
    if (!candidate || candidate->sh_name >= names->size()) continue;
    const std::string_view rest = names->substr(candidate->sh_name);
    if (rest.substr(0, rest.find('\0')) == name) return range(elf, candidate->sh_offset, candidate->sh_size);
  }
  return std::nullopt;
}

plan::Plan readPlan(std::string_view elf, const std::string& label) {
  auto text = findSection(elf, SFC_PLAN_SECTION);
  if (!text)
    throw Failure(ErrorKind::Input, "{}: not an object that sfcc made (no section {})", label, SFC_PLAN_SECTION);
  while (!text->empty() && text->back() == '\0') text->remove_suffix(1);
  plan::Plan plan;
  try {
    plan = plan::fromJson(*text);
  } catch (const std::exception& error) {
    throw Failure(ErrorKind::Input, "{}: made by another version of sfcc ({}); compile it again with this one", label,
                  error.what());
  }
  if (plan.abi != SFC_ABI_VERSION) {
    throw Failure(ErrorKind::Input,
                  "{}: made by {} for version {} of the interface, this is version {}; compile it again", label,
                  plan.compiler, plan.abi, SFC_ABI_VERSION);
  }
  return plan;
}

std::string readFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    throw Failure(errno == ENOENT ? ErrorKind::NotFound : ErrorKind::Input, "cannot open {}: {}", path,
                  std::strerror(errno));
  }
  std::string content;
  std::array<char, 65536> block{};
  while (const size_t got = std::fread(block.data(), 1, block.size(), file.get())) content.append(block.data(), got);
  if (std::ferror(file.get()) != 0) throw Failure(ErrorKind::Input, "cannot read {}: {}", path, std::strerror(errno));
  return content;
}

}  // namespace

Result<Object> Object::open(const std::string& path) {
  const auto content = attempt([&] { return readFile(path); });
  if (!content) return content.error();
  return fromBytes(*content, path);
}

Result<Object> Object::fromBytes(std::string_view bytes, const std::string& label) {
  return attempt([&] {
    Object object;
    object.bytes_ = bytes;
    object.label_ = label;
    object.plan_ = readPlan(object.bytes_, label);
    return object;
  });
}

}  // namespace sfc
