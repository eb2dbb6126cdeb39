// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/object/stage.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

namespace sfc {

namespace {

namespace fs = std::filesystem;

/// The library beside the executable, or else where it is installed. It stays loaded: LLVM registers what it has for
/// good.
void* load() {
  std::error_code none;
  const fs::path directory = fs::read_symlink("/proc/self/exe", none).parent_path();
  const fs::path beside = directory / SFC_OBJECT_LIBRARY;
  const fs::path path = fs::exists(beside, none) ? beside : directory / "../lib/sfcc" / SFC_OBJECT_LIBRARY;
  return dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
}

}  // namespace

const ObjectStage* objectStage(std::string& why) {
  static void* const library = load();
  if (library)
    if (const void* symbol = dlsym(library, "sfc_object_stage")) return static_cast<const ObjectStage*>(symbol);
  const char* error = dlerror();
  why = error ? error : SFC_OBJECT_LIBRARY " cannot be loaded";
  return nullptr;
}

}  // namespace sfc
