// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-vnf: a service function in user space, a bump in the wire. Takes frames from one device, keeps each for a while,
// may drop some, at random or for what is in them, or let others overtake them, and sends the rest out of another
// device as they came. The host must not forward the same frames itself.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/packet_socket.h"

namespace sfc::traffic {
namespace {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::nanoseconds;

constexpr unsigned kFrameSize = 2048;
constexpr unsigned kWaiting = 16384;
constexpr size_t kBatch = 64;
constexpr auto kLate = std::chrono::milliseconds(1);

volatile std::sig_atomic_t stopped = 0;

struct Options {
  std::string in;
  std::string out;
  double delay_ms = 0;
  double drop = 0;
  double late = 0;
  std::string forbidden;
  unsigned seed = 1;
};

/// Frames in order of the time at which they are due, in a ring of fixed size.
class WaitingFrames {
public:
  bool full() const { return count_ == kWaiting; }
  bool empty() const { return count_ == 0; }
  size_t size() const { return count_; }
  Clock::time_point due(size_t i) const { return slots_[(first_ + i) % kWaiting].due; }
  iovec bytes(size_t i) {
    return {slots_[(first_ + i) % kWaiting].bytes.data(), slots_[(first_ + i) % kWaiting].length};
  }

  void push(std::span<const uint8_t> frame, Clock::time_point due) {
    Slot& slot = slots_[(first_ + count_++) % kWaiting];
    std::ranges::copy(frame, slot.bytes.begin());
    slot.length = frame.size();
    slot.due = due;
  }
  void pop(size_t count) {
    first_ = (first_ + count) % kWaiting;
    count_ -= count;
  }

private:
  struct Slot {
    Clock::time_point due;
    size_t length = 0;
    std::array<uint8_t, kFrameSize> bytes;
  };
  std::unique_ptr<Slot[]> slots_ = std::make_unique<Slot[]>(kWaiting);
  size_t first_ = 0;
  size_t count_ = 0;
};

class Function {
public:
  explicit Function(const Options& options)
      : options_(options),
        delay_(static_cast<int64_t>(options.delay_ms * 1e6)),
        random_(options.seed),
        in_(options.in, kWaiting),
        out_(options.out) {}

  void run() {
    while (!stopped) {
      takeIn();
      bool sent = sendDue(in_time_) | sendDue(late_);
      if (!sent && !in_.ready()) in_.wait(untilDue());
    }
  }

  nlohmann::ordered_json report() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6; };
    return {{"received", received_},         {"sent", sent_},
            {"dropped", dropped_},           {"forbidden", forbidden_},
            {"delayed_more", delayed_more_}, {"overrun", overrun_},
            {"refused", refused_},           {"still_here", in_time_.size() + late_.size()},
            {"ring_lost", in_.lost()},       {"cpu_seconds", seconds(usage.ru_utime) + seconds(usage.ru_stime)}};
  }

private:
  void takeIn() {
    for (size_t i = 0; i < kBatch && in_.ready(); ++i) {
      keep(in_.front(), Clock::now());  // after it has come, so that no frame is kept for less than the delay
      in_.release();
    }
  }

  void keep(const Frame& frame, Clock::time_point now) {
    ++received_;
    if (chance(options_.drop)) {
      ++dropped_;
      return;
    }
    if (isForbidden(frame)) {
      ++forbidden_;
      return;
    }
    bool is_late = chance(options_.late);
    WaitingFrames& queue = is_late ? late_ : in_time_;
    if (queue.full() || frame.bytes.size() > kFrameSize || frame.length > frame.bytes.size()) {
      ++overrun_;
      return;
    }
    delayed_more_ += is_late;
    queue.push(frame.bytes, now + delay_ + (is_late ? Nanoseconds(kLate) : Nanoseconds(0)));
  }

  bool isForbidden(const Frame& frame) const {
    return !options_.forbidden.empty() && !std::ranges::search(frame.bytes, options_.forbidden).empty();
  }

  bool chance(double share) { return share > 0 && std::uniform_real_distribution<>()(random_) < share; }

  /// Sends what is due of a queue, one batch at most. A frame that the device refuses is gone, as on any host.
  bool sendDue(WaitingFrames& queue) {
    Clock::time_point now = Clock::now();
    size_t count = 0;
    while (count < kBatch && count < queue.size() && queue.due(count) <= now) {
      batch_[count] = queue.bytes(count);
      ++count;
    }
    for (size_t done = 0; done < count;) {
      size_t accepted = out_.send(std::span(batch_).subspan(done, count - done));
      sent_ += accepted;
      done += accepted;
      if (done < count) {
        ++refused_;
        ++done;
      }
    }
    queue.pop(count);
    return count > 0;
  }

  int64_t untilDue() const {
    Clock::time_point due = Clock::now() + std::chrono::milliseconds(100);
    if (!in_time_.empty()) due = std::min(due, in_time_.due(0));
    if (!late_.empty()) due = std::min(due, late_.due(0));
    return std::max<int64_t>(0, Nanoseconds(due - Clock::now()).count());
  }

  const Options& options_;
  Nanoseconds delay_;
  std::mt19937_64 random_;
  ReceiveRing in_;
  SendSocket out_;
  WaitingFrames in_time_;
  WaitingFrames late_;
  std::array<iovec, kBatch> batch_{};
  uint64_t received_ = 0;
  uint64_t sent_ = 0;
  uint64_t dropped_ = 0;
  uint64_t forbidden_ = 0;
  uint64_t delayed_more_ = 0;
  uint64_t overrun_ = 0;
  uint64_t refused_ = 0;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--in", options.in, "device to take frames from")->required();
  app.add_option("--out", options.out, "device to send them out of")->required();
  app.add_option("--delay", options.delay_ms, "milliseconds to keep each frame")->check(CLI::Range(0.0, 1000.0));
  app.add_option("--drop", options.drop, "share of the frames to drop, 0 to 1")->check(CLI::Range(0.0, 1.0));
  app.add_option("--forbid", options.forbidden, "drop frames with this text");
  app.add_option("--reorder", options.late, "share of the frames to keep 1 ms longer")->check(CLI::Range(0.0, 1.0));
  app.add_option("--seed", options.seed, "of the random choices")->capture_default_str();
}

}  // namespace
}  // namespace sfc::traffic

int main(int argc, char** argv) {
  sfc::traffic::Options options;
  CLI::App app("A service function in user space; prints what it did as JSON when it is stopped.", "sfc-vnf");
  sfc::traffic::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  auto stop = [](int) { sfc::traffic::stopped = 1; };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  try {
    sfc::traffic::Function function(options);
    fmt::print(stderr, "listening\n");
    function.run();
    fmt::print("{}\n", function.report().dump());
  } catch (const std::exception& error) {
    fmt::print(stderr, "sfc-vnf: {}\n", error.what());
    return 1;
  }
  return 0;
}
