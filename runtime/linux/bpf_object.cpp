// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/bpf_object.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "runtime/abi.h"
#include "runtime/elf.h"
#include "runtime/linux/bpf_maps.h"
#include "runtime/linux/bpf_programs.h"
#include "runtime/linux/libbpf.h"
#include "runtime/linux/verifier_log.h"
#include "runtime/setup.h"

namespace sfc {
namespace {

// The messages of libbpf during a load; it has one print function for the whole process.
thread_local std::string libbpf_words;

int collectWords(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  va_list again;
  va_copy(again, arguments);
  std::string line(static_cast<size_t>(std::max(0, std::vsnprintf(nullptr, 0, format, again))), '\0');
  va_end(again);
  const int length = std::vsnprintf(line.data(), line.size() + 1, format, arguments);
  libbpf_words += line;
  return length;
}

struct ObjectCloser {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};

/// Checks, before the maps are made, that the plan is right about them and that libbpf will make no others.
void checkObjectMaps(bpf_object* object, const std::string& label, const ObjectSetup& setup) {
  std::map<std::string, MapShape> found;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    const std::string name = bpf_map__name(map);
    if (name == SFC_MAP_CONFIG) continue;
    if (bpf_map__pin_path(map) != nullptr)
      throw Failure(ErrorKind::Input, "{}: the object asks to pin map {}, which no object of sfcc does", label, name);
    found[name] = {bpf_map__type(map), bpf_map__key_size(map), bpf_map__value_size(map), bpf_map__map_flags(map)};
  }
  checkMaps(label, setup.maps, found);
}

/// The programs that are wanted, each of its type, and no other.
void checkObjectPrograms(const bpf_object* object, const std::string& label, const ObjectSetup& setup) {
  std::map<std::string, bpf_prog_type> missing = {{SFC_PROG_INGRESS, BPF_PROG_TYPE_XDP},
                                                  {SFC_PROG_EGRESS, BPF_PROG_TYPE_SCHED_CLS}};
  if (setup.proxy) {
    missing[SFC_PROG_HANDOVER] = BPF_PROG_TYPE_SCHED_CLS;
    missing[SFC_PROG_CARRIED] = BPF_PROG_TYPE_SCHED_CLS;
  }
  if (setup.tc_ingress) missing[SFC_PROG_TC_INGRESS] = BPF_PROG_TYPE_SCHED_CLS;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    const auto wanted = missing.find(bpf_program__name(program));
    if (wanted == missing.end() || wanted->second != bpf_program__type(program))
      throw Failure(ErrorKind::Input, "{}: program {} in section {} is not one that sfcc writes", label,
                    bpf_program__name(program), bpf_program__section_name(program));
    missing.erase(wanted);
  }
  if (!missing.empty())
    throw Failure(ErrorKind::Input, "{}: no program {} in the object; compile it again with this sfcc", label,
                  missing.begin()->first);
}

void applySetup(bpf_object* object, const std::string& label, const ObjectSetup& setup) {
  bpf_map* config = bpf_object__find_map_by_name(object, SFC_MAP_CONFIG);
  size_t size = 0;
  if (config == nullptr || bpf_map__initial_value(config, &size) == nullptr || size != setup.config.size() ||
      bpf_map__set_initial_value(config, setup.config.data(), size) != 0) {
    throw Failure(ErrorKind::Input, "{}: no {} of {} bytes in the object; compile it again with this sfcc", label,
                  SFC_MAP_CONFIG, setup.config.size());
  }
  for (const auto& [name, entries] : setup.max_entries) {
    bpf_map* map = bpf_object__find_map_by_name(object, name.c_str());
    if (map == nullptr) continue;
    if (const int error = bpf_map__set_max_entries(map, entries)) fail("cannot size map " + name, -error);
  }
}

}  // namespace

void collectLibbpfWords() {
  libbpf_set_print(collectWords);
}

LoadedObject loadElf(std::string_view elf, const std::string& label, const ObjectSetup& setup) {
  libbpf_words.clear();
  const auto checked = attempt([&] { elf::check(elf); });
  if (!checked) throw Failure(ErrorKind::Input, "{}: {}; compile it again", label, checked.error().text);
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sfc");
  const std::unique_ptr<bpf_object, ObjectCloser> object(bpf_object__open_mem(elf.data(), elf.size(), &options));
  if (!object) throw Failure(ErrorKind::Input, "{}: not a BPF object: {}", label, lastWords(libbpf_words));
  checkObjectPrograms(object.get(), label, setup);
  checkObjectMaps(object.get(), label, setup);
  applySetup(object.get(), label, setup);
  if (const int error = bpf_object__load(object.get())) {
    throw Failure(ErrorKind::Kernel, "the kernel refused {}: {}\n{}", label, std::strerror(-error),
                  lastWords(libbpf_words));
  }
  if (setup.proxy) {
    const uint32_t first = 0;
    const int program = bpf_program__fd(bpf_object__find_program_by_name(object.get(), SFC_PROG_CARRIED));
    if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object.get(), SFC_MAP_PROGRAMS), &first, &program, BPF_ANY))
      fail("cannot enter the program " SFC_PROG_CARRIED " in the map " SFC_MAP_PROGRAMS, errno);
  }
  LoadedObject loaded;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object.get()) {
    const std::string name = bpf_map__name(map);
    loaded.maps[name] = std::make_unique<BpfMap>(duplicate(bpf_map__fd(map)), name);
  }
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    const std::string name = bpf_program__name(program);
    loaded.programs[name] = std::make_unique<BpfProgram>(duplicate(bpf_program__fd(program)), name);
  }
  return loaded;
}

}  // namespace sfc
