// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Keys and records of tables, composed and decoded by the plan. All throw Usage for what the spec does not know, with
// the name that was probably meant.
#pragma once

#include "runtime/kernel.h"
#include "sfc/table.h"

namespace sfc {

const plan::Table& findTable(const plan::Plan& plan, const std::string& name);

/// The key of a map. Every field of the table must be there, once.
Bytes composeKey(const plan::Table& table, const std::vector<FieldValue>& fields);

/// A value of a map of this size: the headers with these fields, named "nsh.spi" or "labels[0].label". A stack has as
/// many elements as are named.
Bytes composeRecord(const plan::Plan& plan, size_t size, const std::vector<FieldValue>& fields);

TableEntry decodeTableEntry(const plan::Plan& plan, const plan::Table& table, BytesView key, BytesView record);

}  // namespace sfc
