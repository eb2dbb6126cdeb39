// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/verifier_log.h"

namespace sfc {

std::string lastWords(std::string_view log) {
  constexpr size_t lines_shown = 12;
  const auto begin = log.rfind("-- BEGIN PROG LOAD LOG --");
  const bool from_verifier = begin != std::string_view::npos;
  if (from_verifier) {
    log.remove_prefix(log.find('\n', begin) + 1);
    log = log.substr(0, log.find("-- END PROG LOAD LOG --"));
  }
  while (!log.empty() && log.back() == '\n') log.remove_suffix(1);
  size_t at = log.size();
  for (size_t lines = 0; at != std::string_view::npos && at > 0 && lines < (from_verifier ? lines_shown : 1); ++lines) {
    at = log.rfind('\n', at - 1);
  }
  return std::string(log.substr(at == std::string_view::npos || log.empty() ? 0 : at + (log[at] == '\n' ? 1 : 0)));
}

}  // namespace sfc
