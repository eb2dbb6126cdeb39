// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Shared by the commands of sfcctl. Each command is a file with one function that adds it to the command line; if it is
// given, its callback runs, prints, and throws a Failure on errors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "runtime/include/sfc/info.h"

namespace sfc::ctl {

using Json = nlohmann::ordered_json;

void addLoad(CLI::App& app);
void addUnload(CLI::App& app);
void addList(CLI::App& app);
void addShow(CLI::App& app);
void addStats(CLI::App& app);
void addCache(CLI::App& app);
void addParam(CLI::App& app);
/// `behind_dashes`: how many arguments of the command line come behind its first "--".
void addTable(CLI::App& app, size_t behind_dashes);
void addTelemetry(CLI::App& app);
void addTest(CLI::App& app);

/// Adds a command with its description and a footer of examples.
CLI::App* addCommand(CLI::App& app, const std::string& name, const std::string& description, const std::string& footer);
/// Adds --json.
void addJson(CLI::App& command, bool& json);
/// Adds --vnf.
void addVnf(CLI::App& command, Vnf& vnf);

/// Throws NotFound with all of these unless there are none.
void requireOk(const std::vector<std::string>& problems);

/// NAME=VALUE with a decimal, 0x or 0b number.
ParamValue parseParam(const std::string& text);
std::vector<ParamValue> parseParams(const std::vector<std::string>& texts);

/// A JSON document of sfcctl with its schema, to be filled and printed.
Json document();
/// Prints a document, on one line if it is one of many.
void print(const Json& json, bool one_line = false);
/// Prints rows with their columns aligned; all but the last column are padded.
void printTable(const std::vector<std::vector<std::string>>& rows);
/// Prints a note on standard error.
void printNotes(const std::vector<std::string>& notes);
/// Prints a warning on standard error.
void printHints(const std::vector<std::string>& hints);

}  // namespace sfc::ctl
