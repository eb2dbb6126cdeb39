// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What tools write, where it cannot be written. Each case runs in a process of its own, as it spoils standard streams.
#include "lib/output/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sfc::output {
namespace {

namespace fs = std::filesystem;
using ::testing::ExitedWithCode;

/// Lets a standard stream lead to a file.
void lead(int stream, const char* path) {
  const int fd = ::open(path, O_WRONLY);
  if (fd < 0 || ::dup2(fd, stream) < 0) std::abort();
}

std::string contentOf(const fs::path& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

class WriteFile : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sfc-output-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(dir_); }

  fs::path dir_;
};

TEST_F(WriteFile, WritesOverWhatWasThere) {
  const std::string path = (dir_ / "x").string();
  EXPECT_FALSE(writeFile(path, "a longer text"));
  EXPECT_FALSE(writeFile(path, std::string("ab\0c", 4)));
  EXPECT_EQ(contentOf(path), std::string("ab\0c", 4));
}

TEST_F(WriteFile, SaysWhy) {
  EXPECT_EQ(writeFile("/dev/full", "x"), std::errc::no_space_on_device);
  EXPECT_EQ(writeFile(dir_.string(), "x"), std::errc::is_a_directory);
  EXPECT_EQ(writeFile((dir_ / "none/x").string(), "x"), std::errc::no_such_file_or_directory);
  EXPECT_EQ(writeFile("", "x"), std::errc::no_such_file_or_directory);
}

TEST(Output, EndsWithItsCodeIfAllIsWritten) {
  for (const int code : {0, 5})
    EXPECT_EXIT(
        {
          print("{}\n", "text");
          printError("{}\n", "said");
          std::_Exit(finish("tool", code));
        },
        ExitedWithCode(code), "^said\n$");
}

TEST(Output, KnowsAFullDiskAtTheEnd) {
  EXPECT_EXIT(
      {
        lead(STDOUT_FILENO, "/dev/full");
        write("text");  // which waits in the buffer
        std::_Exit(finish("tool", 0));
      },
      ExitedWithCode(1), "^tool: error: cannot write to standard output: No space left on device\n$");
}

TEST(Output, KnowsAFullDiskOnTheWay) {
  EXPECT_EXIT(
      {
        lead(STDOUT_FILENO, "/dev/full");
        write(std::string(100000, 'x'));
        if (flush()) std::_Exit(9);
        lead(STDOUT_FILENO, "/dev/null");  // there is room again, but a piece is missing
        write("text");
        if (flush()) std::_Exit(9);
        std::_Exit(finish("tool", 0));
      },
      ExitedWithCode(1), "^tool: error: cannot write to standard output: No space left on device\n$");
}

TEST(Output, KeepsAnExitCodeThatSaysMore) {
  EXPECT_EXIT(
      {
        lead(STDOUT_FILENO, "/dev/full");
        write("text");
        std::_Exit(finish("tool", 3));
      },
      ExitedWithCode(3), "cannot write to standard output");
}

TEST(Output, KnowsThatNobodyWasTold) {
  EXPECT_EXIT(
      {
        lead(STDERR_FILENO, "/dev/full");
        printError("{}", "a warning");
        std::_Exit(finish("tool", 0));
      },
      ExitedWithCode(1), "^$");
}

TEST(Output, DoesNotWriteToAFileThatHasTheNumberOfAClosedStream) {
  EXPECT_EXIT(
      {
        ::close(STDOUT_FILENO);
        claimStandardStreams();
        if (::open("/dev/null", O_WRONLY) <= STDERR_FILENO) std::_Exit(9);
        write("text");
        std::_Exit(finish("tool", 0));
      },
      ExitedWithCode(1), "^tool: error: cannot write to standard output: Bad file descriptor\n$");
}

TEST(Output, NeedsNoStreamThatNobodyWritesTo) {
  EXPECT_EXIT(
      {
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(stream);
        claimStandardStreams();
        std::_Exit(finish("tool", 0));
      },
      ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sfc::output
