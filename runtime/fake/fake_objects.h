// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Objects load into plain arrays, whatever the file contains. Programs do not run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/fake/fake_pins.h"
#include "runtime/kernel.h"

namespace sfc {

class FakeObjects : public virtual Maps, public virtual Programs, public virtual FakePins {
public:
  // ---- for tests
  /// The map behind a pin.
  std::shared_ptr<Map> mapAt(const std::string& path);

  unsigned metadata = 216;
  unsigned counters = 32;                  // values of the counter map
  unsigned entry_size = 64;                // of the entry map
  std::map<std::string, unsigned> tables;  // maps of tables in the object, and for how many entries
  unsigned table_value_size = 64;
  std::vector<Bytes> reports;  // in the ring buffer, if there is one
  bool has_ring = false;
  ObjectSetup last_setup;
  bool was_loaded = false;  // an object

  // ---- Maps
  std::unique_ptr<Map> createArray(const std::string& name, unsigned value_size, bool mmapable) override;
  std::unique_ptr<Map> openMap(const std::string& path) override;
  std::unique_ptr<Ring> openRing(const Map& map) override;

  // ---- Programs
  LoadedObject load(std::string_view elf, const std::string& label, const ObjectSetup& setup) override;
  std::unique_ptr<Program> openProgram(const std::string& path) override;
  std::unique_ptr<Program> loadRedirect(unsigned ifindex, const Map& copy) override;
  std::unique_ptr<Program> loadResend() override;
  unsigned probeMetadata() override { return metadata; }

private:
  uint32_t last_program_ = 0;
};

}  // namespace sfc
