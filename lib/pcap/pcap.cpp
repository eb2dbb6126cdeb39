// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/pcap/pcap.h"

#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>

#include <fmt/format.h>

namespace sfc::pcap {
namespace {

constexpr int snapshot_length = 262144;
constexpr uint64_t ns_per_second = 1'000'000'000;

using Capture = std::unique_ptr<pcap_t, decltype(&pcap_close)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
using Dumper = std::unique_ptr<pcap_dumper_t, decltype(&pcap_dump_close)>;

File openFile(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  if (!file) throw FileError(fmt::format("cannot open {}: {}", path, std::strerror(errno)), errno == ENOENT);
  return file;
}

Capture openCapture(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  File file = openFile(path, "rb");
  pcap_t* capture = pcap_fopen_offline_with_tstamp_precision(file.get(), PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (capture == nullptr) throw FileError(fmt::format("{} is not a capture: {}", path, error.data()), false);
  std::ignore = file.release();  // the capture's from here on
  return {capture, &pcap_close};
}

}  // namespace

std::vector<Packet> read(const std::string& path) {
  const Capture capture = openCapture(path);
  if (const int type = pcap_datalink(capture.get()); type != DLT_EN10MB) {
    const char* name = pcap_datalink_val_to_name(type);
    throw FileError(
        fmt::format("{} is a capture of {}, not of Ethernet", path, name != nullptr ? name : "unknown links"), false);
  }
  std::vector<Packet> packets;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(capture.get(), &header, &data)) == 1) {
    if (header->caplen < header->len) {
      throw FileError(fmt::format("{}: packet {} was cut when it was captured ({} of {} bytes); capture whole packets",
                                  path, packets.size() + 1, header->caplen, header->len),
                      false);
    }
    // With nanosecond precision tv_usec holds nanoseconds.
    const uint64_t time =
        static_cast<uint64_t>(header->ts.tv_sec) * ns_per_second + static_cast<uint64_t>(header->ts.tv_usec);
    packets.push_back({time, {data, data + header->caplen}});
  }
  if (result != PCAP_ERROR_BREAK) {
    throw FileError(fmt::format("{}: damaged after packet {}: {}", path, packets.size(), pcap_geterr(capture.get())),
                    false);
  }
  return packets;
}

void write(const std::string& path, const std::vector<Packet>& packets) {
  const Capture capture(pcap_open_dead(DLT_EN10MB, snapshot_length), &pcap_close);
  File file = openFile(path, "wb");
  const Dumper dumper(pcap_dump_fopen(capture.get(), file.get()), &pcap_dump_close);
  if (!dumper) throw FileError(fmt::format("cannot write {}: {}", path, pcap_geterr(capture.get())), false);
  std::ignore = file.release();  // the dumper's from here on
  for (const Packet& packet : packets) {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(packet.time_ns / ns_per_second);
    header.ts.tv_usec = static_cast<suseconds_t>(packet.time_ns % ns_per_second / 1000);
    header.caplen = header.len = static_cast<bpf_u_int32>(packet.bytes.size());
    pcap_dump(reinterpret_cast<u_char*>(dumper.get()), &header, packet.bytes.data());
  }
  if (pcap_dump_flush(dumper.get()) != 0) {
    throw FileError(fmt::format("cannot write {}: {}", path, std::strerror(errno)), false);
  }
}

}  // namespace sfc::pcap
