// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is known of a packet: what a hook found in it, and what waits for its return.
#pragma once

#include <string>

#include "compiler/ir/program.h"
#include "compiler/sim/bytes.h"
#include "compiler/sim/device.h"

namespace sfc::sim {

/// By what a packet is known again. Equal keys are equal strings: the bytes of ir::Key, then what its digest
/// covers.
using Key = std::string;

/// A strip clause, as a hook found it. Offsets in bytes from the start of the frame.
struct FoundRegion {
  std::optional<size_t> at;   // ingress: where it begins; egress: where it goes back
  size_t length = 0;          // ingress: 0 if the packet has none
  size_t next_header_at = 0;  // where the field is that names what is stripped
  uint64_t next_header_value = 0;
};

/// One packet, as a parser found it.
struct Found {
  std::vector<FoundRegion> regions;
  bool whole = false;                           // the last region begins at the start of the packet
  unsigned flags = 0;                           // a bit for each of Program::remembered and Program::decided
  size_t end = 0;                               // of what the headers contain
  std::vector<std::vector<size_t>> where;       // per ir::InRecord: its elements, from the start of the stripped bytes
  std::vector<std::optional<size_t>> retained;  // per Program::retained: where that header is
  Key key;                                      // empty if none was asked for
};

/// The headers of one packet while it is with the SF.
struct Record {
  uint64_t arrived = 0;         // ns
  unsigned flags = 0;           // as in Found
  std::vector<size_t> lengths;  // of the regions
  bool whole = false;
  std::vector<Bytes> saved;                // next_header fields, as they came
  std::vector<std::vector<size_t>> where;  // as in Found
  Bytes bytes;                             // the regions' bytes, one behind the other
  Bytes tail;  // what the last region's headers contain, if lengths or checksums depend on it
};

/// Of the stripped bytes, these do not go back.
struct PoppedRange {
  size_t at = 0;
  size_t length = 0;
};

/// Bytes that go back as well: before byte `at` of the stripped ones, as part of region `region`.
struct Insertion {
  size_t at = 0;
  unsigned region = 0;
  Bytes bytes;
};

/// How the stripped bytes go back, and what is said about that.
struct Change {
  PoppedRange popped;
  Insertion insertion;
  bool announced = false;      // headers have been pushed where there were none
  std::vector<Bytes> reports;  // handed out of the host, as in compiler/sim/report.h
};

/// When a packet returns, as what, and by which devices it came and goes.
struct Return {
  uint64_t now = 0;                             // ns
  BytesView frame;                              // without its headers
  std::vector<std::optional<size_t>> retained;  // as in Found
  Ports ports;
  // Packets that the SF has, and that it has not returned; all ones where nothing waits for them.
  uint64_t in_flight = UINT64_MAX, vnf_drops = UINT64_MAX;
  uint64_t moved = 0;                // what a field says to which a stripped one had moved
  std::vector<FoundRegion> regions;  // as in Found, where headers go for good
};

}  // namespace sfc::sim
