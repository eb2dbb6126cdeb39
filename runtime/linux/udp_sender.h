// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Datagrams to one receiver.
#pragma once

#include <string>

#include "runtime/kernel.h"
#include "runtime/linux/fd.h"

namespace sfc {

class UdpSender {
public:
  /// To HOST:PORT; an IPv6 address is in brackets. Throws Usage if it is of another form, NotFound if there is no such
  /// host.
  explicit UdpSender(const std::string& target);

  /// False if the system did not take it: its queue is full, or the last one was refused.
  bool send(BytesView datagram);

private:
  Fd socket_;
};

}  // namespace sfc
