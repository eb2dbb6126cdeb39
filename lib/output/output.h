// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the tools write: standard output, standard error, files. Nothing throws, and nothing is lost in silence: what
// could not be written to a standard stream is known to finish(), which turns it into a message and an exit code.
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

/// Takes the numbers of those standard streams that are closed, so that no file that is opened later gets one of them
/// and what is printed with it. Writing to such a stream fails. To be called before anything is opened.
void claimStandardStreams();

/// Writes to standard output.
void write(std::string_view text);
/// Writes to standard error, behind all that standard output got before.
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

/// Hands over what standard output holds back. False if that, or something before it, could not be written: a tool that
/// prints without end stops then.
bool flush();

/// Closes standard output, and returns the exit code of a tool that ends with `code`: 1 instead of 0 if something could
/// not be written, which standard error is told under the name of the tool.
int finish(std::string_view tool, int code);

/// Makes a file with these bytes, or writes them over what was there. Returns what went wrong.
std::error_code writeFile(const std::string& path, std::string_view bytes);

}  // namespace sfc::output
