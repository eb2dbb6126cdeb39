// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sfc {

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

}  // namespace sfc
