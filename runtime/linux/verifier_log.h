// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The part of the verifier's log that is worth showing. libbpf hands it over among warnings of its own, between two
// markers:
//
//   libbpf: prog 'sfc_ingress': -- BEGIN PROG LOAD LOG --
//   0: R1=ctx(off=0,imm=0) R10=fp0
//   ...
//   -- END PROG LOAD LOG --
//   libbpf: failed to load object 'sfc'
#pragma once

#include <string>
#include <string_view>

namespace sfc {

/// The end of the last verifier's log in the messages of libbpf, or else their last line.
std::string lastWords(std::string_view log);

}  // namespace sfc
