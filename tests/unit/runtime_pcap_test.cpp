// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Captures are read and written whole; what is damaged or of another kind is an error that names the file.
#include "lib/pcap/pcap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace sfc::pcap {
namespace {

using ::testing::HasSubstr;

class PcapTest : public ::testing::Test {
protected:
  PcapTest() : path_(std::filesystem::temp_directory_path() / ("sfc_pcap_test_" + std::to_string(::getpid()))) {}
  ~PcapTest() override { std::filesystem::remove(path_); }

  std::string errorOf() const { return errorOf(path_); }

  static std::string errorOf(const std::string& path) {
    try {
      read(path);
    } catch (const FileError& error) {
      return error.what();
    }
    return "";
  }

  std::string path_;
};

TEST_F(PcapTest, ReadsWhatItWrote) {
  const std::vector<Packet> packets = {{1'000'002'000, {1, 2, 3}}, {5'000'000'000, std::vector<uint8_t>(1500, 7)}};
  write(path_, packets);
  EXPECT_EQ(read(path_).packets, packets);
}

TEST_F(PcapTest, EmptyCapture) {
  write(path_, {});
  EXPECT_TRUE(read(path_).packets.empty());
}

TEST_F(PcapTest, MissingFile) {
  try {
    read(path_);
    FAIL();
  } catch (const FileError& error) {
    EXPECT_TRUE(error.missing());
  }
}

TEST_F(PcapTest, NotACapture) {
  std::ofstream(path_) << "hello, I am not a capture";
  EXPECT_THAT(errorOf(), HasSubstr("is not a capture"));
}

TEST_F(PcapTest, Damaged) {
  write(path_, {{0, std::vector<uint8_t>(100)}});
  std::filesystem::resize_file(path_, 80);
  EXPECT_THAT(errorOf(), HasSubstr("damaged after packet 0"));
}

TEST_F(PcapTest, OtherLinkType) {
  write(path_, {});
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20);
  file.put(101);  // raw IP
  file.close();
  EXPECT_THAT(errorOf(), HasSubstr("not of Ethernet"));
}

TEST_F(PcapTest, CutPackets) {
  write(path_, {{0, std::vector<uint8_t>(100)}});
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(24 + 12);
  file.put(static_cast<char>(200));  // the packet's length on the wire
  file.close();
  EXPECT_THAT(errorOf(), HasSubstr("packet 1 was cut"));
}

TEST_F(PcapTest, WhatHasNoEndOrIsADirectory) {
  for (const char* path : {"/dev/zero", "/dev/null", "/"}) EXPECT_THAT(errorOf(path), HasSubstr(path));
}

// ---- pcapng --------------------------------------------------------------------------------------------------------

/// Composes a file block by block, in either byte order.
class Blocks {
public:
  explicit Blocks(bool big = false) : big_(big) {
    add(0x0A0D0D0A, number(0x1A2B3C4D, 4) + number(1, 4) + number(-1, 8));
  }

  Blocks& interface(uint16_t link_type, uint32_t snapshot, const std::string& options = "") {
    return add(1, number(link_type, 2) + number(0, 2) + number(snapshot, 4) + options);
  }
  Blocks& packet(uint32_t interface, uint64_t time, const std::string& bytes, uint32_t cut = 0) {
    return add(6, number(interface, 4) + number(time >> 32, 4) + number(time, 4) + number(bytes.size(), 4) +
                      number(bytes.size() + cut, 4) + padded(bytes));
  }
  Blocks& add(uint32_t type, const std::string& body) {
    const std::string length = number(body.size() + 12, 4);
    text += number(type, 4) + length + body + length;
    return *this;
  }
  std::string option(uint16_t code, const std::string& value) const {
    return number(code, 2) + number(value.size(), 2) + padded(value);
  }
  std::string number(uint64_t value, unsigned size) const {
    std::string bytes;
    for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * (big_ ? size - 1 - i : i));
    return bytes;
  }

  static std::string padded(std::string bytes) {
    bytes.append(-bytes.size() % 4, '\0');
    return bytes;
  }

  std::string text;

private:
  bool big_;
};

class PcapngTest : public PcapTest {
protected:
  void put(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
};

TEST_F(PcapngTest, ReadsInterfacesThatAreNotAlike) {
  Blocks blocks;
  blocks.interface(1, 65535).interface(276, 262144).interface(1, 96);
  blocks.packet(0, 1'000'002, "abcde").packet(1, 1'000'003, "cooked").packet(2, 1'000'004, "xyz").packet(1, 5, "again");
  put(blocks.text);
  const Capture capture = read(path_);
  EXPECT_EQ(capture.packets,
            (std::vector<Packet>{{1'000'002'000, {'a', 'b', 'c', 'd', 'e'}}, {1'000'004'000, {'x', 'y', 'z'}}}));
  ASSERT_EQ(capture.notes.size(), 1U);
  EXPECT_THAT(capture.notes[0], HasSubstr("2 packets of interface 1 are left out: they are LINUX_SLL2"));
}

TEST_F(PcapngTest, ReadsBothByteOrdersAndAllUnitsOfTime) {
  for (const bool big : {false, true}) {
    Blocks blocks(big);
    blocks.interface(1, 0, blocks.option(9, "\x09") + blocks.option(14, blocks.number(2, 8)) + blocks.option(0, ""));
    blocks.interface(1, 0, blocks.option(9, "\x8a"));
    blocks.interface(1, 0, blocks.option(9, "\x0c"));
    blocks.packet(0, 7, "a").packet(1, 3 * 1024 + 512, "b").packet(2, 4'000'000, "c");
    put(blocks.text);
    EXPECT_EQ(read(path_).packets,
              (std::vector<Packet>{{2'000'000'007, {'a'}}, {3'500'000'000, {'b'}}, {4'000, {'c'}}}));
  }
}

TEST_F(PcapngTest, ReadsSeveralSectionsAndPassesOtherBlocks) {
  Blocks first, second(true);
  first.interface(1, 0).packet(0, 1, "a").add(5, "statistics..").add(3, first.number(2, 4) + Blocks::padded("bb"));
  second.interface(1, 0).packet(0, 2, "c");
  put(first.text + second.text);
  EXPECT_EQ(read(path_).packets, (std::vector<Packet>{{1000, {'a'}}, {0, {'b', 'b'}}, {2000, {'c'}}}));
}

TEST_F(PcapngTest, TellsWhatIsWrong) {
  put(Blocks().interface(1, 0).packet(1, 1, "a").text);
  EXPECT_THAT(errorOf(), HasSubstr("damaged after packet 0: a packet refers to interface 1"));
  put(Blocks().interface(1, 0).packet(0, 1, "ab").packet(0, 1, "ab", 5).text);
  EXPECT_THAT(errorOf(), HasSubstr("packet 2 was cut when it was captured (2 of 7 bytes)"));
  put(Blocks().interface(113, 0).packet(0, 1, "ab").text);
  EXPECT_THAT(errorOf(), HasSubstr("is a capture of LINUX_SLL, not of Ethernet"));
}

TEST_F(PcapngTest, SurvivesEveryCutAndEveryOtherByte) {
  const std::string whole = Blocks().interface(1, 0).interface(113, 96).packet(0, 1, "abc").packet(1, 2, "de").text;
  for (size_t size = 0; size < whole.size(); ++size) {
    put(whole.substr(0, size));
    errorOf();
  }
  for (size_t at = 0; at < whole.size(); ++at)
    for (const int value : {0, 1, 0x7f, 0xff}) {
      std::string other = whole;
      other[at] = static_cast<char>(value);
      put(other);
      errorOf();
    }
}

}  // namespace
}  // namespace sfc::pcap
