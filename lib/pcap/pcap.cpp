// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/pcap/pcap.h"

#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "lib/pcap/errors.h"
#include "lib/pcap/pcapng.h"

namespace sfc::pcap {
namespace {

constexpr int snapshot_length = 262144;
constexpr size_t most_bytes = size_t{512} << 20;  // of a file
constexpr uint64_t ns_per_second = 1'000'000'000;

using OpenCapture = std::unique_ptr<pcap_t, decltype(&pcap_close)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
using Dumper = std::unique_ptr<pcap_dumper_t, decltype(&pcap_dump_close)>;

OpenCapture openCapture(std::string_view content, const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  // A file opened for reading is not written to.
  File file(content.empty() ? nullptr : ::fmemopen(const_cast<char*>(content.data()), content.size(), "rb"),
            &std::fclose);
  if (!file) throw FileError(fmt::format("{} is not a capture: it is empty", path), false);
  pcap_t* capture = pcap_fopen_offline_with_tstamp_precision(file.get(), PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (capture == nullptr) throw FileError(fmt::format("{} is not a capture: {}", path, error.data()), false);
  std::ignore = file.release();  // the capture's from here on
  return {capture, &pcap_close};
}

/// Writes packets as a capture. False if there was no room for them.
bool dump(const std::vector<Packet>& packets, File stream) {
  const OpenCapture capture(pcap_open_dead(DLT_EN10MB, snapshot_length), &pcap_close);
  const Dumper dumper(pcap_dump_fopen(capture.get(), stream.get()), &pcap_dump_close);
  if (!dumper) return false;
  std::ignore = stream.release();  // the dumper's from here on
  for (const Packet& packet : packets) {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(packet.time_ns / ns_per_second);
    header.ts.tv_usec = static_cast<suseconds_t>(packet.time_ns % ns_per_second / 1000);
    header.caplen = header.len = static_cast<bpf_u_int32>(packet.bytes.size());
    pcap_dump(reinterpret_cast<u_char*>(dumper.get()), &header, packet.bytes.data());
  }
  return pcap_dump_flush(dumper.get()) == 0 && std::ferror(pcap_dump_file(dumper.get())) == 0;
}

/// The bytes of a file with these packets. libpcap does not report failed writes of single packets, so it writes to
/// memory.
std::string bytesOf(const std::vector<Packet>& packets) {
  char* bytes = nullptr;
  size_t size = 0;
  File memory(open_memstream(&bytes, &size), &std::fclose);
  const bool whole = memory != nullptr && dump(packets, std::move(memory));
  const std::unique_ptr<char, decltype(&std::free)> owner(bytes, &std::free);
  if (!whole) throw std::bad_alloc();
  return {bytes, size};
}

/// The packets of a file that libpcap reads.
std::vector<Packet> readClassic(std::string_view content, const std::string& path) {
  const OpenCapture capture = openCapture(content, path);
  if (const int type = pcap_datalink(capture.get()); type != DLT_EN10MB) failLinkType(path, type);
  std::vector<Packet> packets;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(capture.get(), &header, &data)) == 1) {
    if (header->caplen < header->len) failCut(path, packets.size() + 1, header->caplen, header->len);
    // With nanosecond precision tv_usec holds nanoseconds.
    const uint64_t time =
        static_cast<uint64_t>(header->ts.tv_sec) * ns_per_second + static_cast<uint64_t>(header->ts.tv_usec);
    packets.push_back({time, {data, data + header->caplen}});
  }
  if (result != PCAP_ERROR_BREAK) failDamaged(path, packets.size(), pcap_geterr(capture.get()));
  return packets;
}

}  // namespace

void failCut(const std::string& path, size_t packet, size_t caught, size_t length) {
  throw FileError(fmt::format("{}: packet {} was cut when it was captured ({} of {} bytes); capture whole packets",
                              path, packet, caught, length),
                  false);
}

void failDamaged(const std::string& path, size_t packets, const std::string& what) {
  throw FileError(fmt::format("{}: damaged after packet {}: {}", path, packets, what), false);
}

void failLinkType(const std::string& path, int link_type) {
  throw FileError(fmt::format("{} is a capture of {}, not of Ethernet", path, linkName(link_type)), false);
}

std::string linkName(int link_type) {
  const char* name = pcap_datalink_val_to_name(link_type);
  return name != nullptr ? name : fmt::format("link type {}", link_type);
}

Capture read(const std::string& path) {
  const std::string content = readFile(path, most_bytes, [&](std::string_view begin) {
    if (!isPcapng(begin)) openCapture(begin, path);
  });
  if (isPcapng(content)) return readPcapng(content, path);
  return {readClassic(content, path), {}};
}

void write(const std::string& path, const std::vector<Packet>& packets) {
  if (const std::error_code error = output::writeFile(path, bytesOf(packets)))
    throw FileError(fmt::format("cannot write {}: {}", path, error.message()), false);
}

}  // namespace sfc::pcap
