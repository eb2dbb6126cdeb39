// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_pins.h"

#include <utility>

#include "runtime/failure.h"

namespace sfc {

std::set<std::string> FakePins::paths() const {
  std::set<std::string> paths;
  for (const auto& [path, content] : pins_) paths.insert(path);
  return paths;
}

void FakePins::pin(const std::string& path, std::shared_ptr<FakeContent> content) {
  step();
  if (!fail_at.empty() && path.ends_with(fail_at)) throw Failure(ErrorKind::Kernel, "no pin at {} today", path);
  pins_[path] = std::move(content);
}

std::shared_ptr<FakeContent> FakePins::contentAt(const std::string& path) {
  const auto found = pins_.find(path);
  if (found == pins_.end()) throw Failure(ErrorKind::Kernel, "no pin {}", path);
  return found->second;
}

bool FakePins::exists(const std::string& path) {
  return pins_.count(path) != 0;
}

void FakePins::makeDirectory(const std::string& path) {
  step();
  pins_[path] = nullptr;
}

void FakePins::rename(const std::string& from, const std::string& to) {
  step();
  std::map<std::string, std::shared_ptr<FakeContent>> renamed;
  for (auto& [path, content] : pins_) {
    const bool inside = path == from || path.starts_with(from + "/");
    renamed[inside ? to + path.substr(from.size()) : path] = content;
  }
  pins_ = std::move(renamed);
}

std::vector<std::string> FakePins::listDirectory(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& [pin, content] : pins_) {
    if (!pin.starts_with(path + "/")) continue;
    const std::string name = pin.substr(path.size() + 1);
    if (name.find('/') == std::string::npos) names.push_back(name);
  }
  return names;
}

void FakePins::remove(const std::string& path) {
  step();
  contentAt(path);
  pins_.erase(path);
}

void FakePins::removeDirectory(const std::string& path) {
  step();
  if (!listDirectory(path).empty()) throw Failure(ErrorKind::Kernel, "{} is not empty", path);
  pins_.erase(path);
}

}  // namespace sfc
