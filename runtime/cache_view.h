// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "runtime/kernel.h"
#include "sfc/cache.h"

namespace sfc {

/// The headers of a record, as plan::Record describes it. Data that do not fit are left out.
std::vector<HeaderValue> decodeHeaders(const plan::Plan& plan, BytesView record);

}  // namespace sfc
