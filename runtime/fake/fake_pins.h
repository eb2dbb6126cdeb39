// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Pins as entries of a map from paths, and the objects behind them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/fake/fake_steps.h"
#include "runtime/kernel.h"

namespace sfc {

/// An object behind a pin, or held by an object of the interface.
struct FakeContent {
  virtual ~FakeContent() = default;
  virtual void detach() {}
  virtual unsigned target() const { return 0; }
  virtual uint32_t id() const { return 0; }
};

class FakePins : public virtual PinTree, public virtual FakeSteps {
public:
  // ---- for tests
  std::set<std::string> paths() const;

  bool locked = false;  // by another process
  std::string fail_at;  // pinning a path that ends so fails, as if the process died there

  // ---- PinTree
  std::string pinRoot() override { return "/pins"; }
  bool exists(const std::string& path) override;
  void makeDirectory(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  std::vector<std::string> listDirectory(const std::string& path) override;
  void remove(const std::string& path) override;
  void removeDirectory(const std::string& path) override;
  std::unique_ptr<Lock> lockPins() override { return std::make_unique<Lock>(); }
  std::unique_ptr<Lock> tryLock(const std::string&) override { return locked ? nullptr : std::make_unique<Lock>(); }
  std::string lockHolder(const std::string&) override { return "another process"; }

  // ---- for the rest of the fake
  /// Drops all pins, and with them the objects that nothing else holds.
  void dropPins() { pins_.clear(); }
  void pin(const std::string& path, std::shared_ptr<FakeContent> content);
  /// Throws if there is no such pin.
  std::shared_ptr<FakeContent> contentAt(const std::string& path);

private:
  std::map<std::string, std::shared_ptr<FakeContent>> pins_;  // null: a directory
};

}  // namespace sfc
