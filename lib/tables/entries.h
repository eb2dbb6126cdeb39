// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries of tables: from words, with the names of the spec, to the keys and values of maps, by the plan. All throw
// EntryError for unknown names, with the name that was probably meant.
#pragma once

#include <string>
#include <vector>

#include "lib/bytes/bytes.h"
#include "lib/plan/plan.h"

namespace sfc {

/// A field with its value as text: a number, or an address.
struct FieldValue {
  std::string name;
  std::string value;
};

/// FIELD=VALUE
FieldValue parseField(const std::string& text);

const plan::Table& findTable(const plan::Plan& plan, const std::string& name);

/// The key of a map. Every field of the table must be there, once.
Bytes composeKey(const plan::Table& table, const std::vector<FieldValue>& fields);

/// The value of a map. Of a classifier, up to what is pushed: the headers with these fields, named "nsh.spi" or
/// "labels[0].label"; a stack has as many elements as are named. Of other programs, the values that the table declares,
/// all of them.
Bytes composeRecord(const plan::Plan& plan, const plan::Table& table, const std::vector<FieldValue>& fields);

/// How many bits of a key of a table of prefixes count, and where its fields begin.
unsigned prefixBits(BytesView key);
inline constexpr size_t PrefixBytes = 4;

/// An entry in the form of its map.
struct Entry {
  size_t table = 0;  // of plan.tables
  Bytes key;
  Bytes record;
  unsigned line = 0;  // of the file that it is from
};

/// The entries of a file: one in each line, as behind `sfcctl table add NAME`. What is behind a # is a comment.
std::vector<Entry> readEntries(const std::string& path, const plan::Plan& plan);

}  // namespace sfc
