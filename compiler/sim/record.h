// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The results of parsing a packet, and the record that waits for its return.
#pragma once

#include <string>

#include "compiler/ir/program.h"
#include "compiler/sim/bytes.h"
#include "compiler/sim/device.h"

namespace sfc::sim {

/// Identifies a packet on its return. Equal keys are equal strings: the bytes of ir::Key, then what its digest
/// covers.
using Key = std::string;

/// A strip clause, as a hook found it. Offsets in bytes from the start of the frame.
struct FoundRegion {
  std::optional<size_t> at;   // ingress: its beginning; egress: the place to deparse it
  size_t length = 0;          // ingress: 0 if the packet has none
  size_t next_header_at = 0;  // of the next-header field
  uint64_t next_header_value = 0;
};

/// One packet, as a parser found it.
struct Found {
  std::vector<FoundRegion> regions;
  bool whole = false;                           // the last region begins at the start of the packet
  unsigned flags = 0;                           // a bit for each of Program::remembered and Program::decided
  std::vector<uint64_t> values;                 // of Program::remembered_values
  size_t end = 0;                               // of what the headers contain
  std::vector<std::vector<size_t>> where;       // per ir::InRecord: its elements, from the start of the stripped bytes
  std::vector<std::optional<size_t>> retained;  // per Program::retained: where that header is
  Key key;                                      // empty if none was asked for
};

/// The header record of one packet.
struct Record {
  uint64_t arrived = 0;          // ns
  unsigned flags = 0;            // as in Found
  std::vector<uint64_t> values;  // as in Found
  std::vector<size_t> lengths;   // of the regions
  bool whole = false;
  std::vector<Bytes> saved;                // next-header fields, as they came
  std::vector<std::vector<size_t>> where;  // as in Found
  Bytes bytes;                             // the regions' bytes, one behind the other
  Bytes tail;                              // content of the last region's headers, if computed fields depend on it
};

/// The popped range of the stripped bytes.
struct PoppedRange {
  size_t at = 0;
  size_t length = 0;
};

/// Bytes deparsed in addition: before byte `at` of the stripped ones, in region `region`.
struct Insertion {
  size_t at = 0;
  unsigned region = 0;
  Bytes bytes;
};

/// The results of edits besides changed bytes.
struct Change {
  PoppedRange popped;
  Insertion insertion;
  bool announced = false;      // headers have been pushed where there were none
  std::vector<Bytes> reports;  // as in compiler/sim/report.h
};

/// A returning packet: its time, its frame and its devices.
struct Return {
  uint64_t now = 0;                             // ns
  BytesView frame;                              // without its headers
  std::vector<std::optional<size_t>> retained;  // as in Found
  Ports ports;
  // Packets with the SF, and packets that it has not returned; all ones if no store counts them.
  uint64_t in_flight = UINT64_MAX, vnf_drops = UINT64_MAX;
  uint64_t moved = 0;                // the value of the field that a stripped one has moved to
  std::vector<FoundRegion> regions;  // as in Found, of a terminator
};

}  // namespace sfc::sim
