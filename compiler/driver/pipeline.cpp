// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/pipeline.h"

#include <linux/types.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "compiler/ast/print.h"
#include "compiler/driver/load.h"
#include "compiler/emit_bpf/emit.h"
#include "compiler/emit_cpp/emit.h"
#include "compiler/emit_dissectors/emit.h"
#include "compiler/ir/print.h"
#include "compiler/layout/layout.h"
#include "compiler/layout/print.h"
#include "compiler/lower/lower.h"
#include "compiler/object/stage.h"
#include "compiler/sema/print.h"
#include "lib/abi/sfc_abi.h"
#include "lib/source/working.h"

namespace sfc {

namespace {

std::string nameOf(const std::string& spec) {
  return std::filesystem::path(spec).stem().string();
}

/// Does the work; what nobody has expected is an error like any other, with the place of the spec that was worked on.
template <typename Result>
std::optional<Result> guarded(Diagnostics& diagnostics, const std::function<std::optional<Result>()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    const Interrupted at = takeInterrupted();
    diagnostics.error(at.range, "E0905",
                      fmt::format("internal error{}{}: {}", at.what.empty() ? "" : " while ", at.what, error.what()),
                      "report this as a bug, unless the machine is out of memory; no file was written");
    return std::nullopt;
  }
}

/// A checked spec, and the files that the #line directives of its C may name.
struct Checked {
  ir::Program program;
  std::vector<LineSource> lines;
};

std::vector<const ast::File*> filesOf(const Sources& loaded) {
  std::vector<const ast::File*> files;
  for (const ast::File& file : loaded.files) files.push_back(&file);
  return files;
}

std::vector<LineSource> lineSources(const Sources& loaded, const SourceMap& sources) {
  std::vector<LineSource> lines;
  for (const ast::File& file : loaded.files) lines.push_back({sources.path(file.source), sources.text(file.source)});
  return lines;
}

std::optional<Checked> checkAll(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  auto loaded = load(request.spec, request.include_dirs, sources, diagnostics);
  if (!loaded) return std::nullopt;
  const auto files = filesOf(*loaded);
  auto model = sema::analyse(files, request.overrides, diagnostics);
  if (!model) return std::nullopt;
  const Working working("lowering the proxy", model->proxy_range);
  ir::Key key = layout::layoutKey(*model, diagnostics);
  auto program = lower::lower(*model, std::move(key), nameOf(request.spec), sources, diagnostics);
  if (!program) return std::nullopt;
  sema::warnOfUnused(files, model->proxy_range.file, diagnostics);
  lower::warn(*model, *program, sources, diagnostics);
  return Checked{std::move(*program), lineSources(*loaded, sources)};
}

/// A checked spec of which something is made: with the layout hash, for which checking has no use.
std::optional<Checked> checkToEmit(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  auto checked = checkAll(request, sources, diagnostics);
  if (checked) checked->program.plan.layout_hash = plan::layoutHash(checked->program.plan);
  return checked;
}

// What the programs say where struct sfc_counters is larger than a per-CPU map takes (compiler/bpf/state.h).
constexpr std::string_view too_much_per_cpu = "too much per CPU";

// What LLVM says where a jump does not fit a BPF instruction.
constexpr std::string_view too_far = "Branch target out of insn range";

const char* const fewer_exits =
    "each place that can drop packets has a counter: extract, verify, limit, advance and drop in fewer states";
const char* const less_stack = "use fewer variables, fewer headers per expression, or a smaller key";

/// Refuses programs whose functions together need more stack than the kernel gives them.
void checkStack(const CallChain& chain, Range where, Diagnostics& diagnostics) {
  if (!chain.refused()) return;
  std::string frames;
  for (const Frame& frame : chain.frames)
    frames += fmt::format("{}{} {}", frames.empty() ? "" : ", ", frame.function, frame.bytes);
  diagnostics.error(where, "E0903",
                    fmt::format("a call chain of {} functions needs {} bytes of stack; the kernel allows {} and {}: {}",
                                chain.frames.size(), chain.bytes, MaxFrames, MaxStackBytes, frames),
                    less_stack);
}

std::optional<std::string> makeObject(const ir::Program& program, const std::string& bpf_c,
                                      const std::vector<LineSource>& lines, Diagnostics& diagnostics) {
  std::string log;
  const std::string plan_text = plan::toJson(program.plan).dump();
  if (plan_text.size() > SFC_PLAN_BYTES) {
    diagnostics.error(program.proxy_range, "E0902",
                      fmt::format("the plan takes {} bytes; at most {} are possible", plan_text.size(), SFC_PLAN_BYTES),
                      fewer_exits);
    return std::nullopt;
  }
  const ObjectStage* stage = objectStage(log);
  if (!stage) {
    diagnostics.error({}, "E0904", fmt::format("cannot load the part of sfcc that compiles objects: {}", log),
                      "install libsfc_object.so next to sfcc, or in ../lib/sfcc");
    return std::nullopt;
  }
  auto object = stage->compile({bpf_c, program.plan.name + ".bpf.c"}, log, lines, emit_bpf::hooks(program),
                               {{SFC_PLAN_SECTION, plan_text}});
  if (object) {
    checkStack(stage->deepest_chain(*object), program.proxy_range, diagnostics);
    return diagnostics.hasErrors() ? std::nullopt : std::move(object);
  }
  if (log.find(too_much_per_cpu) != std::string::npos)
    diagnostics.error(program.proxy_range, "E0902", "the programs need more than 32 KiB per CPU", fewer_exits);
  else if (log.find(too_far) != std::string::npos)
    diagnostics.error(program.proxy_range, "E0902",
                      "a program is too large: a BPF jump spans at most 32,767 instructions",
                      "use fewer requirements, statements and states");
  else if (log.find("stack") != std::string::npos)
    diagnostics.error({}, "E0901", "the programs need more than the kernel's 512 bytes of stack", less_stack);
  else
    diagnostics.error({}, "E0900", "the generated BPF C does not compile; this is a bug in sfcc", log);
  return std::nullopt;
}

/// The stages before the program, which need less than a spec that can be compiled.
std::optional<std::string> printEarly(const Request& request, const std::string& stage, SourceMap& sources,
                                      Diagnostics& diagnostics) {
  auto loaded = load(request.spec, request.include_dirs, sources, diagnostics);
  if (!loaded) return std::nullopt;
  if (stage == "ast") return ast::print(loaded->files.front());
  auto model = sema::analyse(filesOf(*loaded), request.overrides, diagnostics);
  if (!model) return std::nullopt;
  if (stage == "model") return model::print(*model);
  const ir::Key key = layout::layoutKey(*model, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  return layout::print(key, *model);
}

std::optional<Output> compileAll(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  auto checked = checkToEmit(request, sources, diagnostics);
  if (!checked) return std::nullopt;
  const Working working("compiling the object", checked->program.proxy_range);
  Output output;
  output.name = checked->program.plan.name;
  output.max_growth = checked->program.plan.max_growth;
  output.bpf_c = emit_bpf::emit(checked->program, sources);
  auto object = makeObject(checked->program, output.bpf_c, checked->lines, diagnostics);
  if (!object) return std::nullopt;
  output.object = std::move(*object);
  output.hpp = emit_cpp::emit(checked->program, output.object);
  return output;
}

std::optional<std::string> printStage(const Request& request, const std::string& stage, SourceMap& sources,
                                      Diagnostics& diagnostics) {
  if (stage == "ast" || stage == "model" || stage == "layout") return printEarly(request, stage, sources, diagnostics);
  if (stage == "hpp") {
    auto output = compileAll(request, sources, diagnostics);
    if (!output) return std::nullopt;
    return std::move(output->hpp);
  }
  auto checked = checkToEmit(request, sources, diagnostics);
  if (!checked) return std::nullopt;
  if (stage == "program") return ir::print(checked->program, sources);
  if (stage == "plan") return plan::toJson(checked->program.plan).dump(2) + "\n";
  if (stage == "lua") return emit_dissectors::lua(checked->program);
  if (stage == "scapy") return emit_dissectors::scapy(checked->program);
  return emit_bpf::emit(checked->program, sources);
}

}  // namespace

const std::vector<std::string>& stages() {
  static const std::vector<std::string> all = {"ast", "model", "layout", "program", "plan", "c", "hpp", "lua", "scapy"};
  return all;
}

std::optional<ir::Program> check(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  return guarded<ir::Program>(diagnostics, [&]() -> std::optional<ir::Program> {
    auto checked = checkAll(request, sources, diagnostics);
    if (!checked) return std::nullopt;
    return std::move(checked->program);
  });
}

std::optional<Output> compile(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  return guarded<Output>(diagnostics, [&] { return compileAll(request, sources, diagnostics); });
}

std::optional<std::string> print(const Request& request, const std::string& stage, SourceMap& sources,
                                 Diagnostics& diagnostics) {
  return guarded<std::string>(diagnostics, [&] { return printStage(request, stage, sources, diagnostics); });
}

}  // namespace sfc
