// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The running system behind kernel.h. The only file that includes libbpf.
//
// libbpf 1.1 has no interface for TCX links; bpf_link_create with the attach types' numbers makes them on kernels that
// have them (6.6 and later), and the others say EINVAL.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

#include "runtime/abi.h"
#include "runtime/elf.h"
#include "runtime/failure.h"
#include "runtime/kernel.h"
#include "runtime/linux/devices.h"
#include "runtime/linux/fd.h"
#include "runtime/linux/file_lock.h"
#include "runtime/linux/netlink.h"
#include "runtime/linux/pin_root.h"
#include "runtime/setup.h"

namespace sfc {
namespace {

[[noreturn]] void fail(const std::string& what, int error = errno) {
  throw Failure(ErrorKind::Kernel, "{}: {}", what, std::strerror(error));
}

[[noreturn]] void failOnFile(const std::string& what, int error = errno) {
  throw Failure(ErrorKind::Kernel, "{}: {}{}", what, std::strerror(error), remedyFor(error));
}

void pinFd(int fd, const std::string& path) {
  if (bpf_obj_pin(fd, path.c_str()) != 0) fail("cannot pin " + path);
}

unsigned countCpus() {
  const int cpus = libbpf_num_possible_cpus();
  if (cpus < 1) fail("cannot count the CPUs", -cpus);
  return static_cast<unsigned>(cpus);
}

// ---- maps ----------------------------------------------------------------------------------------------------------

class FdMap : public Map {
public:
  FdMap(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
    uint32_t length = sizeof(info_);
    if (bpf_obj_get_info_by_fd(fd_.get(), &info_, &length) != 0) fail("cannot inspect map " + name_);
  }
  ~FdMap() override {
    if (memory_ != nullptr) ::munmap(memory_, memorySize());
  }

  void pin(const std::string& path) override { pinFd(fd_.get(), path); }
  uint32_t id() const override { return info_.id; }
  unsigned valueSize() const override { return info_.value_size; }
  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }
  unsigned maxEntries() const override { return info_.max_entries; }

  std::optional<Bytes> find(BytesView key) const override {
    Bytes value(info_.value_size);
    if (bpf_map_lookup_elem(fd_.get(), key.data(), value.data()) == 0) return value;
    if (errno == ENOENT) return std::nullopt;
    fail("cannot read map " + name_);
  }

  std::vector<Bytes> findPerCpu(uint32_t index) const override {
    Bytes all(stride() * countCpus());
    if (bpf_map_lookup_elem(fd_.get(), &index, all.data()) != 0) fail("cannot read map " + name_);
    std::vector<Bytes> values;
    for (size_t at = 0; at < all.size(); at += stride()) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
      values.emplace_back(begin, begin + info_.value_size);
    }
    return values;
  }

  void update(BytesView key, BytesView value) override {
    if (bpf_map_update_elem(fd_.get(), key.data(), value.data(), BPF_ANY) != 0) fail("cannot write map " + name_);
  }

  Inserted insert(BytesView key, BytesView value) override {
    if (bpf_map_update_elem(fd_.get(), key.data(), value.data(), BPF_NOEXIST) == 0) return Inserted::Yes;
    if (errno == EEXIST) return Inserted::Exists;
    if (errno == E2BIG || errno == ENOSPC) return Inserted::Full;
    fail("cannot write map " + name_);
  }

  bool erase(BytesView key) override {
    if (bpf_map_delete_elem(fd_.get(), key.data()) == 0) return true;
    if (errno == ENOENT) return false;
    fail("cannot delete from map " + name_);
  }

  std::optional<Bytes> nextKey(const std::optional<Bytes>& key) const override {
    Bytes next(info_.key_size);
    if (bpf_map_get_next_key(fd_.get(), key ? key->data() : nullptr, next.data()) == 0) return next;
    if (errno == ENOENT) return std::nullopt;
    fail("cannot iterate over map " + name_);
  }

  std::span<uint8_t> memory() override {
    if (memory_ == nullptr) {
      void* mapped = ::mmap(nullptr, memorySize(), PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
      if (mapped == MAP_FAILED) fail("cannot map the memory of map " + name_);
      memory_ = static_cast<uint8_t*>(mapped);
    }
    return {memory_, memorySize()};
  }

private:
  size_t stride() const { return (size_t{info_.value_size} + 7) & ~size_t{7}; }
  size_t memorySize() const { return stride() * info_.max_entries; }

  Fd fd_;
  std::string name_;
  bpf_map_info info_{};
  uint8_t* memory_ = nullptr;
};

// ---- ring buffers --------------------------------------------------------------------------------------------------

class FdRing : public Ring {
public:
  FdRing(Fd fd, std::string name)
      : fd_(std::move(fd)), name_(std::move(name)), ring_(ring_buffer__new(fd_.get(), add, this, nullptr)) {
    if (!ring_) fail("cannot read ring buffer " + name_);
  }

  std::vector<Bytes> take() override {
    const int result = ring_buffer__consume(ring_.get());
    if (result < 0 && result != -ECANCELED) fail("cannot read ring buffer " + name_, -result);
    return std::exchange(taken_, {});
  }

  bool wait(std::chrono::milliseconds most) override {
    pollfd readable{ring_buffer__epoll_fd(ring_.get()), POLLIN, 0};
    const int result = ::poll(&readable, 1, static_cast<int>(most.count()));
    if (result < 0 && errno != EINTR) fail("cannot wait for ring buffer " + name_);
    return result > 0;
  }

private:
  struct Closer {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
  };

  /// Called for each record. Programs may be faster than we are: what fills the ring once is enough for one time.
  static int add(void* self, void* data, size_t size) {
    std::vector<Bytes>& taken = static_cast<FdRing*>(self)->taken_;
    const auto* bytes = static_cast<const uint8_t*>(data);
    taken.emplace_back(bytes, bytes + size);
    return taken.size() < SFC_REPORTS_SIZE / sizeof(sfc_report) ? 0 : -ECANCELED;
  }

  Fd fd_;
  std::string name_;
  std::vector<Bytes> taken_;
  std::unique_ptr<ring_buffer, Closer> ring_;
};

// ---- programs ------------------------------------------------------------------------------------------------------

// A frame of any size that a test run takes fits, and then some, as programs can make it grow.
constexpr size_t max_frame = size_t{128} * 1024;

class FdProgram : public Program {
public:
  FdProgram(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
    bpf_prog_info info{};
    uint32_t length = sizeof(info);
    if (bpf_obj_get_info_by_fd(fd_.get(), &info, &length) != 0) fail("cannot inspect program " + name_);
    id_ = info.id;
  }

  void pin(const std::string& path) override { pinFd(fd_.get(), path); }
  uint32_t id() const override { return id_; }
  int fd() const { return fd_.get(); }

  TestRun runXdp(BytesView packet) override {
    xdp_md before{};
    xdp_md after{};
    before.data_end = static_cast<uint32_t>(packet.size());
    LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &before, .ctx_out = &after, .ctx_size_in = sizeof(before),
                .ctx_size_out = sizeof(after));
    TestRun run = test(packet, options);
    // What comes back begins with the metadata; the context says where the frame begins.
    const size_t metadata = std::min<size_t>(after.data, run.packet.size());
    run.packet.erase(run.packet.begin(), run.packet.begin() + static_cast<std::ptrdiff_t>(metadata));
    return run;
  }

  TestRun runTc(BytesView packet) override {
    LIBBPF_OPTS(bpf_test_run_opts, options);
    return test(packet, options);
  }

private:
  TestRun test(BytesView packet, bpf_test_run_opts& options) {
    room_.resize(max_frame);
    options.data_in = packet.data();
    options.data_size_in = static_cast<uint32_t>(packet.size());
    options.data_out = room_.data();
    options.data_size_out = max_frame;
    if (bpf_prog_test_run_opts(fd_.get(), &options) != 0) {
      if (errno == EINVAL || errno == ENOMEM) {
        throw Failure(
            ErrorKind::Input,
            "the kernel's test run of {} does not accept a packet of {} bytes (from 14 bytes to about one page)", name_,
            packet.size());
      }
      fail("cannot test program " + name_);
    }
    const auto end = room_.begin() + static_cast<std::ptrdiff_t>(options.data_size_out);
    return {.verdict = static_cast<int>(options.retval), .packet = Bytes(room_.begin(), end)};
  }

  Fd fd_;
  std::string name_;
  uint32_t id_ = 0;
  Bytes room_;  // for what test runs give back
};

std::unique_ptr<Program> loadInstructions(bpf_prog_type type, const char* name, const std::vector<bpf_insn>& code) {
  const int fd = bpf_prog_load(type, name, "Dual BSD/GPL", code.data(), code.size(), nullptr);
  if (fd < 0) fail(fmt::format("the kernel refused program {}", name));
  return std::make_unique<FdProgram>(Fd(fd), name);
}

// The registers of BPF, and the instructions that the two small programs below are made of.
enum Register : uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };

bpf_insn move(Register to, Register from) {
  return {BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0};
}
bpf_insn set(Register to, int value) {
  return {BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value};
}
bpf_insn add(Register to, int value) {
  return {BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value};
}
bpf_insn negate(Register to) {
  return {BPF_ALU64 | BPF_NEG, to, 0, 0, 0};
}
bpf_insn load32(Register to, Register from, int16_t at) {
  return {BPF_LDX | BPF_MEM | BPF_W, to, from, at, 0};
}
bpf_insn store32(Register to, int16_t at, Register from) {
  return {BPF_STX | BPF_MEM | BPF_W, to, from, at, 0};
}
bpf_insn store32(Register to, int16_t at, int value) {
  return {BPF_ST | BPF_MEM | BPF_W, to, 0, at, value};
}
bpf_insn skipIf(uint8_t condition, Register left, int right, int16_t skipped) {
  return {static_cast<uint8_t>(BPF_JMP | condition | BPF_K), left, 0, skipped, right};
}
bpf_insn skipIfGreater(Register left, Register right, int16_t skipped) {
  return {BPF_JMP | BPF_JGT | BPF_X, left, right, skipped, 0};
}
bpf_insn call(int helper) {
  return {BPF_JMP | BPF_CALL, 0, 0, 0, helper};
}
bpf_insn leave() {
  return {BPF_JMP | BPF_EXIT, 0, 0, 0, 0};
}

/// XDP: return bpf_xdp_adjust_meta(ctx, -size), where size is the first word of the packet.
std::vector<bpf_insn> probeCode() {
  return {
      load32(r2, r1, offsetof(xdp_md, data)),
      load32(r3, r1, offsetof(xdp_md, data_end)),
      move(r4, r2),
      add(r4, 4),
      set(r0, 1),
      skipIfGreater(r4, r3, 3),
      load32(r2, r2, 0),
      negate(r2),
      call(BPF_FUNC_xdp_adjust_meta),
      leave(),
  };
}

/// TC: fill the PacketCopy in element 0 of a map, then return bpf_redirect(ifindex, 0).
std::vector<bpf_insn> redirectCode(unsigned ifindex, int map_fd) {
  return {
      move(r6, r1),
      store32(r10, -4, 0),
      {BPF_LD | BPF_DW | BPF_IMM, r1, BPF_PSEUDO_MAP_FD, 0, map_fd},
      {0, 0, 0, 0, 0},
      move(r2, r10),
      add(r2, -4),
      call(BPF_FUNC_map_lookup_elem),
      skipIf(BPF_JEQ, r0, 0, 16),
      move(r7, r0),
      load32(r4, r6, offsetof(__sk_buff, len)),
      skipIf(BPF_JGT, r4, PacketCopy::max_frame, 13),
      skipIf(BPF_JLT, r4, 1, 12),
      store32(r7, offsetof(PacketCopy, length), r4),
      load32(r1, r6, offsetof(__sk_buff, vlan_present)),
      store32(r7, offsetof(PacketCopy, has_tag), r1),
      load32(r1, r6, offsetof(__sk_buff, vlan_tci)),
      store32(r7, offsetof(PacketCopy, tag_control), r1),
      load32(r1, r6, offsetof(__sk_buff, vlan_proto)),
      store32(r7, offsetof(PacketCopy, tag_protocol), r1),
      move(r1, r6),
      set(r2, 0),
      move(r3, r7),
      add(r3, offsetof(PacketCopy, frame)),
      call(BPF_FUNC_skb_load_bytes),
      set(r1, static_cast<int>(ifindex)),
      set(r2, 0),
      call(BPF_FUNC_redirect),
      leave(),
  };
}

class FdLink : public Link {
public:
  explicit FdLink(int fd) : fd_(fd) {}
  void pin(const std::string& path) override { pinFd(fd_.get(), path); }

private:
  Fd fd_;
};

/// The name and id of a program in the kernel, for messages.
std::string describeProgram(uint32_t id) {
  const Fd fd(bpf_prog_get_fd_by_id(id));
  bpf_prog_info info{};
  uint32_t length = sizeof(info);
  if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &length) != 0 || info.name[0] == '\0') {
    return fmt::format("id {}", id);
  }
  return fmt::format("'{}', id {}", info.name, id);
}

// ---- objects -------------------------------------------------------------------------------------------------------

// What libbpf has to say during a load; it has one print function for the whole process.
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

/// The end of the verifier's log among libbpf's words, or else their last line.
std::string lastWords() {
  constexpr size_t lines_shown = 12;
  std::string_view log = libbpf_words;
  const auto begin = log.rfind("-- BEGIN PROG LOAD LOG --");
  const bool from_verifier = begin != std::string_view::npos;
  if (from_verifier) {
    log.remove_prefix(log.find('\n', begin) + 1);
    log = log.substr(0, log.find("-- END PROG LOAD LOG --"));
  }
  while (!log.empty() && log.back() == '\n') log.remove_suffix(1);
  size_t at = log.size();
  for (size_t lines = 0; at != std::string_view::npos && at > 0 && lines < (from_verifier ? lines_shown : 1); ++lines) {
    at = log.rfind('\n', at - 1);
  }
  return std::string(log.substr(at == std::string_view::npos || log.empty() ? 0 : at + (log[at] == '\n' ? 1 : 0)));
}

struct ObjectCloser {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};

Fd duplicate(int fd) {
  Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) fail("cannot duplicate a file descriptor");
  return copy;
}

/// That the plan is right about the maps is known before they are made, as is that libbpf makes nothing else of them.
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
  if (setup.hands_over) missing[SFC_PROG_HANDOVER] = BPF_PROG_TYPE_SCHED_CLS;
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

// ---- the kernel ----------------------------------------------------------------------------------------------------

constexpr int attach_tcx_ingress = 46;
constexpr int attach_tcx_egress = 47;

bool hasCapability(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  return ::syscall(SYS_capget, &header, data) == 0 && (data[capability / 32].effective >> (capability % 32) & 1) != 0;
}

/// The names of those that a process needs and has not got. CAP_SYS_ADMIN includes what has been split from it.
std::vector<const char*> missingCapabilities(Privilege privilege) {
  const bool all = hasCapability(CAP_SYS_ADMIN);
  std::vector<const char*> missing;
  const auto require = [&](bool needed, unsigned capability, const char* name) {
    if (needed && !hasCapability(capability)) missing.push_back(name);
  };
  require(!all, CAP_BPF, "CAP_BPF");
  require(true, CAP_NET_ADMIN, "CAP_NET_ADMIN");
  require(!all && privilege != Privilege::Use, CAP_PERFMON, "CAP_PERFMON");
  require(privilege == Privilege::Test, CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
  return missing;
}

bpf_tc_hook hookOf(unsigned ifindex, TcSide side) {
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = static_cast<int>(ifindex),
              .attach_point = side == TcSide::Ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
  return hook;
}

bpf_attach_type tcxType(TcSide side) {
  return static_cast<bpf_attach_type>(side == TcSide::Ingress ? attach_tcx_ingress : attach_tcx_egress);
}

class LibbpfKernel : public Kernel {
public:
  explicit LibbpfKernel(bool use_tcx) : use_tcx_(use_tcx) { libbpf_set_print(collectWords); }

  void requirePrivilege(Privilege privilege) override {
    const auto missing = missingCapabilities(privilege);
    if (missing.empty()) return;
    throw Failure(ErrorKind::Kernel, "permission denied: run this as root, or with {} as well",
                  fmt::join(missing, ", "));
  }

  LoadedObject load(std::string_view elf, const std::string& label, const ObjectSetup& setup) override {
    libbpf_words.clear();
    const auto checked = attempt([&] { elf::check(elf); });
    if (!checked) throw Failure(ErrorKind::Input, "{}: {}; compile it again", label, checked.error().text);
    LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sfc");
    const std::unique_ptr<bpf_object, ObjectCloser> object(bpf_object__open_mem(elf.data(), elf.size(), &options));
    if (!object) throw Failure(ErrorKind::Input, "{}: not a BPF object: {}", label, lastWords());
    checkObjectPrograms(object.get(), label, setup);
    checkObjectMaps(object.get(), label, setup);
    applySetup(object.get(), label, setup);
    if (const int error = bpf_object__load(object.get())) {
      throw Failure(ErrorKind::Kernel, "the kernel refused {}: {}\n{}", label, std::strerror(-error), lastWords());
    }
    LoadedObject loaded;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object.get()) {
      const std::string name = bpf_map__name(map);
      loaded.maps[name] = std::make_unique<FdMap>(duplicate(bpf_map__fd(map)), name);
    }
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object.get()) {
      const std::string name = bpf_program__name(program);
      loaded.programs[name] = std::make_unique<FdProgram>(duplicate(bpf_program__fd(program)), name);
    }
    return loaded;
  }

  std::unique_ptr<Map> createArray(const std::string& name, unsigned value_size, bool mmapable) override {
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = mmapable ? uint32_t{BPF_F_MMAPABLE} : 0);
    Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, name.c_str(), sizeof(uint32_t), value_size, 1, &options));
    if (!fd) fail("cannot create map " + name);
    return std::make_unique<FdMap>(std::move(fd), name);
  }

  std::unique_ptr<Map> openMap(const std::string& path) override {
    Fd fd(bpf_obj_get(path.c_str()));
    if (!fd) fail("cannot open the pin " + path);
    return std::make_unique<FdMap>(std::move(fd), std::filesystem::path(path).filename());
  }

  std::unique_ptr<Ring> openRing(const Map& map) override {
    const auto& opened = dynamic_cast<const FdMap&>(map);
    return std::make_unique<FdRing>(duplicate(opened.fd()), opened.name());
  }

  std::unique_ptr<Program> openProgram(const std::string& path) override {
    Fd fd(bpf_obj_get(path.c_str()));
    if (!fd) fail("cannot open the pin " + path);
    return std::make_unique<FdProgram>(std::move(fd), std::filesystem::path(path).filename());
  }

  std::unique_ptr<Program> loadRedirect(unsigned ifindex, const Map& copy) override {
    return loadInstructions(BPF_PROG_TYPE_SCHED_CLS, "sfc_redirect", redirectCode(ifindex, fdOf(copy)));
  }

  unsigned probeMetadata() override {
    const auto program = loadInstructions(BPF_PROG_TYPE_XDP, "sfc_probe", probeCode());
    for (uint32_t size = 252; size > 0; size -= 4) {
      Bytes packet(64);
      std::memcpy(packet.data(), &size, sizeof(size));
      if (program->runXdp(packet).verdict == 0) return size;
    }
    return 0;
  }

  std::string pinRoot() override {
    if (pin_root_.empty()) pin_root_ = openPinRoot();
    return pin_root_;
  }

  std::unique_ptr<Lock> lockPins() override { return waitForLock(pinRoot()); }
  std::unique_ptr<Lock> tryLock(const std::string& path) override { return sfc::tryLock(path); }
  std::string lockHolder(const std::string& path) override { return sfc::lockHolder(path); }

  bool exists(const std::string& path) override {
    // Not access(2), which asks for the real user and would not see what capabilities let us see.
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT) return false;
    failOnFile("cannot inspect " + path);
  }

  void makeDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0) failOnFile("cannot create " + path);
  }

  void rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) fail(fmt::format("cannot rename {} to {}", from, to));
  }

  std::vector<std::string> listDirectory(const std::string& path) override {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) names.push_back(entry.path().filename());
    if (error) failOnFile("cannot list " + path, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  void remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) fail("cannot remove " + path);
  }

  void removeDirectory(const std::string& path) override {
    if (::rmdir(path.c_str()) != 0) fail("cannot remove " + path);
  }

  Device device(const std::string& name) override { return devices::byName(name); }
  std::optional<Device> device(unsigned ifindex) override { return devices::byIndex(ifindex); }

  std::vector<Device> devicesBelow(const Device& device) override { return devices::below(device); }
  std::string peerOf(const Device& device) override { return devices::peerOf(device); }
  uint64_t packetsSent(const Device& device) override { return devices::packetsSent(device); }

  std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names) override {
    return devices::offloads(device, names);
  }

  void setOffloads(const Device& device, const std::vector<std::string>& names, bool on) override {
    devices::setOffloads(device, names, on);
  }

  uint64_t netNamespace() override {
    struct stat info{};
    if (::stat("/proc/thread-self/ns/net", &info) != 0) fail("cannot inspect /proc/thread-self/ns/net");
    return info.st_ino;
  }

  std::string nameOfNamespace(uint64_t inode) override {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/run/netns", error)) {
      struct stat info{};
      if (::stat(entry.path().c_str(), &info) == 0 && info.st_ino == inode) return entry.path().filename();
    }
    return {};
  }

  std::unique_ptr<Link> attachXdp(const Program& program, const Device& device, XdpMode mode) override {
    const XdpPrograms present = xdpOn(device);
    if (const uint32_t id = std::max(present.native, present.generic)) {
      throw Failure(ErrorKind::Conflict,
                    "{} runs an XDP program already ({}), which is left alone; detach it first or use another device",
                    device.name, describeProgram(id));
    }
    LIBBPF_OPTS(bpf_link_create_opts, options,
                .flags = mode == XdpMode::Generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
    const int fd = bpf_link_create(fdOf(program), static_cast<int>(device.ifindex), BPF_XDP, &options);
    if (fd >= 0) return std::make_unique<FdLink>(fd);
    if (errno == EBUSY || errno == EEXIST) {
      throw Failure(ErrorKind::Conflict, "{} or a device above it runs an XDP program already", device.name);
    }
    fail(fmt::format("cannot attach XDP ({}) to {} (driver {})", nameOf(mode), device.name, device.driver));
  }

  std::unique_ptr<Link> attachTcx(const Program& program, const Device& device, TcSide side) override {
    if (!use_tcx_) return nullptr;
    const int fd = bpf_link_create(fdOf(program), static_cast<int>(device.ifindex), tcxType(side), nullptr);
    if (fd >= 0) return std::make_unique<FdLink>(fd);
    if (errno == EINVAL || errno == EOPNOTSUPP) return nullptr;
    fail(fmt::format("cannot attach TC (tcx) to {}", device.name));
  }

  unsigned linkTarget(const std::string& path) override {
    const Fd fd(bpf_obj_get(path.c_str()));
    bpf_link_info info{};
    uint32_t length = sizeof(info);
    if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &length) != 0) fail("cannot inspect the pin " + path);
    return info.xdp.ifindex;  // what a TCX link says begins with the same
  }

  XdpPrograms xdpOn(const Device& device) override {
    LIBBPF_OPTS(bpf_xdp_query_opts, present);
    if (const int error = bpf_xdp_query(static_cast<int>(device.ifindex), 0, &present)) {
      fail("cannot query the XDP programs of " + device.name, -error);
    }
    return {std::max(present.drv_prog_id, present.hw_prog_id), present.skb_prog_id};
  }

  bool runsTcx(const Device& device, TcSide side, const Program& program) override {
    std::vector<uint32_t> ids(64);
    auto count = static_cast<uint32_t>(ids.size());
    if (bpf_prog_query(static_cast<int>(device.ifindex), tcxType(side), 0, nullptr, ids.data(), &count) != 0) {
      fail("cannot query the TC programs of " + device.name);
    }
    ids.resize(count);
    return std::find(ids.begin(), ids.end(), program.id()) != ids.end();
  }

  void detachPinned(const std::string& path) override {
    const Fd fd(bpf_obj_get(path.c_str()));
    if (!fd) fail("cannot open the pin " + path);
    // A link whose device is gone is detached already.
    if (bpf_link_detach(fd.get()) != 0 && errno != ENOLINK && errno != ENODEV) fail("cannot detach " + path);
  }

  bool hasClsact(const Device& device) override { return netlink::hasClsact(device.ifindex); }

  void makeClsact(const Device& device) override {
    bpf_tc_hook hook = hookOf(device.ifindex, TcSide::Egress);
    const int error = bpf_tc_hook_create(&hook);
    if (error != 0 && error != -EEXIST) fail("cannot create a clsact qdisc on " + device.name, -error);
  }

  void addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) override {
    const bpf_tc_hook hook = hookOf(device.ifindex, side);
    LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = fdOf(program), .handle = filter.handle, .priority = filter.priority);
    const int error = bpf_tc_attach(&hook, &options);
    if (error == -EEXIST) {
      throw Failure(ErrorKind::Conflict, "{} has a TC filter with handle {} and priority {} already", device.name,
                    filter.handle, filter.priority);
    }
    if (error != 0) fail("cannot attach TC (clsact) to " + device.name, -error);
  }

  bool hasFilter(const Device& device, TcSide side, const TcFilter& filter) override {
    const bpf_tc_hook hook = hookOf(device.ifindex, side);
    LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter.handle, .priority = filter.priority);
    const int error = bpf_tc_query(&hook, &options);
    if (error != 0 && error != -ENOENT && error != -EINVAL) {
      fail("cannot query the TC filters of " + device.name, -error);
    }
    return error == 0;
  }

  void removeFilter(const Device& device, TcSide side, const TcFilter& filter) override {
    const bpf_tc_hook hook = hookOf(device.ifindex, side);
    LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter.handle, .priority = filter.priority);
    const int error = bpf_tc_detach(&hook, &options);
    if (error != 0 && error != -ENOENT && error != -EINVAL) fail("cannot detach TC from " + device.name, -error);
  }

  void removeClsactIfEmpty(const Device& device) override {
    if (netlink::hasFilters(device.ifindex)) return;
    bpf_tc_hook hook = hookOf(device.ifindex, TcSide::Egress);
    hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
    const int error = bpf_tc_hook_destroy(&hook);
    if (error != 0 && error != -ENOENT && error != -EINVAL) fail("cannot remove clsact from " + device.name, -error);
  }

  uint64_t coarseClock() override { return read(CLOCK_MONOTONIC_COARSE, 1'000'000'000); }
  uint64_t wallClock() override { return read(CLOCK_REALTIME, 1); }

  unsigned possibleCpus() const override {
    std::string range;
    std::ifstream("/sys/devices/system/cpu/possible") >> range;
    const unsigned cpus = countCpus();
    return range == (cpus == 1 ? "0" : "0-" + std::to_string(cpus - 1)) ? cpus : 0;
  }

  void random(std::span<uint8_t> bytes) override {
    for (size_t at = 0; at < bytes.size();) {
      const ssize_t got = ::getrandom(bytes.data() + at, bytes.size() - at, 0);
      if (got < 0 && errno != EINTR) fail("cannot get random bytes");
      if (got > 0) at += static_cast<size_t>(got);
    }
  }

private:
  static int fdOf(const Program& program) { return dynamic_cast<const FdProgram&>(program).fd(); }
  static int fdOf(const Map& map) { return dynamic_cast<const FdMap&>(map).fd(); }

  static uint64_t read(clockid_t clock, uint64_t units_per_second) {
    timespec now{};
    ::clock_gettime(clock, &now);
    const uint64_t fraction = units_per_second == 1 ? 0 : static_cast<uint64_t>(now.tv_nsec);
    return static_cast<uint64_t>(now.tv_sec) * units_per_second + fraction;
  }

  bool use_tcx_;
  std::string pin_root_;
};

}  // namespace

std::shared_ptr<Kernel> systemKernel() {
  return std::make_shared<LibbpfKernel>(true);
}
std::shared_ptr<Kernel> systemKernelWithoutTcx() {
  return std::make_shared<LibbpfKernel>(false);
}

}  // namespace sfc
