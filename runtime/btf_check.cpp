// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/btf_check.h"

#include <linux/btf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace sfc::elf {
namespace {

// How many types can be inside each other; those of sfcc are a handful.
constexpr unsigned deepest = 32;

template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw std::runtime_error(fmt::format(text, std::forward<Args>(args)...));
}

/// Reads consecutive structures from bytes that may end anywhere.
class Reader {
public:
  Reader(std::string_view bytes, const char* what) : left_(bytes), what_(what) {}

  bool atEnd() const { return left_.empty(); }

  template <typename T>
  T take() {
    const std::string_view bytes = take(sizeof(T));
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  std::string_view take(uint64_t size) {
    if (size > left_.size()) fail("{} is truncated", what_);
    const std::string_view bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return bytes;
  }

private:
  std::string_view left_;
  const char* what_;
};

/// A part of a section behind its header.
std::string_view partOf(std::string_view section, uint64_t header, uint64_t offset, uint64_t size, const char* what) {
  if (header + offset > section.size() || section.size() - header - offset < size)
    fail("{} lies outside its section", what);
  return section.substr(header + offset, size);
}

struct Parts {
  std::string_view types;
  std::string_view names;
};

Parts split(std::string_view section) {
  const auto header = Reader(section, ".BTF").take<btf_header>();
  if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || header.flags != 0 ||
      header.hdr_len != sizeof(header))
    fail(".BTF has a corrupt header");
  const Parts parts{partOf(section, header.hdr_len, header.type_off, header.type_len, ".BTF's type section"),
                    partOf(section, header.hdr_len, header.str_off, header.str_len, ".BTF's string section")};
  if (parts.names.empty() || parts.names.front() != '\0' || parts.names.back() != '\0')
    fail(".BTF's string section is not terminated");
  return parts;
}

/// The types that a type refers to: those inside it, and those that it only points to.
struct Type {
  unsigned kind = 0;
  std::vector<uint32_t> inside;
};

class Types {
public:
  explicit Types(std::string_view section) : parts_(split(section)), types_(1), heights_(1, 0) {
    count();
    Reader reader(parts_.types, ".BTF's type section");
    while (!reader.atEnd()) read(reader);
    for (uint32_t id = 1; id < types_.size(); ++id) heightOf(id, 0);
  }

  void requireName(uint32_t offset, const char* what) const {
    if (offset >= parts_.names.size())
      fail("{} has its name at offset {} of {} bytes", what, offset, parts_.names.size());
  }

  void requireType(uint32_t id, const char* what) const {
    if (id > count_) fail("{} has type {}, but there are {} types", what, id, count_);
  }

private:
  /// How many there are, which is needed before the first is read.
  void count() {
    Reader reader(parts_.types, ".BTF's type section");
    for (; !reader.atEnd(); ++count_) {
      const auto type = reader.take<btf_type>();
      reader.take(sizeBehind(type));
    }
  }

  static uint64_t sizeBehind(const btf_type& type) {
    const uint64_t elements = BTF_INFO_VLEN(type.info);
    switch (BTF_INFO_KIND(type.info)) {
      case BTF_KIND_INT:
        return sizeof(uint32_t);
      case BTF_KIND_ARRAY:
        return sizeof(btf_array);
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
        return elements * sizeof(btf_member);
      case BTF_KIND_ENUM:
        return elements * sizeof(btf_enum);
      case BTF_KIND_ENUM64:
        return elements * sizeof(btf_enum64);
      case BTF_KIND_FUNC_PROTO:
        return elements * sizeof(btf_param);
      case BTF_KIND_VAR:
        return sizeof(btf_var);
      case BTF_KIND_DATASEC:
        return elements * sizeof(btf_var_secinfo);
      case BTF_KIND_DECL_TAG:
        return sizeof(btf_decl_tag);
      default:
        return 0;
    }
  }

  void read(Reader& reader) {
    const auto head = reader.take<btf_type>();
    Reader behind(reader.take(sizeBehind(head)), "a type");
    Type type{BTF_INFO_KIND(head.info), {}};
    if (type.kind == BTF_KIND_UNKN || type.kind > BTF_KIND_ENUM64)
      fail("type {} has the unknown kind {}", types_.size(), type.kind);
    requireName(head.name_off, "a type");
    readHead(head, type);
    while (!behind.atEnd() && type.kind != BTF_KIND_INT && type.kind != BTF_KIND_VAR && type.kind != BTF_KIND_DECL_TAG)
      readElement(behind, type);
    types_.push_back(std::move(type));
    heights_.push_back(0);
  }

  /// The type that the head itself names, if its kind has one.
  void readHead(const btf_type& head, Type& type) const {
    switch (type.kind) {
      case BTF_KIND_PTR:
      case BTF_KIND_FUNC:
      case BTF_KIND_FUNC_PROTO:
      case BTF_KIND_DECL_TAG:
        requireType(head.type, "a type");
        break;
      case BTF_KIND_TYPEDEF:
      case BTF_KIND_VOLATILE:
      case BTF_KIND_CONST:
      case BTF_KIND_RESTRICT:
      case BTF_KIND_TYPE_TAG:
      case BTF_KIND_VAR:
        requireType(head.type, "a type");
        type.inside.push_back(head.type);
        break;
      default:
        break;
    }
  }

  void readElement(Reader& behind, Type& type) const {
    switch (type.kind) {
      case BTF_KIND_ARRAY: {
        const auto array = behind.take<btf_array>();
        requireType(array.index_type, "the index of an array");
        addInside(array.type, "an array", type);
        break;
      }
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION: {
        const auto member = behind.take<btf_member>();
        requireName(member.name_off, "a member");
        addInside(member.type, "a member", type);
        break;
      }
      case BTF_KIND_ENUM:
        requireName(behind.take<btf_enum>().name_off, "a value");
        break;
      case BTF_KIND_ENUM64:
        requireName(behind.take<btf_enum64>().name_off, "a value");
        break;
      case BTF_KIND_FUNC_PROTO: {
        const auto param = behind.take<btf_param>();
        requireName(param.name_off, "a parameter");
        requireType(param.type, "a parameter");
        break;
      }
      default:
        addInside(behind.take<btf_var_secinfo>().type, "a variable", type);
    }
  }

  void addInside(uint32_t id, const char* what, Type& type) const {
    requireType(id, what);
    type.inside.push_back(id);
  }

  /// How many types are inside each other from here on.
  unsigned heightOf(uint32_t id, unsigned depth) {
    if (depth > deepest) fail("type {} contains itself, or is nested too deeply", id);
    if (id == 0 || heights_[id] != 0) return checked(id, depth);
    unsigned height = 1;
    for (const uint32_t inner : types_[id].inside) height = std::max(height, heightOf(inner, depth + 1) + 1);
    heights_[id] = height;
    return checked(id, depth);
  }

  unsigned checked(uint32_t id, unsigned depth) const {
    if (heights_[id] + depth > deepest) fail("type {} is nested too deeply", id);
    return heights_[id];
  }

  Parts parts_;
  uint32_t count_ = 0;
  std::vector<Type> types_;
  std::vector<unsigned> heights_;
};

/// A list of records for each of some sections, whose first numbers are `fields`: what they are is up to `check`.
template <typename Check>
void checkRecords(std::string_view part, const Types& types, const char* what, const Check& check) {
  if (part.empty()) return;
  Reader reader(part, what);
  const auto size = reader.take<uint32_t>();
  if (size < 8 || size % 4 != 0) fail("{} has records of {} bytes", what, size);
  while (!reader.atEnd()) {
    types.requireName(reader.take<uint32_t>(), what);
    Reader records(reader.take(reader.take<uint32_t>() * uint64_t{size}), what);
    if (records.atEnd()) fail("{} has an empty section", what);
    while (!records.atEnd()) check(Reader(records.take(size), what));
  }
}

struct ExtHeader {
  uint16_t magic;
  uint8_t version;
  uint8_t flags;
  uint32_t header_size;
  uint32_t functions_offset, functions_size;
  uint32_t lines_offset, lines_size;
  uint32_t relocations_offset, relocations_size;
};

}  // namespace

void checkBtf(std::string_view section) {
  Types{section};
}

void checkBtfExt(std::string_view section, std::string_view btf) {
  const Types types(btf);
  const auto header = Reader(section, ".BTF.ext").take<ExtHeader>();
  if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || header.flags != 0 ||
      header.header_size != sizeof(header))
    fail(".BTF.ext has a corrupt header");
  if (header.relocations_size != 0) fail(".BTF.ext has CO-RE relocations, which sfcc never writes");
  const auto part = [&](uint32_t offset, uint32_t size, const char* what) {
    return partOf(section, header.header_size, offset, size, what);
  };
  checkRecords(part(header.functions_offset, header.functions_size, ".BTF.ext's func_info"), types,
               ".BTF.ext's func_info", [&](Reader record) {
                 record.take<uint32_t>();
                 types.requireType(record.take<uint32_t>(), "a function");
               });
  checkRecords(part(header.lines_offset, header.lines_size, ".BTF.ext's line_info"), types, ".BTF.ext's line_info",
               [&](Reader record) {
                 record.take<uint32_t>();
                 types.requireName(record.take<uint32_t>(), "a file");
                 types.requireName(record.take<uint32_t>(), "a line");
               });
}

}  // namespace sfc::elf
