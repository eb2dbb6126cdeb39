// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Cutting the regions out of a frame, and putting them back.
#pragma once

#include "compiler/sim/record.h"

namespace sfc::sim {

/// What there is to remember of a frame that ingress has read.
Record remember(const plan::Program& program, const Found& found, BytesView frame);

/// The frame without its regions, the hidden fields naming what follows instead. Nothing if less than an Ethernet
/// header would be left, which the kernel does not do.
std::optional<Bytes> cutOut(const plan::Program& program, const Found& found, BytesView frame);

/// Where, in a frame that egress has read, the last region goes back; nothing if nowhere.
std::optional<size_t> placeOfTail(const Found& found, const Record& record);

/// The frame with the record's bytes but for the gap, and with the hidden fields as they came. Nothing if it has no
/// place for them.
std::optional<Bytes> putBack(const plan::Program& program, const Found& found, const Record& record, const Gap& gap,
                             BytesView frame);

}  // namespace sfc::sim
