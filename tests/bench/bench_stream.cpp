// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Sends a TCP stream without a TCP (stream.h) for some time. `goodput` calls it, in the sender's network namespace,
// when the receiver's program is attached.
//
//   bench_stream PINS DEVICE --head HEX ... --seconds S     prints JSON: segments sent and arrived, packets that were
//   wrong
#include <net/if.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tests/bench/stream.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned live_batch = 64;
// Of one test run: long enough that its start does not count, and short enough to look at the clock.
constexpr unsigned frames_at_once = 256 * live_batch;
constexpr int lowest_priority = 19;

struct Plan {
  std::string pins;
  std::string device;
  std::string idle;
  std::string head;
  stream_state state{};
  double seconds = 1;
};

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(error)));
}

int openPin(const std::string& path) {
  int fd = bpf_obj_get(path.c_str());
  if (fd < 0) fail(path, errno);
  return fd;
}

unsigned interfaceIndex(const std::string& name) {
  unsigned index = if_nametoindex(name.c_str());
  if (index == 0) fail("interface " + name, errno);
  return index;
}

std::vector<uint8_t> bytesOf(const std::string& hex) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  if (bytes.size() > STREAM_HEAD_MAX)
    throw std::runtime_error(fmt::format("{} bytes before the payload; {} is possible", bytes.size(), STREAM_HEAD_MAX));
  return bytes;
}

stream_state readState(int map) {
  const uint32_t zero = 0;
  stream_state state{};
  if (bpf_map_lookup_elem(map, &zero, &state)) fail("reading the stream", errno);
  return state;
}

/// Whoever receives on this CPU goes before the sender, which only waits for it.
void stepBack() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody reads the result of a run whose script has been killed
  if (setpriority(PRIO_PROCESS, 0, lowest_priority)) fail("lowering the priority", errno);
}

nlohmann::json send(Plan plan) {
  stepBack();
  const int program = openPin(plan.pins + "/generate");
  const int map = openPin(plan.pins + "/stream");
  const std::vector<uint8_t> head = bytesOf(plan.head);
  std::memcpy(plan.state.head, head.data(), head.size());
  plan.state.out_ifindex = interfaceIndex(plan.device);
  const uint32_t zero = 0;
  if (bpf_map_update_elem(map, &zero, &plan.state, BPF_ANY)) fail("setting the stream", errno);
  // While the program is attached somewhere, a test run need not put it into the kernel's dispatcher first.
  if (int error = bpf_xdp_attach(static_cast<int>(interfaceIndex(plan.idle)), program, XDP_FLAGS_DRV_MODE, nullptr))
    fail("attaching the sender to " + plan.idle, -error);

  const std::vector<uint8_t> frame(STREAM_HEADROOM + head.size() + plan.state.payload);
  DECLARE_LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
                      .data_size_in = static_cast<uint32_t>(frame.size()), .repeat = frames_at_once,
                      .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = live_batch);
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration<double>(plan.seconds);
  while (Clock::now() < end) {
    if (bpf_prog_test_run_opts(program, &options)) fail("running the sender on live frames", errno);
  }
  stream_state state = readState(map);
  const std::chrono::duration<double> taken = Clock::now() - start;
  const auto last_wait = Clock::now() + std::chrono::seconds(1);
  while (state.arrived < state.sent && Clock::now() < last_wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    state = readState(map);
  }
  return {{"seconds", taken.count()}, {"sent", state.sent}, {"arrived", state.arrived}, {"wrong", state.wrong}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Sends a TCP stream without a TCP.");
  Plan plan;
  app.add_option("pins", plan.pins, "where stream.bpf.o is pinned")->required();
  app.add_option("device", plan.device)->required();
  app.add_option("--idle", plan.idle, "a device without traffic")->required();
  app.add_option("--head", plan.head, "the bytes before the payload, hexadecimal")->required();
  app.add_option("--seq-at", plan.state.seq_at, "offset of the TCP sequence number")->required();
  app.add_option("--sum-at", plan.state.sum_at, "offset of the TCP checksum")->required();
  app.add_option("--sum", plan.state.sum, "over a frame with sequence number 0")->required();
  app.add_option("--payload", plan.state.payload, "bytes of each segment")->required()->check(CLI::PositiveNumber);
  app.add_option("--arrives", plan.state.arrives_head, "bytes before the payload at the receiver")->required();
  app.add_option("--window", plan.state.window, "segments on their way at most")->required();
  app.add_option("--seconds", plan.seconds)->required()->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    std::cout << send(plan) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "bench_stream: " << error.what() << "\n";
    return 3;
  }
  return 0;
}
