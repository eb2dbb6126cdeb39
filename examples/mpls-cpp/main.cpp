// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// mpls-cpp IN OUT [SECONDS]: runs the SR-MPLS proxy between two devices for a while, prints its counters every second
// and, at the end, what waits in its cache. All that it knows of SR-MPLS is sr-mpls.sfc.hpp, which sfcc wrote.
#include <arpa/inet.h>
#include <csignal>
#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "sr-mpls.sfc.hpp"

namespace {

const char* const proxy_name = "mpls-cpp";

int fail(const sfc::Error& error) {
  std::fprintf(stderr, "mpls-cpp: %s\n", error.text.c_str());
  return static_cast<int>(error.kind);
}

// ---- entries --------------------------------------------------------------------------------------------------------

std::string show(uint64_t value) {
  return std::to_string(value);
}

std::string show(const std::array<uint8_t, 16>& address) {
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(AF_INET6, address.data(), text, sizeof(text));
}

std::string showIpv4(uint32_t address) {
  const in_addr network{htonl(address)};
  char text[INET_ADDRSTRLEN];
  return ::inet_ntop(AF_INET, &network, text, sizeof(text));
}

/// "10.1.0.1 > 10.2.0.2": fields that not every packet has are optional.
std::string showPath(const sr_mpls::Key& key) {
  const auto source4 = key.ipv4_src(), destination4 = key.ipv4_dst();
  if (source4 && destination4) return showIpv4(*source4) + " > " + showIpv4(*destination4);
  const auto source6 = key.ipv6_src(), destination6 = key.ipv6_dst();
  if (source6 && destination6) return show(*source6) + " > " + show(*destination6);
  return "not IP";
}

void print(const sr_mpls::Entry& entry) {
  std::printf("entry %s, %.3f s old%s\n", showPath(entry.key).c_str(), static_cast<double>(entry.age_ns) / 1e9,
              entry.expired ? ", expired" : "");
  for (const sr_mpls::mpls_t& label : entry.labels())
    std::printf("  label %u tc %u bos %u ttl %u\n", label.label(), label.tc(), label.bos(), label.ttl());
  std::printf("  key");
  entry.key.forEachField([](const char* name, const auto& value) { std::printf(" %s=%s", name, show(value).c_str()); });
  std::printf("\n");
}

// ---- counters -------------------------------------------------------------------------------------------------------

void print(const sr_mpls::Stats& stats) {
  std::printf("received %lu: stripped %lu, ignored %lu; sent %lu: restored %lu, missed %lu; waiting %lu\n", stats.rx,
              stats.rx_stripped, stats.rx_ignored, stats.tx, stats.tx_restored, stats.tx_pass_miss, stats.live);
  std::fflush(stdout);
}

/// Every counter of which there is something to tell.
void printAll(const sr_mpls::Stats& stats) {
  stats.forEach([](const char* name, uint64_t value) {
    if (value != 0) std::printf("counter %s %lu\n", name, value);
  });
}

// ---- the program ----------------------------------------------------------------------------------------------------

sigset_t stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Waits for a second; true if the program is to end.
bool waitForStop(const sigset_t& signals) {
  const timespec second{1, 0};
  return sigtimedwait(&signals, nullptr, &second) > 0;
}

/// Prints counters until the time is over, then the cache.
sfc::Result<void> watch(const sr_mpls::Proxy& proxy, long seconds, const sigset_t& signals) {
  for (long i = 0; i < seconds && !waitForStop(signals); i++) {
    const auto stats = proxy.stats();
    if (!stats) return stats.error();
    print(*stats);
  }
  const auto stats = proxy.stats();
  if (!stats) return stats.error();
  printAll(*stats);
  const auto entries = proxy.entries();
  if (!entries) return entries.error();
  for (const sr_mpls::Entry& entry : *entries) print(entry);
  return {};
}

int run(const sfc::LoadOptions& options, long seconds) {
  // Blocked until waitForStop() looks for them, so that nothing can end the program with the proxy still loaded.
  const sigset_t signals = stopSignals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  auto proxy = sr_mpls::Proxy::load(options, proxy_name);
  if (!proxy) return fail(proxy.error());
  for (const std::string& note : proxy->untyped().notes()) std::fprintf(stderr, "mpls-cpp: %s\n", note.c_str());
  std::printf("loaded\n");
  std::fflush(stdout);

  const auto watched = watch(*proxy, seconds, signals);
  const auto unloaded = proxy->unload();
  if (!watched) return fail(watched.error());
  if (!unloaded) return fail(unloaded.error());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  char* end = nullptr;
  const long seconds = argc == 4 ? std::strtol(argv[3], &end, 10) : 10;
  if (argc < 3 || argc > 4 || seconds < 1 || (end != nullptr && *end != '\0')) {
    std::fprintf(stderr,
                 "usage: mpls-cpp IN OUT [SECONDS]\n"
                 "Runs the SR-MPLS proxy: labels are removed from packets at IN and put back at OUT.\n"
                 "Prints counters every second, 10 times or SECONDS times, then the entries in the cache.\n");
    return 2;
  }
  return run({.ingress = {argv[1]}, .egress = {argv[2]}}, seconds);
}
