// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl cache show, sfcctl cache flush
#include <memory>

#include <fmt/format.h>

#include "lib/output/output.h"
#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
The cache holds the header records of packets that are with the service function. A packet whose entry is flushed
misses when it returns. Entries older than the lifetime are marked as expired; their slots are reused when needed.

  sfcctl cache show fw
  sfcctl cache show fw --json | jq '.entries | length'
  sfcctl cache flush fw)";

struct Arguments {
  std::string name;
  bool json = false;
};

Json fieldsJson(const std::vector<FieldValue>& fields) {
  Json json = Json::object();
  for (const FieldValue& field : fields) json[field.name] = field.value;
  return json;
}

Json entryJson(const CacheEntry& entry) {
  Json json = {{"age_ns", entry.age_ns}, {"expired", entry.expired}};
  json["key"] = fieldsJson(entry.key);
  json["saved"] = fieldsJson(entry.saved);
  json["headers"] = Json::array();
  for (const HeaderValue& header : entry.headers) {
    json["headers"].push_back({{"name", header.name}, {"fields", fieldsJson(header.fields)}});
  }
  return json;
}

std::string joined(const std::vector<FieldValue>& fields) {
  std::string text;
  for (const FieldValue& field : fields) text += fmt::format(" {}={}", field.name, field.value);
  return text;
}

void printEntry(const CacheEntry& entry) {
  output::print("age {:.3f} ms{}\n", static_cast<double>(entry.age_ns) / 1e6, entry.expired ? ", expired" : "");
  output::print("  key{}\n", joined(entry.key));
  if (!entry.saved.empty()) output::print("  saved{}\n", joined(entry.saved));
  for (const HeaderValue& header : entry.headers) output::print("  {}{}\n", header.name, joined(header.fields));
}

/// For stores that have no entries to show.
void noteEmptyStore(const Proxy& proxy) {
  if (proxy.info().store == Store::Carry) {
    printNotes(
        {"store carry: headers travel with their packets; only header records too long for that are in the cache"});
  }
}

void show(const Arguments& arguments) {
  const Proxy proxy = require(Proxy::open(arguments.name));
  const auto entries = require(proxy.cacheEntries());
  if (!arguments.json) {
    noteEmptyStore(proxy);
    for (const CacheEntry& entry : entries) printEntry(entry);
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["entries"] = Json::array();
  for (const CacheEntry& entry : entries) json["entries"].push_back(entryJson(entry));
  print(json);
}

void flush(const Arguments& arguments) {
  Proxy proxy = require(Proxy::open(arguments.name));
  const uint64_t flushed = require(proxy.flushCache());
  if (!arguments.json) {
    output::print("{} entries flushed\n", flushed);
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["flushed"] = flushed;
  print(json);
}

void addAction(CLI::App& cache, const std::string& name, const std::string& description,
               void (*action)(const Arguments&)) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(cache, name, description, footer);
  command->add_option("NAME", arguments->name, "The proxy")->required();
  addJson(*command, arguments->json);
  command->callback([arguments, action] { action(*arguments); });
}

}  // namespace

void addCache(CLI::App& app) {
  CLI::App* cache = addCommand(app, "cache", "Shows or flushes the header records in the cache", footer);
  cache->require_subcommand(1);
  addAction(*cache, "show", "Prints the entries, decoded with the spec's names", &show);
  addAction(*cache, "flush", "Removes all entries", &flush);
}

}  // namespace sfc::ctl
