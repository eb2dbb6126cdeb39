// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The maps of tables: adding and reading entries, with the names of the spec.
#pragma once

#include <span>
#include <string>

#include "lib/tables/entries.h"
#include "runtime/kernel.h"
#include "runtime/pins.h"
#include "sfc/table.h"

namespace sfc {

/// Puts an entry into a table's map, of which the record fills the first bytes of a value.
Inserted insertEntry(Map& map, const Bytes& key, Bytes record);

/// Puts entries into the tables of a loaded proxy while packets flow: all, or none. Conflict if a key is there already,
/// or if a table is full. `file` is where they are from, if they are from a file.
void insertEntries(PinTree& tree, const Pins& pins, const plan::Plan& plan, std::span<const Entry> entries,
                   const std::string& file = {});

/// A key in words, for messages: "ipv4.dst=10.1.0.0/16 tcp.dst_port=80".
std::string describe(const std::vector<FieldValue>& key);

TableEntry decodeTableEntry(const plan::Plan& plan, const plan::Table& table, BytesView key, BytesView record);

}  // namespace sfc
