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

  std::string errorOf() const {
    try {
      read(path_);
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
  EXPECT_EQ(read(path_), packets);
}

TEST_F(PcapTest, EmptyCapture) {
  write(path_, {});
  EXPECT_TRUE(read(path_).empty());
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

}  // namespace
}  // namespace sfc::pcap
