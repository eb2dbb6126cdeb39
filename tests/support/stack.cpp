// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-stack: prints the label stack of a seed, as `sfcctl table add` wants to have it. What marks the bottom is left to
// the classifier.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "tests/support/traffic.h"

int main(int argc, char** argv) {
  using namespace sfc::traffic;
  uint64_t seed = 0;
  CLI::App app("Prints the headers of a classifier's entry: the labels of a seed of sfc-send.", "sfc-stack");
  app.add_option("SEED", seed)->required();
  CLI11_PARSE(app, argc, argv);
  LabelStack stack = stackOf(seed, labelCountOf(seed));
  for (unsigned i = 0; i < stack.size; ++i) {
    uint32_t entry = stack.entries[i];
    fmt::print("labels[{0}].label={1}\nlabels[{0}].tc={2}\nlabels[{0}].ttl={3}\n", i, entry >> 12, entry >> 9 & 7,
               entry & 0xff);
  }
  return 0;
}
