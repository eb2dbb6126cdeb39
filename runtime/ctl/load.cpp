// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// sfcctl load
#include <memory>

#include <fmt/format.h>

#include "runtime/ctl/command.h"
#include "runtime/failure.h"
#include "sfc/proxy.h"

namespace sfc::ctl {
namespace {

constexpr const char* footer = R"(
Packets that arrive at an ingress device lose their service-chaining headers; packets that leave by an egress device get
them back. A device may be both. Native XDP is tried first; --xdp auto (the default) falls back to generic XDP and
reports it. Where GRO could merge packets on the way, it is switched off until the proxy is unloaded.

  sfcctl load fw sr-mpls.bpf.o --ingress eth1 --egress eth2 --vnf kernel
  sfcctl load wan vxlan.bpf.o --ingress veth1 --egress veth2 --vnf kernel --ingress-hook auto
  sfcctl load ids sr-mpls.bpf.o --ingress eth1 --egress eth1 -P node_id=7)";

struct Arguments {
  std::string name;
  std::string object;
  LoadOptions options;
  Store store = Store::Slots;
  std::vector<std::string> params;
  std::vector<std::string> returns;
  bool json = false;
};

std::pair<std::string, std::string> parseReturn(const std::string& words) {
  const size_t at = words.find('=');
  if (at == 0 || at == std::string::npos || at + 1 == words.size())
    throw Failure(ErrorKind::Usage, "--returns {}: write DEVICE=INGRESS", words);
  return {words.substr(0, at), words.substr(at + 1)};
}

void run(const Arguments& arguments, bool has_store) {
  LoadOptions options = arguments.options;
  if (has_store) options.store = arguments.store;
  options.params = parseParams(arguments.params);
  for (const std::string& one : arguments.returns) options.returns.push_back(parseReturn(one));
  const Object object = require(Object::open(arguments.object));
  const Proxy proxy = require(Proxy::load(object, arguments.name, options));
  if (!arguments.json) {
    printNotes(proxy.notes());
    return;
  }
  Json json = document();
  json["name"] = arguments.name;
  json["notes"] = proxy.notes();
  print(json);
}

}  // namespace

void addLoad(CLI::App& app) {
  static const std::map<std::string, Store> stores = {
      {"slots", Store::Slots}, {"carry", Store::Carry}, {"hash", Store::Hash}};
  static const std::map<std::string, XdpMode> modes = {
      {"native", XdpMode::Native}, {"generic", XdpMode::Generic}, {"auto", XdpMode::Auto}};
  static const std::map<std::string, IngressHook> hooks = {
      {"xdp", IngressHook::Xdp}, {"tc", IngressHook::Tc}, {"auto", IngressHook::Auto}};
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = addCommand(app, "load", "Loads a compiled proxy and attaches it to devices", footer);
  command->add_option("NAME", arguments->name, "Name of the proxy")->required();
  command->add_option("OBJECT", arguments->object, "Object file written by sfcc")->required();
  command
      ->add_option(
          "--ingress", arguments->options.ingress,
          "Devices at which packets arrive with their headers; a classifier, which removes none, needs no such "
          "device")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("IF[,IF]");
  command->add_option("--egress", arguments->options.egress, "Devices by which they leave with their headers")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("IF[,IF]");
  addVnf(*command, arguments->options.vnf);
  const CLI::Option* store =
      command
          ->add_option(
              "--store", arguments->store,
              "Where header records wait: slots (default for user), a cache looked up by key; carry (default for "
              "kernel), the packet's metadata; hash, an LRU hash map, for comparison")
          ->transform(CLI::CheckedTransformer(stores).description(""))
          ->type_name("slots|carry|hash");
  command->add_option("--xdp", arguments->options.xdp, "Attachment mode of the ingress program (default: auto)")
      ->transform(CLI::CheckedTransformer(modes).description(""))
      ->type_name("native|generic|auto");
  command
      ->add_option("--ingress-hook", arguments->options.ingress_hook,
                   "Where the ingress program runs: xdp (default); tc, which leaves superframes of a neighbour on this "
                   "host whole, for tunnels over IP with --vnf kernel; auto, tc if it is possible and all ingress "
                   "devices are veths")
      ->transform(CLI::CheckedTransformer(hooks).description(""))
      ->type_name("xdp|tc|auto");
  command
      ->add_option(
          "--returns", arguments->returns,
          "Where a key has ingress_port: packets that come from the SF by DEVICE get the headers of those that "
          "arrived at INGRESS; may be repeated")
      ->type_name("DEVICE=INGRESS")
      ->allow_extra_args(false);
  command->add_option("-P", arguments->params, "Set a parameter of the spec; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  addJson(*command, arguments->json);
  command->callback([arguments, store] { run(*arguments, store->count() > 0); });
}

}  // namespace sfc::ctl
