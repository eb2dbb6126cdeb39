// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_cpp/entry_types.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "compiler/emit_cpp/text.h"

namespace sfc::emit_cpp {

namespace {

class EntryTypes {
public:
  EntryTypes(const plan::Plan& plan, Names& types, Writer& out) : plan_(plan), types_(types), out_(out) {}

  void run() {
    for (const plan::Header* header : strippedHeaders()) emitHeader(*header);
    emitKey();
    emitRecord();
    emitEntry();
  }

private:
  std::vector<const plan::Header*> strippedHeaders() const {
    std::vector<const plan::Header*> headers;
    for (const plan::Header& header : plan_.headers) {
      const auto& stripped = plan_.entry.record.stripped;
      if (std::any_of(stripped.begin(), stripped.end(), [&](const auto& one) { return one.header == header.name; }))
        headers.push_back(&header);
    }
    return headers;
  }

  void emitHeader(const plan::Header& header) {
    const std::string type = types_.add(header.name);
    header_types_[header.name] = type;
    Names names{type, "bytes", "forEachField"};
    std::vector<Named> fields;
    begin("Header {}, {} bytes. Setters cut off what does not fit and return the header.", comment(header.name),
          header.size);
    out_.line("struct {} {{", type);
    out_.indent();
    out_.line("std::array<uint8_t, {}> bytes{{}};", header.size);
    for (const plan::Field& field : header.fields) {
      const std::string identifier = names.add(field.name);
      const std::string where = fmt::format("<{}, {}>", field.offset_bits, field.width_bits);
      const std::string value = valueType(field.width_bits);
      out_.blank();
      out_.line("/// {}.", bitsText(field.width_bits, fmt::format(" from bit {} on", field.offset_bits)));
      out_.line("constexpr {} {}() const {{ return sfc::wire::get{}(bytes); }}", value, identifier, where);
      out_.line("constexpr {}& {}({} value) {{", type, identifier, value);
      out_.line("  sfc::wire::set{}(bytes, value);", where);
      out_.line("  return *this;");
      out_.line("}}");
      fields.push_back({field.name, identifier});
    }
    out_.blank();
    out_.line("/// Calls visit(name, value) for each field.");
    out_.line("template <typename Visitor>");
    out_.line("constexpr void forEachField(Visitor&& visit) const {{");
    for (const Named& field : fields) out_.line("  visit({}, this->{}());", quote(field.name), field.identifier);
    out_.line("}}");
    out_.blank();
    out_.line("bool operator==(const {}&) const = default;", type);
    end();
    out_.line("static_assert(sizeof({0}) == {1} && alignof({0}) == 1);", type, header.size);
  }

  void emitKey() {
    Names names{"Key", "bytes", "forEachField"};
    std::vector<std::pair<Named, bool>> fields;
    begin("What identifies a packet, {} bytes. Fields of headers that the packet does not have are absent.",
          plan_.entry.key_size);
    out_.line("struct Key {{");
    out_.indent();
    out_.line("std::array<uint8_t, {}> bytes{{}};", plan_.entry.key_size);
    out_.blank();
    for (const plan::KeyField& field : plan_.entry.key_fields) {
      const bool always = field.valid_bit == plan::AlwaysValid;
      const Named named{field.name, names.add(field.name)};
      emitKeyField(field, named.identifier, always);
      fields.emplace_back(named, always);
    }
    out_.blank();
    out_.line("/// Calls visit(name, value) for each present field.");
    out_.line("template <typename Visitor>");
    out_.line("void forEachField(Visitor&& visit) const {{");
    for (const auto& [field, always] : fields) {
      if (always)
        out_.line("  visit({}, this->{}());", quote(field.name), field.identifier);
      else
        out_.line("  if (const auto found = this->{}()) visit({}, *found);", field.identifier, quote(field.name));
    }
    out_.line("}}");
    out_.blank();
    out_.line("bool operator==(const Key&) const = default;");
    end();
    out_.line("static_assert(sizeof(Key) == {});", plan_.entry.key_size);
  }

  void emitKeyField(const plan::KeyField& field, const std::string& identifier, bool always) {
    out_.line("/// {}: {}", comment(field.name), bitsText(field.width_bits));
    const std::string value = valueType(field.width_bits);
    if (always) {
      out_.line("{} {}() const {{ return sfc::wire::get<{}, {}>(bytes); }}", value, identifier, field.offset_bits,
                field.width_bits);
    } else {
      out_.line("std::optional<{}> {}() const {{", value, identifier);
      out_.line("  return sfc::wire::getKeyField<{}, {}, {}>(bytes);", field.valid_bit, field.offset_bits,
                field.width_bits);
      out_.line("}}");
    }
  }

  void emitRecord() {
    const plan::Record& record = plan_.entry.record;
    Names names{"Record", "bytes", "size"};
    for (const auto& [header, type] : header_types_) names.add(type);
    begin("The header record of one packet: {} at most {} bytes of headers as they arrived.",
          record.saved.empty() ? "" : "the fields that were rewritten, and", record.max_bytes);
    out_.line("struct Record {{");
    out_.indent();
    out_.line("std::array<uint8_t, {}> bytes{{}};", record.bytes_offset + record.max_bytes);
    out_.blank();
    out_.line("/// Bytes of removed headers.");
    std::string sum;
    for (unsigned region = 0; region < record.regions; region++)
      sum += fmt::format("{}sfc::wire::getHost<uint16_t, {}>(bytes)", sum.empty() ? "" : " + ",
                         record.lengths_offset + 2 * region);
    out_.line("size_t size() const {{ return {}; }}", sum);
    for (const plan::Saved& saved : record.saved) {
      const unsigned width = saved.size * 8;
      out_.line("/// {} as it arrived: {}", comment(saved.name), bitsText(width));
      out_.line("{} {}() const {{ return sfc::wire::get<{}, {}>(bytes); }}", valueType(width), names.add(saved.name),
                saved.offset * 8, width);
    }
    for (const plan::Stripped& stripped : record.stripped) {
      record_names_[stripped.name] = names.add(stripped.name);
      emitStripped(stripped);
    }
    out_.blank();
    out_.line("bool operator==(const Record&) const = default;");
    end();
  }

  void emitStripped(const plan::Stripped& stripped) {
    const std::string& type = header_types_.at(stripped.header);
    const std::string& identifier = record_names_.at(stripped.name);
    const unsigned bytes_offset = plan_.entry.record.bytes_offset;
    const unsigned begin = bytes_offset + stripped.offset;
    if (!stripped.fixed) {
      out_.line("/// {}: those that the packet had, at most {}, the first on the wire first.", comment(stripped.name),
                stripped.max_count);
      out_.line("std::vector<{}> {}() const {{", type, identifier);
      out_.line("  return sfc::wire::getPlacedHeaders<{}>(bytes, {}, {}, {});", type, stripped.offset, bytes_offset,
                stripped.max_count);
    } else if (stripped.is_stack) {
      out_.line("/// {}: as many as the packet had, at most {}, the first on the wire first.", comment(stripped.name),
                stripped.max_count);
      out_.line("std::vector<{}> {}() const {{", type, identifier);
      out_.line("  return sfc::wire::getHeaders<{}>(bytes, {}, {} + size(), {});", type, begin, bytes_offset,
                stripped.max_count);
    } else {
      out_.line("/// {}, if the packet had it.", comment(stripped.name));
      out_.line("std::optional<{}> {}() const {{", type, identifier);
      out_.line("  return sfc::wire::getHeader<{}>(bytes, {}, {} + size());", type, begin, bytes_offset);
    }
    out_.line("}}");
  }

  void emitEntry() {
    const plan::Entry& entry = plan_.entry;
    Names names{"Entry", "Key", "Record", "arrived_ns", "age_ns", "expired", "key", "record", "from"};
    for (const auto& [header, type] : header_types_) names.add(type);
    begin("A packet that is in the service function, or was lost there.");
    out_.line("struct Entry {{");
    out_.indent();
    out_.line("uint64_t arrived_ns = 0;  // on the coarse monotonic clock");
    out_.line("uint64_t age_ns = 0;");
    out_.line("bool expired = false;  // older than {} ns: nobody's any more", plan_.cache.lifetime_ns);
    out_.line("Key key;");
    out_.line("Record record;");
    out_.blank();
    for (const plan::Stripped& stripped : entry.record.stripped) {
      const std::string& type = header_types_.at(stripped.header);
      out_.line("{}<{}> {}() const {{ return record.{}(); }}",
                stripped.is_stack || !stripped.fixed ? "std::vector" : "std::optional", type, names.add(stripped.name),
                record_names_.at(stripped.name));
    }
    out_.blank();
    out_.line("/// The entry with these bytes.");
    out_.line("static Entry from(const sfc::CacheEntry& entry) {{");
    out_.line("  return {{sfc::wire::getHost<uint64_t, 0>(sfc::wire::copyBytes<8>(entry.bytes, 0)), entry.age_ns,");
    out_.line("          entry.expired, {{sfc::wire::copyBytes<sizeof(Key)>(entry.bytes, {})}},", entry.key_offset);
    out_.line("          {{sfc::wire::copyBytes<sizeof(Record)>(entry.bytes, {})}}}};", entry.record_offset);
    out_.line("}}");
    end();
  }

  /// An empty line and a comment.
  template <typename... Args>
  void begin(fmt::format_string<Args...> format, Args&&... args) {
    out_.blank();
    out_.line("/// {}", fmt::format(format, std::forward<Args>(args)...));
  }

  void end() {
    out_.outdent();
    out_.line("}};");
  }

  const plan::Plan& plan_;
  Names& types_;
  Writer& out_;
  std::map<std::string, std::string> header_types_;  // name in the spec -> struct
  std::map<std::string, std::string> record_names_;  // stripped header -> member of Record
};

}  // namespace

void emitEntryTypes(const plan::Plan& plan, Names& types, Writer& out) {
  EntryTypes(plan, types, out).run();
}

}  // namespace sfc::emit_cpp
