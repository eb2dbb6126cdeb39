// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/ingress_hook.h"

#include <algorithm>

#include "runtime/failure.h"

namespace sfc {
namespace {

constexpr const char* veth = "veth";

/// Why the ingress program cannot be at TC, as part of a sentence; empty if it can.
std::string reasonAgainstTc(const plan::Plan& plan, const LoadOptions& options, const std::string& no_superframes) {
  if (!plan.no_tc_ingress.empty())
    return fmt::format("{} has no ingress program for TC: {}", plan.name, plan.no_tc_ingress);
  if (options.vnf != Vnf::Kernel) return "TC requires --vnf kernel: an SF in user space may get packets before TC does";
  if (options.store.value_or(Store::Slots) != Store::Slots)
    return fmt::format("header records wait in slots at TC, and --store {} was given", nameOf(*options.store));
  if (options.xdp != XdpMode::Auto) return fmt::format("--xdp {} was given", nameOf(options.xdp));
  if (!no_superframes.empty()) return fmt::format("superframes would be dropped: {}", no_superframes);
  return {};
}

}  // namespace

HookDecision decideHook(const plan::Plan& plan, const LoadOptions& options, const std::vector<Device>& ingress,
                        const std::string& no_superframes) {
  if (options.ingress_hook == IngressHook::Xdp) return {};
  const std::string against = reasonAgainstTc(plan, options, no_superframes);
  if (options.ingress_hook == IngressHook::Tc) {
    if (!against.empty()) throw Failure(ErrorKind::Usage, "--ingress-hook tc is not possible: {}", against);
    return {IngressHook::Tc, "it was asked for"};
  }
  if (!against.empty()) return {IngressHook::Xdp, against};
  const auto other = std::ranges::find_if(ingress, [](const Device& device) { return device.driver != veth; });
  if (other != ingress.end())
    return {IngressHook::Xdp,
            fmt::format("{} is no veth, so XDP does not keep its peer from sending superframes", other->name)};
  return {IngressHook::Tc, "XDP on a veth would keep its peer from sending superframes"};
}

bool mustSegmentFirst(const std::string& driver, IngressHook hook) {
  return hook != IngressHook::Tc || driver != veth;
}

}  // namespace sfc
