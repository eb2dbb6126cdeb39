// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The directory of one proxy under /sys/fs/bpf/sfc: the place of each pin, and the maps that the runtime itself keeps
// there.
//
//   NAME/map_*    the object's maps          NAME/state    ProxyInfo as JSON
//   NAME/prog_*   its programs               NAME/flushed  number of entries that `cache flush` took out
//   NAME/link_*   attachments: link_xdp_IFINDEX, link_ingress_IFINDEX (at TC instead), link_handover_IFINDEX,
//   link_tcx_IFINDEX, link_resend_IFINDEX
//
// NAME~ is a proxy that is being loaded or unloaded. As both are done under a lock, one that is there when the lock is
// taken was left by a process that died: it is taken down by the next load or unload of that name, and reported by all
// that looks for the name or wants its devices. Whoever works on it has a lock on the directory, too. (A name in that
// file system must not contain a dot.)
#pragma once

#include <memory>
#include <string>

#include "runtime/kernel.h"

namespace sfc {

class Pins {
public:
  /// The directory `root`/`directory`, where `directory` is a proxy's name, or that and a tilde.
  Pins(Kernel& kernel, const std::string& directory) : kernel_(kernel), path_(kernel.pinRoot() + "/" + directory) {}

  const std::string& path() const { return path_; }
  bool exists() const { return kernel_.exists(path_); }

  std::string mapPath(const std::string& map) const { return path_ + "/map_" + withoutDots(map); }
  std::string programPath(const std::string& program) const { return path_ + "/prog_" + program; }
  std::string xdpLinkPath(unsigned ifindex) const { return path_ + "/link_xdp_" + std::to_string(ifindex); }
  std::string tcxLinkPath(unsigned ifindex) const { return path_ + "/link_tcx_" + std::to_string(ifindex); }

  std::string ingressLinkPath(unsigned ifindex) const { return path_ + "/link_ingress_" + std::to_string(ifindex); }
  std::string handoverLinkPath(unsigned ifindex) const { return path_ + "/link_handover_" + std::to_string(ifindex); }
  std::string resendLinkPath(unsigned ifindex) const { return path_ + "/link_resend_" + std::to_string(ifindex); }

  std::unique_ptr<Map> openMap(const std::string& map) const { return kernel_.openMap(mapPath(map)); }
  std::unique_ptr<Map> openFlushed() const { return kernel_.openMap(path_ + "/flushed"); }

  /// Makes the maps of the runtime's own, with room for this state and for what so many devices may add to it.
  void createOwnMaps(const ProxyInfo& info, size_t devices);
  void writeState(const ProxyInfo& info);
  ProxyInfo readState() const;

private:
  static std::string withoutDots(std::string name);

  Kernel& kernel_;
  std::string path_;
};

/// Throws Usage unless this can be the name of a proxy.
void checkName(const std::string& name);

/// The state as JSON.
std::string toJson(const ProxyInfo& info);
/// Reads what toJson wrote; throws Failure if it is something else.
ProxyInfo infoFromJson(const std::string& text);

}  // namespace sfc
