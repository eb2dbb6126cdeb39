// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Rendering of diagnostics. The excerpt shows the line on which a range begins. It is split into cells, one per code
// point; the underline is drawn under the same cells, so that tabs, multi-byte characters, control characters and
// bytes that are not UTF-8 cannot push it aside or reach the terminal. Long lines are cropped to a window around the
// caret.
#include "lib/source/diagnostics.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sfc {

namespace {

constexpr size_t WINDOW = 160;  // cells of a source line that are shown
constexpr std::string_view TAB = "    ";
constexpr size_t SHOWN_NOTES = 3;
constexpr size_t LONGEST_NOTE = 60;  // characters of a place that a note shows

/// One code point of a source line: where its bytes are and what is printed for it.
struct Cell {
  size_t begin = 0;
  size_t end = 0;
  std::string shown;
  size_t width = 1;  // in columns of the terminal
};

bool continuesCodePoint(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// How many bytes the code point that starts at `at` has; 0 if there is none.
size_t codePointLength(std::string_view text, size_t at) {
  auto lead = static_cast<unsigned char>(text[at]);
  size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!continuesCodePoint(text[at + i])) return 0;
  }
  return length;
}

Cell cellAt(std::string_view text, size_t at) {
  size_t length = codePointLength(text, at);
  if (length == 0) return {at, at + 1, "?", 1};
  if (text[at] == '\t') return {at, at + 1, std::string(TAB), TAB.size()};
  auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x20 || lead == 0x7F) return {at, at + 1, "?", 1};
  return {at, at + length, std::string(text.substr(at, length)), 1};
}

/// The cells of the line of `text` that holds byte `at`.
std::vector<Cell> cellsOfLine(std::string_view text, size_t at) {
  size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  size_t end = std::min(text.find('\n', at), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  std::vector<Cell> cells;
  for (size_t i = begin; i < end; i = cells.back().end) cells.push_back(cellAt(text, i));
  return cells;
}

/// The source line and the line with the caret under it.
std::string renderExcerpt(Range range, const SourceMap& sources) {
  std::string_view text = sources.text(range.file);
  size_t at = std::min<size_t>(range.begin, text.size());
  std::vector<Cell> cells = cellsOfLine(text, at);
  size_t caret = std::count_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.end <= at; });
  size_t first = caret > WINDOW / 2 && cells.size() > WINDOW ? caret - WINDOW / 2 : 0;
  size_t last = std::min(cells.size(), first + WINDOW);

  std::string line = first > 0 ? "..." : "";
  std::string under(line.size(), ' ');
  for (size_t i = first; i < last; ++i) {
    line += cells[i].shown;
    bool marked = i >= caret && (i == caret || cells[i].begin < range.end);
    under += std::string(cells[i].width, marked ? '~' : ' ');
    if (i == caret) under[under.size() - cells[i].width] = '^';
  }
  if (last < cells.size()) line += "...";
  if (caret >= cells.size()) under += '^';  // the end of the line, as for something that is missing
  under.erase(under.find_last_not_of(' ') + 1);
  return fmt::format("{:5} | {}\n      | {}\n", sources.locate(range).line, line, under);
}

const char* severityName(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

/// The error at the place of a note, or else the text there.
std::string describeNote(const Note& note, const SourceMap& sources) {
  if (!note.text.empty()) return note.text;
  std::string_view there = sources.text(note.range);
  there = there.substr(0, there.find('\n'));
  std::string shown;
  for (size_t at = 0; at < there.size() && shown.size() < LONGEST_NOTE; at = cellAt(there, at).end)
    shown += cellAt(there, at).shown;
  return fmt::format("`{}`", shown);
}

std::string renderNotes(const std::vector<Note>& notes, const SourceMap& sources) {
  std::string out;
  const size_t shown = notes.size() == SHOWN_NOTES + 1 ? notes.size() : std::min(notes.size(), SHOWN_NOTES);
  for (size_t i = 0; i < shown; ++i)
    out += fmt::format("      = note: {}: {}\n", sources.describe(notes[i].range), describeNote(notes[i], sources));
  if (shown < notes.size()) out += fmt::format("      = note: and {} more places\n", notes.size() - shown);
  return out;
}

std::string renderOne(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::string out = fmt::format("{}: {}: {} [{}]\n", sources.describe(diagnostic.range),
                                severityName(diagnostic.severity), diagnostic.text, diagnostic.code);
  if (diagnostic.range.known()) out += renderExcerpt(diagnostic.range, sources);
  out += renderNotes(diagnostic.notes, sources);
  if (!diagnostic.hint.empty()) out += fmt::format("      = hint: {}\n", diagnostic.hint);
  return out;
}

/// The diagnostics by file and place; those of one place stay in the order in which they were found, and those that
/// are nowhere come last.
std::vector<const Diagnostic*> inOrder(const Diagnostics& diagnostics) {
  std::vector<const Diagnostic*> sorted;
  for (const Diagnostic& diagnostic : diagnostics.all()) sorted.push_back(&diagnostic);
  std::ranges::stable_sort(sorted, [](const Diagnostic* a, const Diagnostic* b) {
    return std::pair(a->range.file, a->range.begin) < std::pair(b->range.file, b->range.begin);
  });
  return sorted;
}

size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (char wanted : a) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      size_t replaced = diagonal + (wanted != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

void Diagnostics::error(Range range, std::string code, std::string text, std::string hint) {
  add(Severity::Error, range, std::move(code), std::move(text), std::move(hint));
}

void Diagnostics::warning(Range range, std::string code, std::string text, std::string hint) {
  add(Severity::Warning, range, std::move(code), std::move(text), std::move(hint));
}

void Diagnostics::error(const std::vector<Range>& places, Range cause, const std::string& code, const std::string& text,
                        const std::string& hint) {
  if (places.size() == 1) return add(Severity::Error, places.front(), code, text, hint);
  Diagnostic one{Severity::Error, cause, code, text, hint, {}};
  for (const Range& place : places) one.notes.push_back({place, {}});
  all_.push_back(std::move(one));
  ++errors_;
}

void Diagnostics::append(const Diagnostics& others) {
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
  errors_ += others.errors_;
}

void Diagnostics::blame(Range area, Range cause) {
  areas_.push_back({area, cause});
}

/// The range to blame for a place, from area to area; the place itself if nothing else is to blame.
Range Diagnostics::causeOf(Range place) const {
  constexpr unsigned most_steps =
      64;  // imports do not lead back, so it takes no more than there are files in each other
  for (unsigned step = 0; step < most_steps; ++step) {
    const Area* found = nullptr;
    const auto size = [](const Area& area) {
      return area.range.known() ? area.range.end - area.range.begin : UINT32_MAX;
    };
    for (const Area& area : areas_) {
      const bool inside = area.range.known() ? area.range.file == place.file && area.range.begin <= place.begin &&
                                                   place.end <= area.range.end
                                             : place.known() && area.cause.file != place.file;
      if (inside && (found == nullptr || size(area) <= size(*found))) found = &area;
    }
    if (found == nullptr) break;
    place = found->cause;
  }
  return place;
}

void Diagnostics::add(Severity severity, Range range, std::string code, std::string text, std::string hint) {
  const Range cause = causeOf(range);
  if (severity == Severity::Error) ++errors_;
  const bool moved = cause.file != range.file;
  if (!moved) {
    // An action that is named twice is looked at twice.
    const bool said = std::ranges::any_of(all_, [&](const Diagnostic& other) {
      return other.code == code && other.text == text && other.range.known() && other.range.file == range.file &&
             other.range.begin == range.begin && other.range.end == range.end;
    });
    if (!said) all_.push_back({severity, range, std::move(code), std::move(text), std::move(hint), {}});
    return;
  }
  const auto same = std::ranges::find_if(all_, [&](const Diagnostic& other) {
    return other.code == code && !other.notes.empty() && other.range.file == cause.file &&
           other.range.begin == cause.begin && other.range.end == cause.end;
  });
  if (same == all_.end())
    all_.push_back({severity, cause, std::move(code), std::move(text), std::move(hint), {{range, {}}}});
  else if (std::ranges::none_of(same->notes, [&](const Note& note) {
             return note.range.file == range.file && note.range.begin == range.begin && note.range.end == range.end;
           }))
    same->notes.push_back({range, same->text == text ? std::string() : std::move(text)});
}

std::string renderText(const Diagnostics& diagnostics, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic* diagnostic : inOrder(diagnostics)) out += renderOne(*diagnostic, sources);
  return out;
}

std::string renderJson(const Diagnostics& diagnostics, const SourceMap& sources) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic* diagnostic : inOrder(diagnostics)) {
    Location at = sources.locate(diagnostic->range);
    nlohmann::ordered_json notes = nlohmann::ordered_json::array();
    for (const Note& note : diagnostic->notes) {
      Location there = sources.locate(note.range);
      notes.push_back({{"text", note.text}, {"file", there.path}, {"line", there.line}, {"column", there.column}});
    }
    list.push_back({{"severity", severityName(diagnostic->severity)},
                    {"code", diagnostic->code},
                    {"text", diagnostic->text},
                    {"hint", diagnostic->hint},
                    {"file", at.path},
                    {"line", at.line},
                    {"column", at.column},
                    {"begin", diagnostic->range.begin},
                    {"end", diagnostic->range.end},
                    {"notes", notes}});
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string didYouMean(const std::string& name, const std::vector<std::string>& candidates) {
  size_t best_distance = std::max<size_t>(1, name.size() / 3) + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    size_t distance = candidate == name ? best_distance : editDistance(name, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

}  // namespace sfc
