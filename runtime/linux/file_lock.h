// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Locks on directories (flock). They end with the process that holds them.
#pragma once

#include <memory>
#include <string>

#include "runtime/kernel.h"

namespace sfc {

/// Waits until nobody else has the lock. Who waits for longer than a second is told once, on standard error, for whom.
std::unique_ptr<Lock> waitForLock(const std::string& path);

/// The lock, or null if somebody else has it.
std::unique_ptr<Lock> tryLock(const std::string& path);

/// Who has the lock, as far as that can be seen: "process 1234 (sfcctl)" or "another process".
std::string lockHolder(const std::string& path);

}  // namespace sfc
