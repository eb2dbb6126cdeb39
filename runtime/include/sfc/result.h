// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The results of libsfc: a value, or an error with one line of text for people and a kind for programs.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace sfc {

/// The kind of an error; the value is the exit code of the tools.
enum class ErrorKind { Input = 1, Usage = 2, Kernel = 3, NotFound = 4, Conflict = 5, Books = 6 };

struct Error {
  ErrorKind kind = ErrorKind::Input;
  std::string text;  // one line: what is wrong, where, what to do
};

/// A T, or the reason why there is none.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : content_(std::move(value)) {}
  Result(Error error) : content_(std::move(error)) {}

  /// True if there is a value.
  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  T& operator*() & { return std::get<T>(content_); }
  const T& operator*() const& { return std::get<T>(content_); }
  T&& operator*() && { return std::get<T>(std::move(content_)); }
  T* operator->() { return &std::get<T>(content_); }
  const T* operator->() const { return &std::get<T>(content_); }
  const Error& error() const { return std::get<Error>(content_); }

private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  /// True if all went well.
  explicit operator bool() const { return !failed_; }
  const Error& error() const { return error_; }

private:
  Error error_;
  bool failed_ = false;
};

}  // namespace sfc
