// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is decided before an object is loaded, from its plan and the options alone: the store, its size, the frozen
// configuration, the values of the parameters.
#pragma once

#include "runtime/include/sfc/info.h"
#include "runtime/kernel.h"

namespace sfc {

/// The store to use; throws Usage if the one that was asked for does not go with the VNF.
Store chooseStore(Vnf vnf, const std::optional<Store>& wanted);

/// Buckets of the slots store with room for twice the entries asked for; a power of two.
uint32_t bucketsFor(uint64_t entries);

/// The configuration with fresh random numbers, and the sizes of the maps.
ObjectSetup makeSetup(Kernel& kernel, const plan::Plan& plan, Vnf vnf, Store store, unsigned metadata_max);

/// The contents of the parameter map: initial values, overwritten by those given.
Bytes paramBytes(const plan::Plan& plan, const std::vector<ParamValue>& values);
/// Writes a parameter into the contents of the parameter map; throws Usage if there is none of that name or the value
/// is too wide.
void putParam(const plan::Plan& plan, const ParamValue& value, Bytes& bytes);
/// The values in the contents of the parameter map.
std::vector<ParamValue> readParams(const plan::Plan& plan, const Bytes& bytes);

}  // namespace sfc
