// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfc-queue: a service function in user space that the kernel asks about each packet (NFQUEUE), as an intrusion
// prevention system does: packets with a certain text in them are dropped, all others go on.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace sfc::traffic {
namespace {

constexpr unsigned kMostBytes = 0xffff;
constexpr unsigned kRoom = 16 << 20;  // for packets that wait for a verdict
constexpr size_t kBufferSize = kMostBytes + 4096;

volatile std::sig_atomic_t stopped = 0;

struct Options {
  uint16_t number = 0;
  std::string forbidden;
};

[[noreturn]] void fail(std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// Takes packets from a queue of the kernel and gives verdicts. All but report() throws std::runtime_error.
class Function {
public:
  explicit Function(const Options& options) : options_(options) {
    if (!handle_) fail("cannot talk to the kernel's queues");
    queue_.reset(nfq_create_queue(handle_.get(), options.number, &Function::judge, this));
    if (!queue_) fail(fmt::format("cannot have queue {}", options.number));
    nfnl_rcvbufsiz(nfq_nfnlh(handle_.get()), kRoom);
    const timeval patience{.tv_sec = 0, .tv_usec = 100'000};
    setsockopt(nfq_fd(handle_.get()), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (nfq_set_mode(queue_.get(), NFQNL_COPY_PACKET, kMostBytes) < 0) fail("cannot see whole packets");
  }

  void run() {
    while (!stopped) {
      const ssize_t size = recv(nfq_fd(handle_.get()), buffer_.data(), buffer_.size(), 0);
      if (size < 0 && errno != EINTR && errno != EAGAIN) fail("cannot read the queue");
      if (size > 0) nfq_handle_packet(handle_.get(), buffer_.data(), static_cast<int>(size));
    }
  }

  nlohmann::ordered_json report() const { return {{"accepted", accepted_}, {"dropped", dropped_}}; }

private:
  struct Close {
    void operator()(nfq_handle* handle) const { nfq_close(handle); }
    void operator()(nfq_q_handle* queue) const { nfq_destroy_queue(queue); }
  };

  static int judge(nfq_q_handle* queue, nfgenmsg*, nfq_data* data, void* self) {
    return static_cast<Function*>(self)->judge(queue, data);
  }

  int judge(nfq_q_handle* queue, nfq_data* data) {
    const nfqnl_msg_packet_hdr* header = nfq_get_msg_packet_hdr(data);
    unsigned char* bytes = nullptr;
    const int size = nfq_get_payload(data, &bytes);
    if (header == nullptr || size < 0) return -1;
    const std::string_view packet(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    const bool drops = packet.find(options_.forbidden) != std::string_view::npos;
    ++(drops ? dropped_ : accepted_);
    return nfq_set_verdict(queue, ntohl(header->packet_id), drops ? NF_DROP : NF_ACCEPT, 0, nullptr);
  }

  const Options& options_;
  std::unique_ptr<nfq_handle, Close> handle_{nfq_open()};
  std::unique_ptr<nfq_q_handle, Close> queue_;
  std::array<char, kBufferSize> buffer_{};
  uint64_t accepted_ = 0;
  uint64_t dropped_ = 0;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--queue", options.number, "number of the queue")->required();
  app.add_option("--forbid", options.forbidden, "drop packets with this text")->required();
}

}  // namespace
}  // namespace sfc::traffic

int main(int argc, char** argv) {
  sfc::traffic::Options options;
  CLI::App app("A service function that the kernel asks about packets; prints its verdicts as JSON when it is stopped.",
               "sfc-queue");
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
    fmt::print(stderr, "sfc-queue: {}\n", error.what());
    return 1;
  }
  return 0;
}
