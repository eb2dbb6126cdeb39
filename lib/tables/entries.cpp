// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/tables/entries.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "lib/files/input.h"
#include "lib/source/diagnostics.h"
#include "lib/tables/entry_error.h"
#include "lib/tables/values.h"

namespace sfc {
namespace {

using Cause = EntryError::Cause;

std::string meant(const std::string& name, const std::vector<std::string>& candidates) {
  const std::string near = didYouMean(name, candidates);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  return fmt::format("it has {}", fmt::join(candidates, ", "));
}

// ---- keys

std::vector<std::string> fieldNames(const plan::Table& table) {
  std::vector<std::string> names;
  for (const plan::TableField& field : table.fields) names.push_back(field.name);
  return names;
}

/// The value of the prefix field, and the length of the prefix.
struct Prefix {
  Bytes value;
  unsigned length = 0;
};

Prefix readPrefix(const plan::TableField& field, const std::string& text) {
  Prefix prefix;
  const size_t slash = text.find('/');
  prefix.length = field.width_bits;
  if (slash != std::string::npos) {
    const std::string length = text.substr(slash + 1);
    const char* end = length.data() + length.size();
    const auto [stopped, error] = std::from_chars(length.data(), end, prefix.length);
    if (error != std::errc() || stopped != end)
      throw EntryError(Cause::Words, "{}: '{}' is not a prefix length", field.name, length);
  }
  prefix.value = readValue(field.name, text.substr(0, slash), field.width_bits);
  if (prefix.length > field.width_bits)
    throw EntryError(Cause::Words, "{} has {} bits: a prefix of {} is too long", field.name, field.width_bits,
                     prefix.length);
  Bytes masked(prefix.value.size());
  putBits(masked, 0, prefix.length, bitsOf(prefix.value, 0, prefix.length));
  if (masked != prefix.value)
    throw EntryError(Cause::Words, "{}: '{}' has bits set behind its prefix; did you mean {}/{}?", field.name, text,
                     showValue(field.name, masked), prefix.length);
  return prefix;
}

const FieldValue& only(const std::vector<FieldValue>& fields, const plan::TableField& wanted,
                       const plan::Table& table) {
  const FieldValue* found = nullptr;
  for (const FieldValue& field : fields) {
    if (field.name != wanted.name) continue;
    if (found != nullptr) throw EntryError(Cause::Words, "'{}' is given twice", field.name);
    found = &field;
  }
  if (found == nullptr)
    throw EntryError(Cause::Words, "no value for {}: a key of table {} has {}", wanted.name, table.name,
                     fmt::join(fieldNames(table), ", "));
  return *found;
}

// ---- records

const plan::Header& headerOf(const plan::Plan& plan, const plan::Stripped& stripped) {
  for (const plan::Header& header : plan.headers)
    if (header.name == stripped.header) return header;
  throw EntryError(Cause::Input, "the plan has no header {}; compile the spec again", stripped.header);
}

/// "labels[1].label" or "nsh.spi" in its parts.
struct FieldPath {
  std::string header;
  std::optional<unsigned> element;
  std::string field;
};

FieldPath split(const std::string& name) {
  const size_t dot = name.rfind('.');
  FieldPath path{name.substr(0, dot), std::nullopt, dot == std::string::npos ? "" : name.substr(dot + 1)};
  const size_t open = path.header.find('[');
  if (open == std::string::npos) return path;
  const std::string index = path.header.substr(open + 1);
  unsigned number = 0;
  const auto [stopped, error] = std::from_chars(index.data(), index.data() + index.size(), number);
  if (error != std::errc() || std::string_view(stopped) != "]")
    throw EntryError(Cause::Words, "'{}' is not of the form STACK[NUMBER].FIELD", name);
  path.element = number;
  path.header.resize(open);
  return path;
}

/// The values that an entry gives for one pushed header: per element of a stack, those of its fields.
using Elements = std::vector<std::map<std::string, Bytes>>;

class RecordComposer {
public:
  explicit RecordComposer(const plan::Plan& plan) : plan_(plan) {}

  void set(const FieldValue& given) {
    const FieldPath path = split(given.name);
    const plan::Stripped& stripped = strippedNamed(path.header);
    if (stripped.is_stack && !path.element)
      throw EntryError(Cause::Words, "'{0}': {1} is a stack; write {1}[0] for its first element", given.name,
                       path.header);
    if (!stripped.is_stack && path.element)
      throw EntryError(Cause::Words, "'{0}': {1} is a single header; write {1} without an index", given.name,
                       path.header);
    const unsigned element = path.element.value_or(0);
    if (element >= stripped.max_count)
      throw EntryError(Cause::Words, "{} has room for {} elements, [0] to [{}]", path.header, stripped.max_count,
                       stripped.max_count - 1);
    const plan::Field& field = fieldNamed(stripped, path.field);
    Elements& elements = elements_[stripped.name];
    if (elements.size() <= element) elements.resize(element + 1);
    if (!elements[element].emplace(field.name, readValue(given.name, given.value, field.width_bits)).second)
      throw EntryError(Cause::Words, "'{}' is given twice", given.name);
  }

  Bytes record() {
    const plan::Record& record = plan_.entry.record;
    Bytes bytes(size_t{record.bytes_offset} + record.max_bytes);
    size_t length = 0;
    for (const plan::Stripped& stripped : record.stripped) checkElements(stripped);
    for (const plan::Stripped& stripped : record.stripped) {
      const plan::Header& header = headerOf(plan_, stripped);
      const Elements& elements = elements_[stripped.name];
      for (size_t i = 0; i < elements.size(); ++i) {
        const size_t at = record.bytes_offset + stripped.offset + i * header.size;
        if (at + header.size > bytes.size()) throw EntryError(Cause::Input, "the plan's record is too small");
        fill(stripped, header, elements[i], i + 1 == elements.size(), std::span(bytes).subspan(at, header.size));
        length = stripped.offset + (i + 1) * header.size;
      }
    }
    const auto first = static_cast<uint16_t>(length);
    std::memcpy(bytes.data() + record.lengths_offset, &first, sizeof(first));
    return bytes;
  }

private:
  const plan::Stripped& strippedNamed(const std::string& name) const {
    std::vector<std::string> names;
    for (const plan::Stripped& stripped : plan_.entry.record.stripped) {
      if (stripped.name == name) return stripped;
      names.push_back(stripped.name);
    }
    throw EntryError(Cause::Words, "{} pushes no header '{}'; {}", plan_.proxy, name, meant(name, names));
  }

  const plan::Field& fieldNamed(const plan::Stripped& stripped, const std::string& name) const {
    std::vector<std::string> names;
    for (const plan::Field& field : headerOf(plan_, stripped).fields) {
      if (field.name == name) return field;
      names.push_back(field.name);
    }
    throw EntryError(Cause::Words, "{} has no field '{}'; {}", stripped.name, name, meant(name, names));
  }

  /// A single header is always pushed; a stack has at least one element, and each is named.
  void checkElements(const plan::Stripped& stripped) {
    Elements& elements = elements_[stripped.name];
    if (!stripped.is_stack) elements.resize(1);
    if (elements.empty())
      throw EntryError(Cause::Words, "no element of {0} is given: give at least one field, such as {0}[0].{1}=...",
                       stripped.name, headerOf(plan_, stripped).fields.front().name);
    for (size_t i = 0; i < elements.size(); ++i)
      if (stripped.is_stack && elements[i].empty())
        throw EntryError(Cause::Words, "{0}[{1}] is given, but {0}[{2}] is not", stripped.name, elements.size() - 1, i);
  }

  uint64_t defaultOf(const plan::PushDefault& one) const {
    if (one.per_element == 0) return one.value;
    size_t count = 0;
    for (const plan::Stripped& stripped : plan_.entry.record.stripped)
      if (stripped.is_stack) count += elements_.at(stripped.name).size();
    return one.value + static_cast<uint64_t>(one.per_element) * count;
  }

  void fill(const plan::Stripped& stripped, const plan::Header& header, const std::map<std::string, Bytes>& given,
            bool last, std::span<uint8_t> bytes) const {
    for (const plan::Field& field : header.fields) {
      if (size_t{field.offset_bits} + field.width_bits > bytes.size() * 8) continue;
      for (const plan::PushDefault& one : plan_.push_defaults)
        if (one.header == stripped.name && one.field == field.name && (last || !one.last_only))
          putBits(bytes, field.offset_bits, field.width_bits, valueOf(defaultOf(one), field.width_bits));
      const auto value = given.find(field.name);
      if (value != given.end()) putBits(bytes, field.offset_bits, field.width_bits, value->second);
    }
  }

  const plan::Plan& plan_;
  std::map<std::string, Elements> elements_;
};

}  // namespace

FieldValue parseField(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw EntryError(Cause::Words, "'{}' is not of the form FIELD=VALUE", text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

const plan::Table& findTable(const plan::Plan& plan, const std::string& name) {
  std::vector<std::string> names;
  for (const plan::Table& table : plan.tables) {
    if (table.name == name) return table;
    names.push_back(table.name);
  }
  if (names.empty()) throw EntryError(Cause::Words, "{} has no tables", plan.name);
  throw EntryError(Cause::Words, "{} has no table '{}'; {}", plan.name, name, meant(name, names));
}

Bytes composeKey(const plan::Table& table, const std::vector<FieldValue>& fields) {
  const auto names = fieldNames(table);
  for (const FieldValue& field : fields)
    if (std::find(names.begin(), names.end(), field.name) == names.end())
      throw EntryError(Cause::Words, "table {} has no field '{}'; {}", table.name, field.name,
                       meant(field.name, names));
  Bytes key(table.key_size);
  for (const plan::TableField& field : table.fields) {
    if (size_t{field.offset} + field.size > key.size() || size_t{field.size} * 8 < field.width_bits)
      throw EntryError(Cause::Input, "the plan has a field outside its key; compile the spec again");
    const FieldValue& given = only(fields, field, table);
    Prefix prefix;
    if (field.match == plan::Match::Lpm)
      prefix = readPrefix(field, given.value);
    else
      prefix.value = readValue(field.name, given.value, field.width_bits);
    std::copy(prefix.value.rbegin(), prefix.value.rend(), key.rend() - field.offset - field.size);
    if (field.match != plan::Match::Lpm) continue;
    const auto bits = static_cast<uint32_t>((field.offset - PrefixBytes) * 8 + prefix.length);
    std::memcpy(key.data(), &bits, sizeof(bits));
  }
  return key;
}

namespace {

Bytes composeValues(const plan::Table& table, const std::vector<FieldValue>& given) {
  std::vector<std::string> names;
  for (const plan::TableValue& value : table.values) names.push_back(value.name);
  for (const FieldValue& one : given)
    if (names.empty())
      throw EntryError(Cause::Words, "entries of table {} have no headers and no values: leave out '{}'", table.name,
                       one.name);
    else if (std::find(names.begin(), names.end(), one.name) == names.end())
      throw EntryError(Cause::Words, "table {} has no value '{}'; {}", table.name, one.name, meant(one.name, names));
  Bytes bytes(sizeof(uint64_t) * table.values.size());
  for (const plan::TableValue& value : table.values) {
    const FieldValue* found = nullptr;
    for (const FieldValue& one : given) {
      if (one.name != value.name) continue;
      if (found != nullptr) throw EntryError(Cause::Words, "'{}' is given twice", one.name);
      found = &one;
    }
    if (found == nullptr)
      throw EntryError(Cause::Words, "no value for {}: an entry of table {} has {}, behind --", value.name, table.name,
                       fmt::join(names, ", "));
    uint64_t number = 0;
    for (const uint8_t byte : readValue(value.name, found->value, value.width_bits)) number = number << 8 | byte;
    std::memcpy(bytes.data() + value.offset, &number, sizeof(number));
  }
  return bytes;
}

}  // namespace

Bytes composeRecord(const plan::Plan& plan, const plan::Table& table, const std::vector<FieldValue>& fields) {
  if (!plan::pushesHeaders(plan.kind)) return composeValues(table, fields);
  if (fields.empty())
    throw EntryError(Cause::Words, "no headers given: write KEY... -- HEADER..., such as -- labels[0].label=16001");
  RecordComposer composer(plan);
  for (const FieldValue& field : fields) composer.set(field);
  return composer.record();
}

unsigned prefixBits(BytesView key) {
  uint32_t bits = 0;
  std::memcpy(&bits, key.data(), sizeof(bits));
  return bits;
}

namespace {

/// One line of a file; nothing if there is no entry in it.
std::optional<Entry> readEntry(const std::string& line, const plan::Plan& plan) {
  std::istringstream words(line);
  std::string table, word;
  if (!(words >> table) || table.front() == '#') return std::nullopt;
  std::vector<FieldValue> key, headers;
  bool behind = false;
  while (words >> word && word.front() != '#') {
    if (word == "--")
      behind = true;
    else
      (behind ? headers : key).push_back(parseField(word));
  }
  const plan::Table& found = findTable(plan, table);
  return Entry{static_cast<size_t>(&found - plan.tables.data()), composeKey(found, key),
               composeRecord(plan, found, headers)};
}

std::string readText(const std::string& path) {
  constexpr size_t most = size_t{256} << 20;
  try {
    return readFile(path, most, [&](std::string_view text) {
      if (text.find('\0') != std::string_view::npos) throw EntryError(Cause::Input, "{} is not a text file", path);
    });
  } catch (const FileError& error) {
    throw EntryError(error.missing() ? Cause::Missing : Cause::Input, "{}", error.what());
  }
}

}  // namespace

std::vector<Entry> readEntries(const std::string& path, const plan::Plan& plan) {
  std::istringstream file(readText(path));
  std::vector<Entry> entries;
  std::vector<std::set<std::string>> keys(plan.tables.size());
  std::string line;
  for (unsigned number = 1; std::getline(file, line); ++number) {
    try {
      auto entry = readEntry(line, plan);
      if (!entry) continue;
      const plan::Table& table = plan.tables[entry->table];
      if (!keys[entry->table].emplace(entry->key.begin(), entry->key.end()).second)
        throw EntryError(Cause::Input, "table {} already has an entry with this key", table.name);
      if (keys[entry->table].size() > table.entries)
        throw EntryError(Cause::Input, "table {} is full: it has {} entries", table.name, table.entries);
      entry->line = number;
      entries.push_back(*std::move(entry));
    } catch (const EntryError& error) {
      throw EntryError(Cause::Input, "{}:{}: {}", path, number, error.what());
    }
  }
  return entries;
}

}  // namespace sfc
