// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A pair of veth devices in which superframes are segmented, for a classifier that cannot push its headers onto them.
//
// The host's own TCP makes superframes whatever the offloads of its device are, and they are segmented behind the
// egress hook. So the classifier sends such a superframe to one end of the pair. That end cannot segment in hardware,
// so the kernel does on the way to it. At the other end a program of a few instructions sends each segment out of the
// device that the superframe was to leave by, and so through the classifier again. What that program needs is in
// skb->cb, which segmentation copies.
#pragma once

#include <string>

#include "runtime/include/sfc/info.h"
#include "runtime/kernel.h"

namespace sfc {

/// The program at the peer.
constexpr const char* resend_program = "sfc_resend";

/// Names a pair and picks indices for it, which the programs have to know, without making it.
Segmenter planSegmenter(Devices& devices);
/// Makes a pair, up and without segmentation offloads. Its peer is returned.
Device makeSegmenter(Devices& devices, const Segmenter& segmenter);
/// Deletes a pair if it is there.
void removeSegmenter(Devices& devices, const Segmenter& segmenter);

}  // namespace sfc
