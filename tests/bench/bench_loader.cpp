// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the benchmark cannot do from a script. `run` calls it, in the network namespace concerned.
//
//   bench_loader attach OBJ PIN_DIR IN OUT    attaches on_xdp and on_ingress to IN, on_egress to OUT, and pins them and
//                                             the object's other programs
//   bench_loader measure OBJ ...              sends packets along all paths in turn; prints JSON, a list with for each
//                                             measurement its round, path, labels, nanoseconds per packet, and how many
//                                             packets were sent and arrived right or wrong
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tests/bench/frame.h"

namespace {

// Not in the headers of libbpf 1.1; the kernel has them from 6.6 on.
constexpr auto tcx_ingress = static_cast<bpf_attach_type>(46);
constexpr auto tcx_egress = static_cast<bpf_attach_type>(47);
// With this many frames at a time the whole path to the sink runs before the next ones are made: no queue fills up.
constexpr unsigned live_batch = 64;
// A test run gets new pages; the clock starts when all of them have been used.
constexpr unsigned untimed_packets = 32 * live_batch;

using Object = std::unique_ptr<bpf_object, decltype(&bpf_object__close)>;

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(error)));
}

unsigned interfaceIndex(const std::string& name) {
  unsigned index = if_nametoindex(name.c_str());
  if (index == 0) fail("interface " + name, errno);
  return index;
}

Object openObject(const std::string& path) {
  Object object(bpf_object__open_file(path.c_str(), nullptr), bpf_object__close);
  if (!object) fail(path, errno);
  return object;
}

void loadObject(const Object& object, const std::string& path) {
  if (int error = bpf_object__load(object.get())) fail("loading " + path, -error);
}

/// The map that holds an object's globals of a section (".rodata", ".bss"); null if it has none.
bpf_map* findGlobals(const Object& object, std::string_view section) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object.get()) {
    if (std::string_view(bpf_map__name(map)).ends_with(section)) return map;
  }
  return nullptr;
}

void attachXdp(int program, unsigned ifindex, const std::string& pin) {
  DECLARE_LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
  int link = bpf_link_create(program, static_cast<int>(ifindex), BPF_XDP, &options);
  if (link < 0) fail("attaching XDP", -link);
  if (int error = bpf_obj_pin(link, pin.c_str())) fail("pinning " + pin, -error);
}

/// A TCX link where the kernel has them, a clsact filter elsewhere, as sfcctl does it.
void attachTc(int program, unsigned ifindex, bool ingress, const std::string& pin) {
  int link = bpf_link_create(program, static_cast<int>(ifindex), ingress ? tcx_ingress : tcx_egress, nullptr);
  if (link >= 0) {
    if (int error = bpf_obj_pin(link, pin.c_str())) fail("pinning " + pin, -error);
    return;
  }
  DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = static_cast<int>(ifindex),
                      .attach_point = ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
  if (int error = bpf_tc_hook_create(&hook); error && error != -EEXIST) fail("making a clsact qdisc", -error);
  DECLARE_LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program);
  if (int error = bpf_tc_attach(&hook, &options)) fail("attaching a TC filter", -error);
}

/// Loads an object and attaches its programs by their names. Its only constant, if it has one, is the index of `out`.
void attach(const std::string& path, const std::string& pins, const std::string& in, const std::string& out) {
  Object object = openObject(path);
  if (bpf_map* constants = findGlobals(object, ".rodata")) {
    uint32_t out_ifindex = interfaceIndex(out);
    if (int error = bpf_map__set_initial_value(constants, &out_ifindex, sizeof(out_ifindex))) fail(path, -error);
  }
  loadObject(object, path);
  std::filesystem::create_directories(pins);
  if (int error = bpf_object__pin_maps(object.get(), pins.c_str())) fail("pinning the maps of " + path, -error);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    std::string name = bpf_program__name(program);
    std::string pin = pins + "/" + name;
    int fd = bpf_program__fd(program);
    if (name == "on_xdp") {
      attachXdp(fd, interfaceIndex(in), pin);
    } else if (name == "on_ingress") {
      attachTc(fd, interfaceIndex(in), true, pin);
    } else if (name == "on_egress") {
      attachTc(fd, interfaceIndex(out), false, pin);
    } else if (int error = bpf_obj_pin(fd, pin.c_str())) {
      fail("pinning " + pin, -error);
    }
  }
}

/// The Internet checksum of `bytes`, added to `sum`, in network order.
uint16_t checksum(std::span<const uint8_t> bytes, uint32_t sum) {
  for (size_t i = 0; i < bytes.size(); i += 2) sum += static_cast<uint32_t>(bytes[i] << 8 | bytes[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(static_cast<uint16_t>(~sum));
}

/// The words of INT-MD behind the labels (programs/sr-mpls-int.sfc), of no hop so far.
constexpr std::array<uint32_t, FRAME_INT_WORDS> int_header{
    1U << 28 | (FRAME_INT_WORDS - 1) << 16 | ETH_P_IP,     // shim: INT-MD, words behind it, what follows
    2U << 28 | FRAME_INT_HOP_WORDS << 8 | FRAME_INT_HOPS,  // version, words of a hop, hops that are left
    FRAME_INT_BITS << 16,                                  // what is asked for
    0};

/// A frame that is complete but for its labels, its sequence number and the complement of that in the payload.
std::array<uint8_t, FRAME_MAX> makeFrame(unsigned labels, unsigned int_words) {
  constexpr size_t ip_length = FRAME_INNER - FRAME_ETHERNET;
  constexpr size_t tcp_length = ip_length - FRAME_IP;
  std::array<uint8_t, FRAME_MAX> frame{};
  const std::array<uint8_t, 8> addresses{0x02, 0, 0, 0, 0, 2, 0x02, 0};
  const uint32_t mark = htonl(FRAME_MARK);
  const uint16_t type = htons(ETH_P_MPLS_UC);
  std::copy(addresses.begin(), addresses.end(), frame.begin());
  std::memcpy(&frame[8], &mark, 4);
  std::memcpy(&frame[12], &type, 2);

  for (unsigned i = 0; i < int_words; i++) {
    const uint32_t word = htonl(int_header[i]);
    std::memcpy(&frame[FRAME_ETHERNET + 4 * (labels + i)], &word, 4);
  }
  std::span<uint8_t> ip(&frame[FRAME_ETHERNET + 4 * (labels + int_words)], ip_length);
  const std::array<uint8_t, FRAME_IP> ip_header{0x45, 0, 0,  ip_length, 0, 1, 0x40, 0, 64, 6,
                                                0,    0, 10, 0,         0, 1, 10,   0, 1,  1};
  const std::array<uint8_t, FRAME_TCP> tcp_header{0x9c, 0x40, 0x13, 0x89, 0, 0,    0, 0, 0, 0,
                                                  0,    1,    0x50, 0x10, 1, 0xf5, 0, 0, 0, 0};
  std::copy(ip_header.begin(), ip_header.end(), ip.begin());
  std::span<uint8_t> tcp = ip.subspan(FRAME_IP);
  std::copy(tcp_header.begin(), tcp_header.end(), tcp.begin());
  for (size_t i = FRAME_TCP + 4; i < tcp_length; i++) tcp[i] = static_cast<uint8_t>(i);

  const uint16_t ip_sum = checksum(ip.first(FRAME_IP), 0);
  std::memcpy(&ip[10], &ip_sum, 2);
  // The sequence number 0 and its complement, which stand for all others.
  std::fill_n(&tcp[FRAME_TCP], 4, uint8_t{0xff});
  uint32_t pseudo_header = 6 + tcp_length;
  for (size_t i = 12; i < 20; i += 2) pseudo_header += static_cast<uint32_t>(ip[i] << 8 | ip[i + 1]);
  const uint16_t tcp_sum = checksum(tcp, pseudo_header);
  std::memcpy(&tcp[16], &tcp_sum, 2);
  return frame;
}

/// The receiver's maps, found by their pins.
class Sink {
public:
  explicit Sink(const std::string& pins) : expect_(open(pins + "/expect")), counts_(open(pins + "/counts")) {}

  /// Says what arrives next and sets the counts to zero.
  void expect(const sink_expect& value) const {
    const uint32_t zero = 0;
    std::vector<sink_counts> none(static_cast<size_t>(libbpf_num_possible_cpus()));
    if (int error = bpf_map_update_elem(expect_, &zero, &value, BPF_ANY)) fail("telling the sink", -error);
    if (int error = bpf_map_update_elem(counts_, &zero, none.data(), BPF_ANY)) fail("telling the sink", -error);
  }

  /// What arrived, once that is `sent` packets or no more come.
  sink_counts readAtRest(uint64_t sent) const {
    sink_counts last = read();
    while (last.right + last.wrong < sent) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      sink_counts now = read();
      if (now.right + now.wrong == last.right + last.wrong) break;
      last = now;
    }
    return last;
  }

private:
  sink_counts read() const {
    const uint32_t zero = 0;
    std::vector<sink_counts> per_cpu(static_cast<size_t>(libbpf_num_possible_cpus()));
    if (int error = bpf_map_lookup_elem(counts_, &zero, per_cpu.data())) fail("reading the sink", -error);
    sink_counts sum{};
    for (const sink_counts& counts : per_cpu) {
      sum.right += counts.right;
      sum.wrong += counts.wrong;
    }
    return sum;
  }

  static int open(const std::string& pin) {
    int fd = bpf_obj_get(pin.c_str());
    if (fd < 0) fail(pin, -fd);
    return fd;
  }

  int expect_;
  int counts_;
};

/// One way from the sender to a receiver, with a case on it.
struct Path {
  std::string device;
  unsigned popped;       // labels that do not come back
  unsigned int_words;    // of INT behind the labels, as sent
  unsigned int_arrives;  // and as it must arrive
  Sink sink;
};

/// Reads "device,popped,words of INT sent,words that arrive,pins of the sink".
Path parsePath(const std::string& text) {
  std::vector<std::string> words = CLI::detail::split(text, ',');
  if (words.size() != 5) throw std::runtime_error("a path is device,popped,int,int arriving,pins: " + text);
  const auto number = [&](size_t i) { return static_cast<unsigned>(std::stoul(words[i])); };
  return {words[0], number(1), number(2), number(3), Sink(words[4])};
}

class Generator {
public:
  /// `idle` is a device without traffic: while the program is attached to one, a test run need not first put it into
  /// the kernel's dispatcher of XDP programs and take it out again, which takes much longer than to send packets.
  Generator(const std::string& path, const std::string& idle) : object_(openObject(path)) {
    loadObject(object_, path);
    program_ = bpf_program__fd(bpf_object__find_program_by_name(object_.get(), "generate"));
    variables_ = bpf_map__fd(findGlobals(object_, ".bss"));
    int error = bpf_xdp_attach(static_cast<int>(interfaceIndex(idle)), program_, XDP_FLAGS_DRV_MODE, nullptr);
    if (error) fail("attaching the generator to " + idle, -error);
  }

  /// Sends `packets` timed packets after some untimed ones; the result says how long that took.
  generator_state send(unsigned labels, unsigned int_words, const std::string& device, unsigned packets) {
    std::array<uint8_t, FRAME_MAX> frame = makeFrame(labels, int_words);
    generator_state state{.labels = labels,
                          .words = labels + int_words,
                          .out_ifindex = interfaceIndex(device),
                          .next_seq = next_seq_,
                          .first_timed = untimed_packets,
                          .last_timed = untimed_packets + packets};
    std::memcpy(state.frame, frame.data(), frame.size());
    const uint32_t zero = 0;
    if (int error = bpf_map_update_elem(variables_, &zero, &state, BPF_ANY)) fail("setting the generator", -error);
    const std::vector<uint8_t> empty(FRAME_HEADROOM + FRAME_INNER + 4 * state.words);
    DECLARE_LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = empty.data(),
                        .data_size_in = static_cast<uint32_t>(empty.size()),
                        .repeat = static_cast<int>(state.last_timed + 1), .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
                        .batch_size = live_batch);
    if (int error = bpf_prog_test_run_opts(program_, &options)) fail("running the generator on live frames", -error);
    if (int error = bpf_map_lookup_elem(variables_, &zero, &state)) fail("reading the generator", -error);
    next_seq_ = state.next_seq;
    return state;
  }

private:
  Object object_;
  int program_;
  int variables_;
  uint32_t next_seq_ = 1;
};

struct Plan {
  std::string generator;
  std::string idle;
  std::vector<std::string> paths;
  std::vector<unsigned> labels;
  unsigned rounds = 0;
  unsigned packets = 0;
  unsigned cpu = 0;
  std::vector<std::string> reports;  // the pins of ring buffers, which are read on `reader_cpu`
  unsigned reader_cpu = 0;
};

nlohmann::json measureOnce(Generator& generator, const Path& path, unsigned labels, unsigned packets) {
  path.sink.expect({.sent_labels = labels, .labels = labels - path.popped, .int_words = path.int_arrives});
  generator_state state = generator.send(labels, path.int_words, path.device, packets);
  sink_counts counts = path.sink.readAtRest(state.sent);
  return {{"labels", labels},
          {"ns", static_cast<double>(state.end_ns - state.start_ns) / packets},
          {"sent", state.sent},
          {"right", counts.right},
          {"wrong", counts.wrong}};
}

/// Binds this process to one CPU and puts it before what else wants that one.
void useOneCpu(unsigned cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set)) fail(fmt::format("CPU {}", cpu), errno);
  if (setpriority(PRIO_PROCESS, 0, -20)) fail("raising the priority", errno);
}

/// Reads records on a CPU of its own, as `sfcctl telemetry --follow` does, until it is destroyed.
class Reader {
public:
  Reader(const std::vector<std::string>& pins, unsigned cpu) {
    for (const std::string& pin : pins) {
      maps_.push_back(bpf_obj_get(pin.c_str()));
      if (maps_.back() < 0) fail(pin, -maps_.back());
    }
    thread_ = std::jthread([this, cpu](const std::stop_token& stop) { read(cpu, stop); });
  }

private:
  void read(unsigned cpu, const std::stop_token& stop) const {
    useOneCpu(cpu);
    const auto drop = [](void*, void*, size_t) { return 0; };
    ring_buffer* rings = ring_buffer__new(maps_.front(), drop, nullptr, nullptr);
    for (size_t i = 1; rings && i < maps_.size(); i++) ring_buffer__add(rings, maps_[i], drop, nullptr);
    while (rings && !stop.stop_requested()) ring_buffer__poll(rings, 100);
    ring_buffer__free(rings);
  }

  std::vector<int> maps_;
  std::jthread thread_;
};

/// The least number of packets, from `packets` on, that ends with a batch: the clock starts with one, too.
unsigned wholeBatches(unsigned packets) {
  return (packets + live_batch - 1) / live_batch * live_batch;
}

/// All measurements of the plan. Round 0 is for caches to fill; it is not in the result.
nlohmann::json measure(const Plan& plan) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody reads the result of a run whose script has been killed
  useOneCpu(plan.cpu);
  const unsigned packets = wholeBatches(plan.packets);
  std::vector<Path> paths;
  for (const std::string& text : plan.paths) paths.push_back(parsePath(text));
  Generator generator(plan.generator, plan.idle);
  std::optional<Reader> reader;
  if (!plan.reports.empty()) reader.emplace(plan.reports, plan.reader_cpu);
  nlohmann::json measurements = nlohmann::json::array();
  for (unsigned round = 0; round <= plan.rounds; round++) {
    for (unsigned labels : plan.labels) {
      for (size_t i = 0; i < paths.size(); i++) {
        // Each round starts with another path: none always follows the same one.
        size_t at = (i + round) % paths.size();
        if (paths[at].int_words > 0 && labels == 1) continue;  // nothing would say any more that INT follows
        nlohmann::json measurement = measureOnce(generator, paths[at], labels, packets);
        measurement["path"] = at;
        measurement["round"] = round;
        if (round > 0) measurements.push_back(measurement);
      }
    }
  }
  return measurements;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Attaches the benchmark's BPF objects and drives its generator.");
  app.require_subcommand(1);
  std::string object, pins, in, out;
  CLI::App* attach_command = app.add_subcommand("attach", "attach an object's programs and pin them");
  attach_command->add_option("object", object)->required();
  attach_command->add_option("pins", pins)->required();
  attach_command->add_option("in", in)->required();
  attach_command->add_option("out", out)->required();

  Plan plan;
  CLI::App* measure_command = app.add_subcommand("measure", "send packets and report time and arrivals");
  measure_command->add_option("generator", plan.generator)->required();
  measure_command->add_option("--idle", plan.idle, "a device without traffic")->required();
  measure_command->add_option("--path", plan.paths, "device,popped,int,int arriving,pins of the sink")->required();
  measure_command->add_option("--labels", plan.labels)->required()->check(CLI::Range(1, FRAME_MAX_LABELS));
  measure_command->add_option("--rounds", plan.rounds)->required()->check(CLI::PositiveNumber);
  measure_command->add_option("--packets", plan.packets)->required()->check(CLI::Range(1, 1'000'000'000));
  measure_command->add_option("--cpu", plan.cpu)->required();
  measure_command->add_option("--reports", plan.reports, "pins of ring buffers to read");
  measure_command->add_option("--reader-cpu", plan.reader_cpu, "where to read it");
  CLI11_PARSE(app, argc, argv);

  try {
    if (attach_command->parsed()) attach(object, pins, in, out);
    if (measure_command->parsed()) std::cout << measure(plan) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "bench_loader: " << error.what() << "\n";
    return 3;
  }
  return 0;
}
