// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Software segmentation copies everything in front of the network header onto each segment, unchanged. That is right
// for headers that are the same for all segments, and wrong for those that say something of the segment: its length, a
// checksum over it, when it came.
#include "compiler/lower/superframes.h"

namespace sfc::lower {

namespace {

const char* reasonAgainst(const ir::Program& program) {
  const ir::Measured& measured = program.measured;
  if (program.kind != plan::Kind::Proxy && program.kind != plan::Kind::Classifier) return "it pushes no headers";
  if (!program.telemetry.empty() || measured.arrived || measured.now || measured.tai || measured.flight)
    return "telemetry is of single packets";
  if (program.samples > 0) return "single packets are sampled";
  if (program.computed) return "pushed headers have lengths or checksums of what follows them";
  if (!program.enclosing.empty()) return "retained headers have lengths or checksums of what is pushed";
  if (!program.moves.empty()) return "retained fields change with each packet";
  return "";
}

}  // namespace

void checkSuperframes(ir::Program& program) {
  program.no_superframes = reasonAgainst(program);
}

}  // namespace sfc::lower
