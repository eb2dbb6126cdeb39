// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Limits that the interpreter and the BPF programs share.
#pragma once

#include <cstdint>

namespace sfc::ir {

/// Headers end within so many bytes of a frame: it keeps the verifier's packet offsets bounded.
constexpr uint32_t MaxCursor = 0x7000;
/// The most bytes that `advance` skips.
constexpr uint32_t MaxAdvance = 0x1000;
/// Bytes of the payload that a digest covers.
constexpr uint32_t DigestBytes = 32;

}  // namespace sfc::ir
