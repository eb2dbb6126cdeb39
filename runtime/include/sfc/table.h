// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries of tables, with the names of the spec.
#pragma once

#include <string>
#include <vector>

#include "sfc/cache.h"

namespace sfc {

/// Which packets are in the table, and which headers a classifier gives them. Addresses are written as such, all other
/// values as numbers; what a prefix is looked for in, as ADDRESS/LENGTH.
struct TableEntry {
  std::vector<FieldValue> key;       // all fields of the table, in its order
  std::vector<HeaderValue> headers;  // in the order of the wire
};

}  // namespace sfc
