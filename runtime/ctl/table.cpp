// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl table add, load, del and show
#include <memory>
#include <span>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
The entries of a table say which packets a proxy accepts, or which headers a classifier pushes onto which packets.
  KEY     all fields of the table; ADDRESS/LENGTH for a longest-prefix match.
  VALUES  for a classifier, those fields of the pushed headers that override the spec; a stack gets as many elements
          as are named. For a table that declares values, all of these.
Values are numbers (decimal, 0x, 0b), or addresses for fields of 32, 48 and 128 bits. `add` does not replace an entry:
delete it first. A file has one entry per line, in the form of the arguments behind `sfcctl table add NAME`.

  sfcctl table add fw mine labels[0].label=16001
  sfcctl table add pot profiles nsh.spi=7 -- share=1234 prime=2305843009213693951
  sfcctl table add ends ipv4_prefixes ipv4.dst=10.1.0.0/16 -- labels[0].label=16001 labels[1].label=16002
  sfcctl table load ends routes.entries
  sfcctl table del ends ipv4_prefixes ipv4.dst=10.1.0.0/16
  sfcctl table show ends)";

struct Arguments {
  std::string name;
  std::string table;
  std::string file;
  std::vector<std::string> fields;
  size_t behind_dashes = 0;
  bool json = false;
};

std::vector<FieldValue> parseFields(std::span<const std::string> texts) {
  std::vector<FieldValue> fields;
  for (const std::string& text : texts) fields.push_back(parseField(text));
  return fields;
}

Json fieldsJson(const std::vector<FieldValue>& fields) {
  Json json = Json::object();
  for (const FieldValue& field : fields) json[field.name] = field.value;
  return json;
}

Json entryJson(const TableEntry& entry) {
  Json json = {{"key", fieldsJson(entry.key)}};
  json["headers"] = Json::array();
  for (const HeaderValue& header : entry.headers)
    json["headers"].push_back({{"name", header.name}, {"fields", fieldsJson(header.fields)}});
  json["values"] = fieldsJson(entry.values);
  return json;
}

std::string joined(const std::vector<FieldValue>& fields) {
  std::string text;
  for (const FieldValue& field : fields) text += fmt::format(" {}={}", field.name, field.value);
  return text;
}

void printDone(const Arguments& arguments) {
  if (!arguments.json) return;
  Json json = document();
  json["name"] = arguments.name;
  json["table"] = arguments.table;
  print(json);
}

void add(const Arguments& arguments) {
  const size_t headers = std::min(arguments.behind_dashes, arguments.fields.size());
  const std::span all(arguments.fields);
  const auto key = parseFields(all.first(all.size() - headers));
  const auto values = parseFields(all.last(headers));
  require(require(Proxy::open(arguments.name)).addEntry(arguments.table, key, values));
  printDone(arguments);
}

void load(const Arguments& arguments) {
  const size_t added = require(require(Proxy::open(arguments.name)).addEntries(arguments.file));
  if (!arguments.json) return;
  Json json = document();
  json["name"] = arguments.name;
  json["added"] = added;
  print(json);
}

void del(const Arguments& arguments) {
  const auto key = parseFields(arguments.fields);
  require(require(Proxy::open(arguments.name)).removeEntry(arguments.table, key));
  printDone(arguments);
}

void show(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  Json json = document();
  json["name"] = arguments.name;
  json["tables"] = Json::array();
  bool any = false;
  for (const plan::Table& table : proxy.tables()) {
    if (!arguments.table.empty() && table.name != arguments.table) continue;
    any = true;
    const auto entries = require(proxy.entries(table.name));
    if (!arguments.json) output::print("{}: {} of {} entries\n", table.name, entries.size(), table.entries);
    Json list = Json::array();
    for (const TableEntry& entry : entries) {
      list.push_back(entryJson(entry));
      if (arguments.json) continue;
      output::print("  key{}\n", joined(entry.key));
      if (!entry.values.empty()) output::print("    values{}\n", joined(entry.values));
      for (const HeaderValue& header : entry.headers) output::print("    {}{}\n", header.name, joined(header.fields));
    }
    json["tables"].push_back({{"name", table.name}, {"most", table.entries}, {"entries", std::move(list)}});
  }
  // Says what is wrong: no tables at all, or none of this name.
  if (!any) require(proxy.entries(arguments.table));
  if (arguments.json) print(json);
}

CLI::App* addAction(CLI::App& table, const std::string& name, const std::string& description,
                    const std::shared_ptr<Arguments>& arguments, void (*action)(const Arguments&)) {
  CLI::App* command = addCommand(table, name, description, footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  addJson(*command, arguments->json);
  command->callback([arguments, action] { action(*arguments); });
  return command;
}

}  // namespace

void addTable(CLI::App& app, size_t behind_dashes) {
  CLI::App* table = addCommand(app, "table", "Shows or changes the entries of tables", footer);
  table->require_subcommand(1);

  const auto added = std::make_shared<Arguments>();
  added->behind_dashes = behind_dashes;
  CLI::App* command = addAction(*table, "add", "Adds an entry", added, &add);
  command->add_option("TABLE", added->table, "The table")->required();
  command->add_option("FIELDS", added->fields, "The entry")->required()->type_name("KEY... [-- VALUES...]");

  const auto loaded = std::make_shared<Arguments>();
  command = addAction(*table, "load", "Adds all entries of a file, or none", loaded, &load);
  command->add_option("FILE", loaded->file, "Entries, one per line: TABLE KEY... [-- VALUES...]")->required();

  const auto deleted = std::make_shared<Arguments>();
  command = addAction(*table, "del", "Deletes an entry", deleted, &del);
  command->add_option("TABLE", deleted->table, "The table")->required();
  command->add_option("KEY", deleted->fields, "Its key")->required()->type_name("FIELD=VALUE...");

  const auto shown = std::make_shared<Arguments>();
  command = addAction(*table, "show", "Prints the entries, decoded with the spec's names", shown, &show);
  command->add_option("TABLE", shown->table, "Only this table");
}

}  // namespace sfc::ctl
