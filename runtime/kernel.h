// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The system as the runtime sees it: BPF objects, their pins, network devices and the hooks on them. `Kernel` combines
// an interface for each of these; code that needs only one takes that one:
//
//   Maps      arrays, tables, ring buffers           Links     XDP and TCX: attachments that are objects
//   Programs  objects loaded, programs opened        Clsact    TC filters, where there is no TCX
//   PinTree   pins, their directories, locks         Process   what this process may do, and where it is
//   Devices   network devices and their offloads     Machine   clocks, CPUs, random numbers
//
// The running system is in linux/, a file for each; fake/ has one in memory for tests.
//
// All functions report errors as a Failure whose text names the object at fault, so that callers need not.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/bytes/bytes.h"
#include "runtime/include/sfc/info.h"

namespace sfc {

/// A BPF object that stays alive without us once it has a pin.
class Pinnable {
public:
  virtual ~Pinnable() = default;
  virtual void pin(const std::string& path) = 0;
};

/// The outcome of adding an element that must not replace another one.
enum class Inserted { Yes, Exists, Full };

class Map : public Pinnable {
public:
  virtual uint32_t id() const = 0;
  virtual unsigned valueSize() const = 0;
  virtual unsigned maxEntries() const = 0;
  /// The value of a key; nothing if there is none.
  virtual std::optional<Bytes> find(BytesView key) const = 0;
  /// Element `index` of a per-CPU array, one value for each CPU.
  virtual std::vector<Bytes> findPerCpu(uint32_t index) const = 0;
  virtual void update(BytesView key, BytesView value) = 0;
  /// Adds an element. Some kernels replace the one that is there if the map is one of prefixes.
  virtual Inserted insert(BytesView key, BytesView value) = 0;
  /// True if the key was there.
  virtual bool erase(BytesView key) = 0;
  /// The key after `key`, or the first one without an argument.
  virtual std::optional<Bytes> nextKey(const std::optional<Bytes>& key) const = 0;
  /// All values of a mmapable array, shared with the programs, as long as this object lives.
  virtual std::span<uint8_t> memory() = 0;
};

/// A ring buffer into which programs put records. It has one reader at a time.
class Ring {
public:
  virtual ~Ring() = default;
  /// Takes the records out that are there; those that come meanwhile may be among them.
  virtual std::vector<Bytes> take() = 0;
  /// Returns at once if there are records; else when programs wake it, when a signal has come, or after this time.
  /// False if there are none then.
  virtual bool wait(std::chrono::milliseconds most) = 0;
};

/// The result of a test run of a program on a packet.
struct TestRun {
  int verdict = 0;
  Bytes packet;
};

class Program : public Pinnable {
public:
  virtual uint32_t id() const = 0;
  /// Runs an XDP program on a packet without any device. The packet that comes back is without metadata.
  virtual TestRun runXdp(BytesView packet) = 0;
  /// The same for a TC program.
  virtual TestRun runTc(BytesView packet) = 0;
};

/// An attachment; it ends with this object unless it is pinned.
class Link : public Pinnable {};

/// The shape of a map: in an object, or as it must be for programs and runtime to agree.
struct MapShape {
  unsigned type = 0;  // BPF_MAP_TYPE_*
  unsigned key_size = 0;
  unsigned value_size = 0;
  unsigned flags = 0;     // BPF_F_*
  bool more = false;      // a larger value does as well
  bool optional = false;  // it need not be there
};

/// The decisions made before the verifier sees an object.
struct ObjectSetup {
  Bytes config;  // the contents of SFC_MAP_CONFIG
  std::map<std::string, unsigned> max_entries;
  std::map<std::string, MapShape> maps;  // that must be there; the object has no others
  bool proxy = false;                    // SFC_PROG_HANDOVER and SFC_PROG_CARRIED are there, too
  bool tc_ingress = false;               // and SFC_PROG_TC_INGRESS
};

struct LoadedObject {
  std::map<std::string, std::unique_ptr<Map>> maps;
  std::map<std::string, std::unique_ptr<Program>> programs;
};

struct Device {
  std::string name;
  unsigned ifindex = 0;
  unsigned mtu = 0;
  std::string driver;  // empty if the device does not say
  unsigned type = 1;   // ARPHRD_..., the header that a frame begins with; 1: Ethernet
};

/// An offload of a device (a feature, as ethtool calls it).
struct Offload {
  std::string name;  // ethtool's
  bool on = false;
  bool fixed = false;  // it cannot be changed
};

enum class TcSide { Ingress, Egress };

/// The ids of the XDP programs that a device runs; 0: none.
struct XdpPrograms {
  uint32_t native = 0;
  uint32_t generic = 0;
};

/// A TC filter that is not a link.
struct TcFilter {
  unsigned handle = 0;
  unsigned priority = 0;
};

/// A packet as a TC program sees it: a VLAN tag may travel beside the frame.
struct PacketCopy {
  static constexpr unsigned max_frame = 16384;

  uint32_t length = 0;
  uint32_t has_tag = 0;
  uint32_t tag_control = 0;
  uint32_t tag_protocol = 0;  // big-endian
  uint8_t frame[max_frame] = {};
};

/// Held exclusively by one process at a time; released by the destructor or with the process.
class Lock {
public:
  virtual ~Lock() = default;
};

/// The purpose of a process.
enum class Privilege {
  Use,   // look into proxies, change their maps, take them down
  Load,  // have programs verified and attach them
  Test,  // the same in a network namespace of its own
};

/// Maps and ring buffers.
class Maps {
public:
  virtual ~Maps() = default;
  /// An array of one element.
  virtual std::unique_ptr<Map> createArray(const std::string& name, unsigned value_size, bool mmapable) = 0;
  /// The map behind a pin.
  virtual std::unique_ptr<Map> openMap(const std::string& path) = 0;
  /// The ring buffer that a map is.
  virtual std::unique_ptr<Ring> openRing(const Map& map) = 0;
};

/// Programs, and the objects that they come in.
class Programs {
public:
  virtual ~Programs() = default;
  /// Has the programs of an ELF file verified and makes its maps. Throws Input if the file is not one of sfcc, Kernel
  /// if the kernel refuses it. The label is for messages.
  virtual LoadedObject load(std::string_view elf, const std::string& label, const ObjectSetup& setup) = 0;
  /// The program behind a pin.
  virtual std::unique_ptr<Program> openProgram(const std::string& path) = 0;
  /// A TC program that copies every packet into the one element of an array, which holds a PacketCopy, and sends it out
  /// of a device.
  virtual std::unique_ptr<Program> loadRedirect(unsigned ifindex, const Map& copy) = 0;
  /// A TC program that sends every packet out of the device that SFC_CB_DEVICE says, with the priority that
  /// SFC_CB_PRIORITY says.
  virtual std::unique_ptr<Program> loadResend() = 0;
  /// The most bytes of XDP metadata, a multiple of 4.
  virtual unsigned probeMetadata() = 0;
};

/// Pins, their directories, and locks on these. Paths are absolute, beginning with pinRoot().
class PinTree {
public:
  virtual ~PinTree() = default;
  /// The directory of all proxies, made on first use.
  virtual std::string pinRoot() = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual void makeDirectory(const std::string& path) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  /// The names in a directory, sorted.
  virtual std::vector<std::string> listDirectory(const std::string& path) = 0;
  virtual void remove(const std::string& path) = 0;           // a pin
  virtual void removeDirectory(const std::string& path) = 0;  // an empty one
  /// Waits as long as somebody else has it, and says so on standard error.
  virtual std::unique_ptr<Lock> lockPins() = 0;
  /// A lock on a directory; null if somebody else has it.
  virtual std::unique_ptr<Lock> tryLock(const std::string& path) = 0;
  /// Who has a lock on a directory, in words.
  virtual std::string lockHolder(const std::string& path) = 0;
};

/// Network devices.
class Devices {
public:
  virtual ~Devices() = default;
  /// Throws NotFound if there is none of that name in this network namespace.
  virtual Device device(const std::string& name) = 0;
  /// Nothing if there is no such device any more.
  virtual std::optional<Device> device(unsigned ifindex) = 0;
  /// The devices whose packets arrive at this one: ports of a bridge, members of a bond, the device below a VLAN
  /// device, and the devices below those.
  virtual std::vector<Device> devicesBelow(const Device& device) = 0;
  /// The name of a veth's other end; empty if it is none, or that is in another network namespace.
  virtual std::string peerOf(const Device& device) = 0;
  /// How many packets a device has sent, ever.
  virtual uint64_t packetsSent(const Device& device) = 0;
  /// Those of these offloads that the device knows, in this order. The names are those of the kernel's string set:
  /// "rx-vlan-hw-parse" is what `ethtool -k` prints as rx-vlan-offload.
  virtual std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names) = 0;
  /// Some that cannot be changed may stay as they are without an error.
  virtual void setOffloads(const Device& device, const std::vector<std::string>& names, bool on) = 0;
  /// An index that no device here has, nor any greater one.
  virtual unsigned unusedIndex() = 0;
  /// Makes a pair of veth devices, both up, the first with this index and its peer with the next.
  virtual void makePair(const std::string& name, unsigned ifindex, const std::string& peer, unsigned mtu) = 0;
  /// A veth goes with its peer. No error if it is gone already.
  virtual void removeDevice(const Device& device) = 0;
};

/// Attachments that are links.
class Links {
public:
  virtual ~Links() = default;
  /// Conflict if the device has an XDP program; a Kernel failure if it cannot take one in this mode.
  virtual std::unique_ptr<Link> attachXdp(const Program& program, const Device& device, XdpMode mode) = 0;
  /// Null if this kernel has no TCX.
  virtual std::unique_ptr<Link> attachTcx(const Program& program, const Device& device, TcSide side) = 0;
  /// The index of the device that a pinned link is attached to, in the device's network namespace; 0 once the device is
  /// gone or the link has been detached.
  virtual unsigned linkTarget(const std::string& path) = 0;
  /// Ends the attachment of a pinned link at once, not some time after the pin is gone.
  virtual void detachPinned(const std::string& path) = 0;
  /// Whoever attached them.
  virtual XdpPrograms xdpOn(const Device& device) = 0;
  /// Whether this program is among those that the device runs.
  virtual bool runsTcx(const Device& device, TcSide side, const Program& program) = 0;
};

/// Attachments that are filters on a clsact qdisc of a device.
class Clsact {
public:
  virtual ~Clsact() = default;
  /// Whether the device has a clsact qdisc.
  virtual bool hasClsact(const Device& device) = 0;
  /// No error if the device has one.
  virtual void makeClsact(const Device& device) = 0;
  /// Conflict if there is a filter of this handle and priority.
  virtual void addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) = 0;
  virtual bool hasFilter(const Device& device, TcSide side, const TcFilter& filter) = 0;
  /// No error if it is gone already.
  virtual void removeFilter(const Device& device, TcSide side, const TcFilter& filter) = 0;
  /// Removes the qdisc unless filters hang on it, on either side.
  virtual void removeClsactIfEmpty(const Device& device) = 0;
};

/// This process.
class Process {
public:
  virtual ~Process() = default;
  /// Throws unless this process has the capabilities for that; the text names those that are missing.
  virtual void requirePrivilege(Privilege privilege) = 0;
  /// The inode of this network namespace.
  virtual uint64_t netNamespace() = 0;
  /// The name of a network namespace for `ip netns`; empty if it has none.
  virtual std::string nameOfNamespace(uint64_t inode) = 0;
};

/// The machine.
class Machine {
public:
  virtual ~Machine() = default;
  /// Nanoseconds of the clock by which entries are dated.
  virtual uint64_t coarseClock() = 0;
  /// Seconds since 1970.
  virtual uint64_t wallClock() = 0;
  /// Fills bytes that nobody can guess.
  virtual void random(std::span<uint8_t> bytes) = 0;
  /// The number of CPUs that the machine can have, those that are not there yet included; 0 if they are not numbered
  /// without a gap.
  virtual unsigned possibleCpus() const = 0;
};

/// All of it. The bases are virtual so that each can be kept by a class of its own, which a Kernel then inherits as
/// well.
class Kernel : public virtual Maps,
               public virtual Programs,
               public virtual PinTree,
               public virtual Devices,
               public virtual Links,
               public virtual Clsact,
               public virtual Process,
               public virtual Machine {};

/// The running system.
std::shared_ptr<Kernel> systemKernel();
/// The running system as it was before TCX.
std::shared_ptr<Kernel> systemKernelWithoutTcx();

}  // namespace sfc
