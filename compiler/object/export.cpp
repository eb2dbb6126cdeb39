// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The name by which stage.cpp finds what the library has.
#include "compiler/object/stage.h"

extern "C" const sfc::ObjectStage sfc_object_stage = {sfc::compileBpf, sfc::deepestChain};
