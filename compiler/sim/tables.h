// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Tables and their entries, as the kernel's maps hold them.
#pragma once

#include <map>

#include "compiler/sim/record.h"
#include "lib/tables/entries.h"

namespace sfc::sim {

/// The places of all headers that are there, per instance, from the start of the frame.
using Places = std::vector<std::vector<size_t>>;

class Tables {
public:
  /// The program must outlive this.
  Tables(const ir::Program& program, const std::vector<Entry>& entries);

  /// The value of the table's entry for a packet; null if it has none, or if the packet lacks a header of the key.
  const Bytes* find(size_t table, BytesView frame, const Places& places) const;

  /// A value of that entry; 0 if there is none.
  uint64_t valueFor(const ir::TableValueRef& value, BytesView frame, const Places& places) const;

private:
  using Entries = std::map<Bytes, Bytes>;

  std::optional<Bytes> keyOf(size_t table, BytesView frame, const Places& places) const;
  static const Bytes* longestPrefix(const Entries& entries, const Bytes& key);

  const ir::Program& program_;
  std::vector<Entries> entries_;  // per table
};

}  // namespace sfc::sim
