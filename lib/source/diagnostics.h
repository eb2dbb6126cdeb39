// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Diagnostics: collected as values by every stage, rendered once at the end.
//
//   programs/x.sfc:12:7: error: unknown field 'tt1' in header 'mpls_t' [E0203]
//      12 |   require labels[0].tt1 > 1 else drop;
//         |                     ^~~
//         = hint: did you mean 'ttl'?
#pragma once

#include <string>
#include <vector>

#include "lib/source/source.h"

namespace sfc {

enum class Severity { Error, Warning };

struct Diagnostic {
  Severity severity = Severity::Error;
  Range range;
  std::string code;  // "E0203": numbers per stage, explained in docs/errors.md
  std::string text;  // what is wrong, one line, no full stop
  std::string hint;  // what to do; may be empty
};

class Diagnostics {
public:
  void error(Range range, std::string code, std::string text, std::string hint = {});
  void warning(Range range, std::string code, std::string text, std::string hint = {});

  bool hasErrors() const { return errors_ > 0; }
  const std::vector<Diagnostic>& all() const { return all_; }

private:
  std::vector<Diagnostic> all_;
  unsigned errors_ = 0;
};

/// The diagnostics as text with source lines and carets, in the order of their places.
std::string renderText(const Diagnostics& diagnostics, const SourceMap& sources);
/// The diagnostics as a JSON array of {severity, code, text, hint, file, line, column, begin, end}.
std::string renderJson(const Diagnostics& diagnostics, const SourceMap& sources);

/// The candidate nearest to `name` by edit distance, if near enough to be meant; else empty.
std::string didYouMean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace sfc
