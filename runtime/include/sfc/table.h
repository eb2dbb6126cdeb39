// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries of tables, with the names of the spec.
#pragma once

#include <string>
#include <vector>

#include "sfc/cache.h"

namespace sfc {

/// An entry: its key, the headers that a classifier pushes, or the values that the table of another program has.
/// Addresses are written as such, all other values as numbers, prefixes as ADDRESS/LENGTH.
struct TableEntry {
  std::vector<FieldValue> key;       // all fields of the table, in its order
  std::vector<HeaderValue> headers;  // in the order of the wire
  std::vector<FieldValue> values;    // in the order of the spec
};

}  // namespace sfc
