// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Entries of a proxy's cache, decoded with the names of the spec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/plan/plan.h"
#include "lib/tables/entries.h"

namespace sfc {

/// One of the stripped headers. Elements of a stack are named "labels[0]", "labels[1]", ...
struct HeaderValue {
  std::string name;
  std::vector<FieldValue> fields;
};

/// A packet's headers while it is with the SF.
struct CacheEntry {
  uint64_t age_ns = 0;
  bool expired = false;         // older than the lifetime
  std::vector<uint8_t> bytes;   // as plan::Entry describes them
  std::vector<FieldValue> key;  // the fields that this packet has
  std::vector<FieldValue> saved;
  std::vector<HeaderValue> headers;
};

/// Decodes the bytes of an entry of a proxy with this plan; `now` is the coarse monotonic clock.
CacheEntry decodeEntry(const plan::Plan& plan, const std::vector<uint8_t>& bytes, uint64_t now);

}  // namespace sfc
