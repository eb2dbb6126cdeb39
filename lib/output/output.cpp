// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/output/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace sfc::output {

namespace {

/// The first error of each standard stream; 0 if there was none.
int out_error = 0;
int err_error = 0;

void remember(int& error) {
  if (error == 0) error = errno != 0 ? errno : EIO;
}

void writeTo(std::FILE* stream, std::string_view text, int& error) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size()) remember(error);
}

std::error_code errorOf(int number) {
  return {number, std::generic_category()};
}

/// Writes all bytes; 0, or the number of the error.
int writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

void claimStandardStreams() {
  // Opened in the opposite direction, so that using it fails as if it were closed.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void write(std::string_view text) {
  writeTo(stdout, text, out_error);
}

void writeError(std::string_view text) {
  flush();
  writeTo(stderr, text, err_error);
}

bool flush() {
  errno = 0;
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) remember(out_error);
  return out_error == 0;
}

int finish(std::string_view tool, int code) {
  errno = 0;
  if (flush() && ::close(STDOUT_FILENO) != 0) remember(out_error);
  if (out_error != 0)
    printError("{}: error: cannot write to standard output: {}\n", tool, errorOf(out_error).message());
  errno = 0;
  if (std::fflush(stderr) != 0 || std::ferror(stderr) != 0) remember(err_error);
  return code == 0 && (out_error != 0 || err_error != 0) ? 1 : code;
}

std::error_code writeFile(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return errorOf(errno);
  const int error = writeAll(fd, bytes);
  if (::close(fd) != 0 && error == 0) return errorOf(errno);
  return errorOf(error);
}

}  // namespace sfc::output
