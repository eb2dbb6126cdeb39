// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How errors travel inside the runtime: as an exception that carries an Error, turned into a Result where the public
// interface ends. Destructors undo work that is half done.
#pragma once

#include <exception>
#include <type_traits>

#include <fmt/format.h>

#include "lib/files/input.h"
#include "lib/tables/entry_error.h"
#include "runtime/include/sfc/result.h"

namespace sfc {

class Failure : public std::exception {
public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  template <typename... Args>
  Failure(ErrorKind kind, fmt::format_string<Args...> text, Args&&... args)
      : error_{kind, fmt::format(text, std::forward<Args>(args)...)} {}

  const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.text.c_str(); }

private:
  Error error_;
};

inline ErrorKind kindOf(EntryError::Cause cause) {
  if (cause == EntryError::Cause::Words) return ErrorKind::Usage;
  return cause == EntryError::Cause::Missing ? ErrorKind::NotFound : ErrorKind::Input;
}

inline ErrorKind kindOf(const FileError& error) {
  return error.missing() ? ErrorKind::NotFound : ErrorKind::Input;
}

/// The result of `action`, or the error that it threw.
template <typename Action>
auto attempt(Action&& action) -> Result<std::invoke_result_t<Action>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
      action();
      return {};
    } else {
      return action();
    }
  } catch (const Failure& failure) {
    return failure.error();
  } catch (const EntryError& error) {
    return Error{kindOf(error.cause()), error.what()};
  } catch (const FileError& error) {
    return Error{kindOf(error), error.what()};
  } catch (const std::exception& error) {
    return Error{ErrorKind::Kernel, error.what()};
  }
}

/// The value of a result, or its error as an exception.
template <typename T>
T require(Result<T>&& result) {
  if (!result) throw Failure(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace sfc
