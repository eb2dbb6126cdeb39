// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "compiler/driver/standard_library.h"
#include "compiler/syntax/parse.h"

namespace sfc {

namespace {

namespace fs = std::filesystem;

// More than the parser takes, which then says that the file is too large.
constexpr size_t MaxRead = (1 << 20) + 1;
constexpr size_t MaxFiles = 64;

/// A file's text; nothing if it cannot be read, and then `why` says why.
std::optional<std::string> readFile(const fs::path& path, std::string& why) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  why = status.type() == fs::file_type::directory ? "it is a directory"
        : !fs::exists(status)                     ? "no such file"
                                                  : "it is not a readable file";
  if (!fs::is_regular_file(status)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 8192> block;
  while (text.size() < MaxRead) {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<size_t>(file.gcount()));
    if (file.eof()) return text;
    if (file.fail()) return std::nullopt;
  }
  return text;
}

/// A file to parse. `identity` is equal for equal files, however they were named.
struct Found {
  std::string path;
  std::string identity;
  std::string text;
};

std::string identityOf(const fs::path& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path.string() : canonical.string();
}

std::string relativePath(const ast::Import& import) {
  std::string path;
  for (const ast::Identifier& part : import.path) path += (path.empty() ? "" : "/") + part.name;
  return path + ".sfc";
}

/// Goes through the imports depth first, so that a way back to a file that is still being loaded is seen.
class Loader {
public:
  Loader(std::vector<std::string> dirs, SourceMap& sources, Diagnostics& diagnostics)
      : dirs_(std::move(dirs)), sources_(sources), diagnostics_(diagnostics) {}

  void add(Found found) {
    seen_.insert(found.identity);
    loading_.push_back(found.identity);
    const uint32_t number = sources_.add(std::move(found.path), std::move(found.text));
    if (auto file = parse(number, sources_, diagnostics_)) {
      const size_t at = all_.files.size();
      all_.files.push_back(std::move(*file));
      // By index: adding files moves them. NOLINTNEXTLINE(modernize-loop-convert)
      for (size_t i = 0; i < all_.files[at].imports.size(); i++)
        follow(all_.files[at].imports[i].range, relativePath(all_.files[at].imports[i]));
    }
    loading_.pop_back();
  }

  Sources take() { return std::move(all_); }

private:
  void follow(Range range, const std::string& relative) {
    std::string why;
    auto found = find(relative, why);
    if (!found) {
      diagnostics_.error(
          range, "E0002", fmt::format("cannot import '{}': {}", relative, why),
          "imports are searched for next to the spec, in the -I directories and in the standard library");
    } else if (std::find(loading_.begin(), loading_.end(), found->identity) != loading_.end()) {
      diagnostics_.error(range, "E0003", fmt::format("import cycle through '{}'", relative),
                         "move what both need into a third file");
    } else if (seen_.count(found->identity)) {
      return;
    } else if (seen_.size() == MaxFiles) {
      diagnostics_.error(range, "E0902", fmt::format("the spec imports more than {} files", MaxFiles - 1));
    } else {
      add(std::move(*found));
    }
  }

  std::optional<Found> find(const std::string& relative, std::string& why) const {
    std::string first_problem;
    for (const std::string& dir : dirs_) {
      const fs::path path = fs::path(dir) / relative;
      if (auto text = readFile(path, why)) return Found{path.string(), identityOf(path), std::move(*text)};
      if (why != "no such file" && first_problem.empty()) first_problem = why;
    }
    if (auto text = standardLibraryFile(relative))
      return Found{relative, "standard library: " + relative, std::string(*text)};
    why = first_problem.empty() ? "no such file" : first_problem;
    return std::nullopt;
  }

  std::vector<std::string> dirs_;
  SourceMap& sources_;
  Diagnostics& diagnostics_;
  Sources all_;
  std::set<std::string> seen_;
  std::vector<std::string> loading_;
};

/// Objects, maps and namespaces are named after the file.
bool isName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

}  // namespace

std::optional<std::string> readText(const std::string& path, Diagnostics& diagnostics) {
  std::string why;
  auto text = readFile(path, why);
  if (!text) diagnostics.error({}, "E0001", fmt::format("cannot read '{}': {}", path, why));
  return text;
}

std::optional<Sources> load(const std::string& path, const std::vector<std::string>& include_dirs, SourceMap& sources,
                            Diagnostics& diagnostics) {
  auto text = readText(path, diagnostics);
  if (!text) return std::nullopt;
  const fs::path file(path);
  if (file.extension() != ".sfc" || !isName(file.stem().string())) {
    diagnostics.error({}, "E0004", fmt::format("invalid spec file name '{}'", file.filename().string()),
                      "use letters, digits, '-', '_' and '.', and .sfc at the end");
    return std::nullopt;
  }
  std::vector<std::string> dirs{file.parent_path().string()};
  dirs.insert(dirs.end(), include_dirs.begin(), include_dirs.end());
  Loader loader(std::move(dirs), sources, diagnostics);
  loader.add({path, identityOf(file), std::move(*text)});
  if (diagnostics.hasErrors()) return std::nullopt;
  return loader.take();
}

}  // namespace sfc
