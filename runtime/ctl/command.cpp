// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/ctl/command.h"
#include "lib/output/output.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "runtime/failure.h"

namespace sfc::ctl {

CLI::App* addCommand(CLI::App& app, const std::string& name, const std::string& description,
                     const std::string& footer) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer(footer);
  return command;
}

void addJson(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print JSON (schema sfcctl/v1)");
}

void addVnf(CLI::App& command, Vnf& vnf) {
  static const std::map<std::string, Vnf> names = {{"user", Vnf::User}, {"kernel", Vnf::Kernel}};
  command
      .add_option(
          "--vnf", vnf,
          "Where the service function (SF) runs: user (default), in user space or behind a device, so that a key "
          "identifies its packets; kernel, in this kernel's forwarding, so that headers travel with packets")
      ->transform(CLI::CheckedTransformer(names).description(""))
      ->type_name("user|kernel");
}

void requireOk(const std::vector<std::string>& problems) {
  if (!problems.empty()) throw Failure(ErrorKind::NotFound, "{}", fmt::join(problems, "\nsfcctl: error: "));
}

ParamValue parseParam(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Failure(ErrorKind::Usage, "'{}' is not of the form NAME=VALUE", text);
  }
  std::string_view digits = std::string_view(text).substr(equals + 1);
  int base = 10;
  if (digits.substr(0, 2) == "0x" || digits.substr(0, 2) == "0b") {
    base = digits[1] == 'x' ? 16 : 2;
    digits.remove_prefix(2);
  }
  ParamValue param{text.substr(0, equals), 0};
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, param.value, base);
  if (error != std::errc() || stopped != end) {
    throw Failure(ErrorKind::Usage, "'{}': the value is not a number (decimal, 0x or 0b, up to 64 bits)", text);
  }
  return param;
}

std::vector<ParamValue> parseParams(const std::vector<std::string>& texts) {
  std::vector<ParamValue> params;
  for (const std::string& text : texts) params.push_back(parseParam(text));
  return params;
}

Json document() {
  return {{"schema", "sfcctl/v1"}};
}

void print(const Json& json, bool one_line) {
  output::print("{}\n", json.dump(one_line ? -1 : 2, ' ', false, Json::error_handler_t::replace));
}

void printTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += i + 1 == row.size() ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    output::print("{}\n", line);
  }
}

void printNotes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) output::printError("sfcctl: note: {}\n", note);
}

void printHints(const std::vector<std::string>& hints) {
  for (const std::string& hint : hints) output::printError("sfcctl: hint: {}\n", hint);
}

}  // namespace sfc::ctl
