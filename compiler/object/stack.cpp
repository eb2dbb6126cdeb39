// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: the kernel refuses a program in which functions that call each other need more than 512 bytes of stack
// together. clang knows of one function at a time.
//
// The idea: do what the kernel does (check_max_stack_depth in kernel/bpf/verifier.c). A function's frame reaches down
// to the deepest place below r10 that its instructions name. It is rounded up to 32 bytes: kernels from 6.8 on round to
// 16 where they compile programs to machine code, so none takes more. Functions handed to a helper (bpf_loop) count
// like functions that are called. Branches that a frozen configuration leaves out are still there when the kernel
// counts.
#include "compiler/object/stack.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include <linux/bpf.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

namespace sfc {

namespace {

using Elf = llvm::object::ELF64LEObjectFile;
using Place = std::pair<uint64_t, uint64_t>;  // section, byte

constexpr uint8_t FramePointer = 10;

struct Function {
  Frame frame;
  bool is_program = false;
  std::vector<Place> calls;  // and functions that are handed to helpers
};

bpf_insn instructionAt(llvm::StringRef code, uint64_t at) {
  bpf_insn instruction;
  std::memcpy(&instruction, code.data() + at, sizeof(instruction));
  return instruction;
}

/// Bytes below r10 that the instructions reach, directly or by a pointer that is made from r10.
unsigned depthOf(llvm::StringRef code) {
  int depth = 0;
  std::array<bool, 16> is_copy = {};  // of r10
  for (uint64_t at = 0; at + sizeof(bpf_insn) <= code.size(); at += sizeof(bpf_insn)) {
    const bpf_insn one = instructionAt(code, at);
    const unsigned kind = BPF_CLASS(one.code);
    if ((kind == BPF_LDX && one.src_reg == FramePointer) ||
        ((kind == BPF_STX || kind == BPF_ST) && one.dst_reg == FramePointer))
      depth = std::max(depth, -one.off);
    if (one.code == (BPF_ALU64 | BPF_ADD | BPF_K) && is_copy[one.dst_reg]) depth = std::max(depth, -one.imm);
    if (kind == BPF_ALU64 || kind == BPF_ALU || kind == BPF_LDX || kind == BPF_LD)
      is_copy[one.dst_reg] = one.code == (BPF_ALU64 | BPF_MOV | BPF_X) && one.src_reg == FramePointer;
  }
  return static_cast<unsigned>(depth);
}

unsigned roundUp(unsigned depth) {
  return (std::max(depth, 1U) + 31) / 32 * 32;
}

template <typename T>
T valueOr(llvm::Expected<T> value, T otherwise) {
  if (value) return *value;
  llvm::consumeError(value.takeError());
  return otherwise;
}

class CallGraph {
public:
  explicit CallGraph(const Elf& elf) : elf_(elf) {
    for (const llvm::object::SectionRef section : elf.sections()) noteRelocations(section);
    for (const llvm::object::ELFSymbolRef symbol : elf.symbols()) addFunction(symbol);
  }

  CallChain deepest() const {
    CallChain most;
    for (const auto& [place, function] : functions_)
      if (function.is_program) most = std::max(most, deepestFrom(place, 1), needsLess);
    return most;
  }

private:
  static bool needsLess(const CallChain& a, const CallChain& b) {
    const bool a_is_long = a.frames.size() > MaxFrames, b_is_long = b.frames.size() > MaxFrames;
    return std::pair(a_is_long, a.bytes) < std::pair(b_is_long, b.bytes);
  }

  /// Where a symbol is; nothing if it is not in a section.
  std::optional<Place> placeOf(const llvm::object::SymbolRef& symbol) const {
    const auto section = valueOr<llvm::object::section_iterator>(symbol.getSection(), elf_.section_end());
    if (section == elf_.section_end()) return std::nullopt;
    return Place(section->getIndex(), valueOr<uint64_t>(symbol.getValue(), 0));
  }

  void noteRelocations(const llvm::object::SectionRef& section) {
    const auto changed = valueOr<llvm::object::section_iterator>(section.getRelocatedSection(), elf_.section_end());
    if (changed == elf_.section_end()) return;
    for (const llvm::object::RelocationRef& relocation : section.relocations()) {
      const auto symbol = relocation.getSymbol();
      if (symbol == elf_.symbol_end()) continue;
      if (const auto place = placeOf(*symbol)) relocated_[{changed->getIndex(), relocation.getOffset()}] = *place;
    }
  }

  void addFunction(const llvm::object::ELFSymbolRef& symbol) {
    const auto place = placeOf(symbol);
    if (symbol.getELFType() != llvm::ELF::STT_FUNC || !place) return;
    const llvm::object::section_iterator section = *symbol.getSection();
    const auto all = valueOr<llvm::StringRef>(section->getContents(), {});
    const llvm::StringRef code = all.substr(place->second, symbol.getSize());
    Function& function = functions_[*place];
    function.frame = {valueOr<llvm::StringRef>(symbol.getName(), {}).str(), roundUp(depthOf(code))};
    function.is_program = valueOr<llvm::StringRef>(section->getName(), {}) != ".text";
    for (uint64_t at = 0; at + sizeof(bpf_insn) <= code.size(); at += sizeof(bpf_insn))
      if (const auto called = calledAt({place->first, place->second + at}, instructionAt(code, at)))
        function.calls.push_back(*called);
  }

  /// The function that an instruction calls, or whose address it loads. What a call has is counted in instructions,
  /// from the one behind it, or from the symbol of its relocation; what a load has, in bytes.
  std::optional<Place> calledAt(const Place& place, const bpf_insn& instruction) const {
    const auto relocation = relocated_.find(place);
    const bool relocated = relocation != relocated_.end();
    if (instruction.code == (BPF_JMP | BPF_CALL) && instruction.src_reg == BPF_PSEUDO_CALL) {
      const Place from = relocated ? relocation->second : place;
      return Place(from.first, from.second + sizeof(bpf_insn) * (int64_t{instruction.imm} + 1));
    }
    if (instruction.code == (BPF_LD | BPF_IMM | BPF_DW) && relocated)
      return Place(relocation->second.first, relocation->second.second + instruction.imm);
    return std::nullopt;
  }

  /// The chain that begins with a function, which is number `depth` of one.
  CallChain deepestFrom(const Place& place, size_t depth) const {
    const Function& function = functions_.at(place);
    CallChain most;
    for (const Place& called : function.calls)
      if (functions_.count(called) && depth <= MaxFrames)
        most = std::max(most, deepestFrom(called, depth + 1), needsLess);
    most.frames.insert(most.frames.begin(), function.frame);
    most.bytes += function.frame.bytes;
    return most;
  }

  const Elf& elf_;
  std::map<Place, Place> relocated_;  // where an instruction is -> its symbol
  std::map<Place, Function> functions_;
};

}  // namespace

CallChain deepestChain(std::string_view object) {
  auto binary =
      llvm::object::createBinary(llvm::MemoryBufferRef(llvm::StringRef(object.data(), object.size()), "object"));
  if (!binary) {
    llvm::consumeError(binary.takeError());
    return {};
  }
  const auto* elf = llvm::dyn_cast<Elf>(binary->get());
  return elf ? CallGraph(*elf).deepest() : CallChain{};
}

}  // namespace sfc
