// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_hooks.h"

#include <functional>
#include <utility>

#include "runtime/failure.h"

namespace sfc {
namespace {

/// An attachment: undone once when it is detached or nobody holds it any more.
struct LinkContent : FakeContent {
  using Undo = std::function<void(FakeDevice&)>;
  LinkContent(FakeDevices& devices_, unsigned ifindex_, Undo undo_)
      : devices(devices_), ifindex(ifindex_), undo(std::move(undo_)) {}
  ~LinkContent() override { LinkContent::detach(); }
  unsigned target() const override { return undo && devices.find(ifindex) != nullptr ? ifindex : 0; }
  void detach() override {
    if (target() != 0) undo(*devices.find(ifindex));
    undo = nullptr;
  }
  FakeDevices& devices;
  unsigned ifindex;
  Undo undo;
};

class FakeLink : public Link {
public:
  FakeLink(FakeHooks& hooks, const Device& device, LinkContent::Undo undo)
      : pins_(hooks), content_(std::make_shared<LinkContent>(hooks, device.ifindex, std::move(undo))) {}
  void pin(const std::string& path) override { pins_.pin(path, content_); }

private:
  FakePins& pins_;
  std::shared_ptr<LinkContent> content_;
};

}  // namespace

std::unique_ptr<Link> FakeHooks::attachXdp(const Program& program, const Device& device, XdpMode mode) {
  step();
  FakeDevice& taken = fake(device.name);
  if (!taken.xdp.empty()) throw Failure(ErrorKind::Conflict, "{} runs an XDP program already", device.name);
  if (mode == XdpMode::Native && !taken.native_xdp) throw Failure(ErrorKind::Kernel, "no native XDP");
  taken.xdp = nameOf(mode);
  taken.xdp_program = program.id();
  return std::make_unique<FakeLink>(*this, device, [](FakeDevice& left) {
    left.xdp.clear();
    left.xdp_program = 0;
  });
}

std::unique_ptr<Link> FakeHooks::attachTcx(const Program& program, const Device& device, TcSide) {
  if (!has_tcx) return nullptr;
  step();
  fake(device.name).tcx.insert(program.id());
  return std::make_unique<FakeLink>(*this, device, [id = program.id()](FakeDevice& left) { left.tcx.erase(id); });
}

unsigned FakeHooks::linkTarget(const std::string& path) {
  return contentAt(path)->target();
}

void FakeHooks::detachPinned(const std::string& path) {
  step();
  contentAt(path)->detach();
}

XdpPrograms FakeHooks::xdpOn(const Device& device) {
  const FakeDevice& asked = fake(device.name);
  return asked.xdp == "generic" ? XdpPrograms{0, asked.xdp_program} : XdpPrograms{asked.xdp_program, 0};
}

bool FakeHooks::runsTcx(const Device& device, TcSide, const Program& program) {
  return fake(device.name).tcx.count(program.id()) != 0;
}

void FakeHooks::makeClsact(const Device& device) {
  step();
  fake(device.name).has_clsact = true;
}

void FakeHooks::addFilter(const Program&, const Device& device, TcSide, const TcFilter& filter) {
  step();
  fake(device.name).filters.insert(filter.handle);
}

bool FakeHooks::hasFilter(const Device& device, TcSide, const TcFilter& filter) {
  return fake(device.name).filters.count(filter.handle) != 0;
}

void FakeHooks::removeFilter(const Device& device, TcSide, const TcFilter& filter) {
  step();
  fake(device.name).filters.erase(filter.handle);
}

void FakeHooks::removeClsactIfEmpty(const Device& device) {
  step();
  FakeDevice& changed = fake(device.name);
  if (changed.filters.empty()) changed.has_clsact = false;
}

}  // namespace sfc
