// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// lib/abi/sfc_abi.h for C++, with the kernel's fixed-width types that it needs.
#pragma once

#include <linux/types.h>

#include "lib/abi/sfc_abi.h"
