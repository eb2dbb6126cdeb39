// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The output of the tools: standard output, standard error, files. Nothing throws, and nothing is lost silently:
// finish() turns failed writes to a standard stream into a message and an exit code.
//
//   int main(int argc, char** argv) {
//     sfc::output::claimStandardStreams();
//     return sfc::output::finish("sfcc", run(argc, argv));
//   }
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sfc::output {

/// Occupies the file descriptors of closed standard streams, so that no file opened later gets one of them, and with it
/// the output. Writing to such a stream fails. Call this before anything is opened.
void claimStandardStreams();

/// Writes to standard output.
void write(std::string_view text);
/// Writes to standard error, after flushing standard output.
void writeError(std::string_view text);

/// The same with the arguments of fmt::format.
template <typename... Args>
void print(fmt::format_string<Args...> format, Args&&... args) {
  write(fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void printError(fmt::format_string<Args...> format, Args&&... args) {
  writeError(fmt::format(format, std::forward<Args>(args)...));
}

/// Flushes standard output. False if that, or an earlier write, failed: a tool that prints without end then stops.
bool flush();

/// Closes standard output, and returns the exit code of a tool that ends with `code`: 1 instead of 0 if a write failed,
/// which it reports on standard error under the name of the tool.
int finish(std::string_view tool, int code);

/// Creates or overwrites a file with these bytes. Returns the error, if any.
std::error_code writeFile(const std::string& path, std::string_view bytes);

}  // namespace sfc::output
