// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// libbpf's linker for the code and its BTF, LLVM's objcopy for the rest. The linker works on named files: these are in
// memory, and their names are those of this process's descriptors.
#include "compiler/object/link.h"

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <utility>

#include <bpf/libbpf.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ObjCopy/ConfigManager.h>
#include <llvm/ObjCopy/ObjCopy.h>
#include <llvm/Object/Binary.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sfc {

namespace {

llvm::StringRef toRef(std::string_view text) {
  return {text.data(), text.size()};
}

/// A file that has no place in a file system.
class MemoryFile {
public:
  MemoryFile() : descriptor_(memfd_create("object", MFD_CLOEXEC)) {}
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  bool put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t done = write(descriptor_, bytes.data(), bytes.size());
      if (done <= 0) return false;
      bytes.remove_prefix(done);
    }
    return descriptor_ >= 0;
  }

  std::optional<std::string> get() const {
    struct stat status = {};
    if (fstat(descriptor_, &status) != 0) return std::nullopt;
    std::string bytes(status.st_size, '\0');
    if (pread(descriptor_, bytes.data(), bytes.size(), 0) != status.st_size) return std::nullopt;
    return bytes;
  }

private:
  int descriptor_;
};

struct FreeLinker {
  void operator()(bpf_linker* linker) const { bpf_linker__free(linker); }
};

/// What libbpf says while this lives goes to a log.
class LibbpfMessages {
public:
  explicit LibbpfMessages(std::string& log) : previous_(libbpf_set_print(print)) { current = &log; }
  LibbpfMessages(const LibbpfMessages&) = delete;
  LibbpfMessages& operator=(const LibbpfMessages&) = delete;
  ~LibbpfMessages() {
    libbpf_set_print(previous_);
    current = nullptr;
  }

private:
  static int print(libbpf_print_level level, const char* format, va_list arguments) {
    char text[512];
    if (level > LIBBPF_WARN || current == nullptr) return 0;
    const int length = vsnprintf(text, sizeof(text), format, arguments);
    *current += text;
    return length;
  }

  static thread_local std::string* current;
  libbpf_print_fn_t previous_;
};

thread_local std::string* LibbpfMessages::current = nullptr;

std::optional<std::string> link(const std::vector<std::string_view>& objects, std::string& log) {
  LibbpfMessages messages(log);
  const MemoryFile result;
  const std::unique_ptr<bpf_linker, FreeLinker> linker(bpf_linker__new(result.path().c_str(), nullptr));
  if (!linker) return std::nullopt;
  for (std::string_view object : objects) {
    MemoryFile file;
    if (!file.put(object) || bpf_linker__add_file(linker.get(), file.path().c_str(), nullptr) != 0) return std::nullopt;
  }
  if (bpf_linker__finalize(linker.get()) != 0) return std::nullopt;
  return result.get();
}

/// The object without what is left of debug sections, and with these.
llvm::Expected<std::string> finish(std::string_view object, const std::vector<Section>& sections) {
  llvm::Expected<std::unique_ptr<llvm::object::Binary>> binary =
      llvm::object::createBinary(llvm::MemoryBufferRef(toRef(object), "object"));
  if (!binary) return binary.takeError();
  llvm::objcopy::ConfigManager config;
  config.Common.StripDebug = true;
  for (const Section& section : sections)
    config.Common.AddSection.emplace_back(section.name,
                                          llvm::MemoryBuffer::getMemBuffer(toRef(section.bytes), section.name, false));
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (llvm::Error error = llvm::objcopy::executeObjcopyOnBinary(config, **binary, out)) return error;
  return std::string(bytes.data(), bytes.size());
}

}  // namespace

std::optional<std::string> linkBpf(const std::vector<std::string_view>& objects, const std::vector<Section>& sections,
                                   std::string& log) {
  std::optional<std::string> linked;
  if (objects.size() > 1) {
    linked = link(objects, log);
    if (!linked) {
      log += "the objects cannot be linked\n";
      return std::nullopt;
    }
  }
  llvm::Expected<std::string> finished = finish(linked ? *linked : objects.front(), sections);
  if (finished) return std::move(*finished);
  log += llvm::toString(finished.takeError()) + "\n";
  return std::nullopt;
}

}  // namespace sfc
