// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// program -> dissectors, by which other tools read and write the packets of a spec.
#pragma once

#include <string>

#include "compiler/ir/program.h"

namespace sfc::emit_dissectors {

/// A dissector for Wireshark and tshark, in Lua: follows the parser, shows all headers and telemetry data.
std::string lua(const ir::Program& program);

/// Layers for scapy, a Python module: a class for each header and for telemetry data, and dissect(), which follows the
/// parser.
std::string scapy(const ir::Program& program);

}  // namespace sfc::emit_dissectors
