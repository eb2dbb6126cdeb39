// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The maps of tables: what is put into them, and what they hold, with the names of the spec.
#pragma once

#include "runtime/kernel.h"
#include "sfc/table.h"

namespace sfc {

/// Puts an entry into a table's map, of which the record fills the first bytes of a value.
Inserted insertEntry(Map& map, const Bytes& key, Bytes record);

TableEntry decodeTableEntry(const plan::Plan& plan, const plan::Table& table, BytesView key, BytesView record);

}  // namespace sfc
