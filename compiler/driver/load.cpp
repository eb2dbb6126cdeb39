// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/load.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "compiler/driver/standard_library.h"
#include "compiler/syntax/parse.h"

namespace sfc {

namespace {

std::optional<std::string> readFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return std::nullopt;
  return text.str();
}

struct Found {
  std::string path;
  std::string text;
};

std::optional<Found> findImport(const std::string& relative, const std::vector<std::string>& dirs) {
  for (const std::string& dir : dirs) {
    const std::filesystem::path path = std::filesystem::path(dir) / relative;
    if (auto text = readFile(path)) return Found{path.string(), *text};
  }
  if (auto text = standardLibraryFile(relative)) return Found{relative, std::string(*text)};
  return std::nullopt;
}

std::string relativePath(const ast::Import& import) {
  std::string path;
  for (const ast::Identifier& part : import.path) path += (path.empty() ? "" : "/") + part.name;
  return path + ".sfc";
}

}  // namespace

std::optional<Sources> load(const std::string& path, const std::vector<std::string>& include_dirs, SourceMap& sources,
                            Diagnostics& diagnostics) {
  auto text = readFile(path);
  if (!text) {
    std::error_code error;
    const bool exists = std::filesystem::exists(path, error);
    diagnostics.error({}, "E0001", fmt::format("cannot read '{}': {}", path,
                                               exists ? "it is not a readable file" : "no such file"));
    return std::nullopt;
  }
  std::vector<std::string> dirs{std::filesystem::path(path).parent_path().string()};
  dirs.insert(dirs.end(), include_dirs.begin(), include_dirs.end());
  Sources all;
  std::set<std::string> seen;
  std::deque<Found> queue{{path, *text}};
  while (!queue.empty()) {
    const uint32_t number = sources.add(queue.front().path, queue.front().text);
    queue.pop_front();
    auto file = parse(number, sources, diagnostics);
    if (!file) continue;
    for (const ast::Import& import : file->imports) {
      const std::string relative = relativePath(import);
      if (!seen.insert(relative).second) continue;
      if (auto found = findImport(relative, dirs))
        queue.push_back(std::move(*found));
      else
        diagnostics.error(import.range, "E0002", fmt::format("cannot find '{}'", relative),
                          "imports are looked for next to the spec, in the -I directories and in the standard library");
    }
    all.files.push_back(std::move(*file));
  }
  if (diagnostics.hasErrors()) return std::nullopt;
  return all;
}

}  // namespace sfc
