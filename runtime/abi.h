// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// lib/abi/sfc_abi.h for C++: it leaves it to its includer to bring the kernel's fixed-width types.
#pragma once

#include <linux/types.h>

#include "lib/abi/sfc_abi.h"
