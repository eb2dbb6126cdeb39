// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Diagnostics: collected as values by every stage, rendered once at the end.
//
//   programs/x.sfc:12:7: error: unknown field 'tt1' in header 'mpls_t' [E0203]
//      12 |   require labels[0].tt1 > 1 else drop;
//         |                     ^~~
//         = hint: did you mean 'ttl'?
//
// A spec can misuse a file that it imports. Then the place is in that file, but the spec has to be changed: see
// blame().
#pragma once

#include <string>
#include <vector>

#include "lib/source/source.h"

namespace sfc {

enum class Severity { Error, Warning };

/// A further place of a diagnostic.
struct Note {
  Range range;
  std::string text;  // the error there, if the diagnostic says something else; may be empty
};

struct Diagnostic {
  Severity severity = Severity::Error;
  Range range;
  std::string code;  // "E0203": numbers per stage, explained in docs/errors.md
  std::string text;  // what is wrong, one line, no full stop
  std::string hint;  // what to do; may be empty
  std::vector<Note> notes = {};
};

class Diagnostics {
public:
  void error(Range range, std::string code, std::string text, std::string hint = {});
  void warning(Range range, std::string code, std::string text, std::string hint = {});
  /// One diagnostic for one or more places: at the place if there is only one and nothing else is to blame for it, else
  /// at `cause`, with notes that name the places.
  void error(const std::vector<Range>& places, Range cause, const std::string& code, const std::string& text,
             const std::string& hint);

  /// From here on, errors inside `area` are blamed on `cause` and reported there, with a note that names the place;
  /// errors with the same code and cause become one diagnostic with several notes. An unknown area is everything
  /// outside of the file of the cause. Of several areas the smallest counts, and of equal ones the one that was named
  /// last; a cause can lie in an area itself. Errors whose cause is in their own file stay where they are: that place
  /// is the clearest.
  void blame(Range area, Range cause);

  /// Takes over the diagnostics of others.
  void append(const Diagnostics& others);

  bool hasErrors() const { return errors_ > 0; }
  const std::vector<Diagnostic>& all() const { return all_; }

private:
  friend class Blame;
  struct Area {
    Range range;
    Range cause;
  };

  void add(Severity severity, Range range, std::string code, std::string text, std::string hint);
  Range causeOf(Range place) const;

  std::vector<Diagnostic> all_;
  std::vector<Area> areas_;
  unsigned errors_ = 0;
};

/// Diagnostics::blame() for as long as this lives.
class Blame {
public:
  Blame(Diagnostics& diagnostics, Range area, Range cause)
      : diagnostics_(diagnostics), before_(diagnostics.areas_.size()) {
    diagnostics.blame(area, cause);
  }
  ~Blame() { diagnostics_.areas_.resize(before_); }
  Blame(const Blame&) = delete;
  Blame& operator=(const Blame&) = delete;

private:
  Diagnostics& diagnostics_;
  size_t before_;
};

/// The diagnostics as text with source lines and carets, in the order of their places.
std::string renderText(const Diagnostics& diagnostics, const SourceMap& sources);
/// The diagnostics as a JSON array of {severity, code, text, hint, file, line, column, begin, end, notes}; notes are
/// {text, file, line, column}.
std::string renderJson(const Diagnostics& diagnostics, const SourceMap& sources);

/// The candidate nearest to `name` by edit distance, if near enough to be meant; else empty.
std::string didYouMean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace sfc
