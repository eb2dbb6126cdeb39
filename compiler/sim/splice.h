// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Decapsulation and deparsing: regions out of a frame, and back into it.
#pragma once

#include "compiler/sim/record.h"

namespace sfc::sim {

/// What there is to remember of a frame that ingress has read, at the time `now` (ns).
Record remember(const ir::Program& program, const Found& found, BytesView frame, uint64_t now);

/// Updates the enclosing headers for a frame without the region, which is still in it. False if a length cannot say it.
bool updateEnclosing(const ir::Program& program, const Found& found, Bytes& frame);

/// What the field said that a stripped one had moved to, of a frame that egress has read; 0 if none has.
uint64_t movedTo(const Found& found);

/// What an entry of a classifier's table pushes, as if it had been remembered.
Record pushed(const ir::Program& program, BytesView entry);

/// The frame without its regions, the next_header fields naming what follows instead. Nothing if less than an Ethernet
/// header would be left, which the kernel does not do.
std::optional<Bytes> decapsulate(const ir::Program& program, const Found& found, BytesView frame);

/// Where, in a frame that egress has read, the last region goes back; nothing if nowhere.
std::optional<size_t> placeOfTail(const Found& found, const Record& record);

/// The frame with the record's bytes, less what is popped and with what is pushed, and with the next_header fields as
/// they came. Nothing if it has no place for them.
std::optional<Bytes> deparse(const ir::Program& program, const Found& found, const Record& record, const Change& change,
                             BytesView frame);

}  // namespace sfc::sim
