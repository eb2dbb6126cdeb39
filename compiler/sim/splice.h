// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Decapsulation and deparsing: regions out of a frame, and back into it.
#pragma once

#include "compiler/sim/record.h"

namespace sfc::sim {

/// The record of a frame that ingress has read at the time `now` (ns).
Record remember(const ir::Program& program, const Found& found, BytesView frame, uint64_t now);

/// Updates the enclosing headers for a frame without the region, which is still in it. False if a length cannot say it.
bool updateEnclosing(const ir::Program& program, const Found& found, Bytes& frame);

/// The value of the field that a stripped one has moved to, in a frame that egress has read; 0 if none has.
uint64_t movedTo(const Found& found);

/// The record that an entry of a classifier's table pushes.
Record pushed(const ir::Program& program, BytesView entry);

/// The record that a classifier without tables pushes.
Record pushed(const ir::Program& program, const std::vector<uint64_t>& params);

/// The frame without its regions, with rewritten next-header fields. Nothing if less than an Ethernet header would be
/// left, which the kernel refuses.
std::optional<Bytes> decapsulate(const ir::Program& program, const Found& found, BytesView frame);

/// The place of the last region in a frame that egress has read; nothing if there is none.
std::optional<size_t> placeOfTail(const Found& found, const Record& record);

/// The frame with the record's bytes, less the popped and with the pushed ones, and with the saved next-header fields.
/// Nothing if it has no place for them.
std::optional<Bytes> deparse(const ir::Program& program, const Found& found, const Record& record, const Change& change,
                             BytesView frame);

}  // namespace sfc::sim
