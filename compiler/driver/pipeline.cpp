// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/pipeline.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/ast/print.h"
#include "compiler/driver/load.h"
#include "compiler/emit_bpf/emit.h"
#include "compiler/object/compile.h"

namespace sfc {

namespace {

std::string nameOf(const std::string& spec) { return std::filesystem::path(spec).stem().string(); }

std::optional<model::Model> analyse(const Sources& loaded, const Request& request, Diagnostics& diagnostics) {
  std::vector<const ast::File*> files;
  for (const ast::File& file : loaded.files) files.push_back(&file);
  return sema::analyse(files, request.overrides, diagnostics);
}

}  // namespace

const std::vector<std::string>& stages() {
  static const std::vector<std::string> all = {"ast", "plan", "c"};
  return all;
}

std::optional<plan::Program> check(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  auto loaded = load(request.spec, request.include_dirs, sources, diagnostics);
  if (!loaded) return std::nullopt;
  auto model = analyse(*loaded, request, diagnostics);
  if (!model) return std::nullopt;
  return plan::makeProgram(std::move(*model), nameOf(request.spec), sources, diagnostics);
}

std::optional<Output> compile(const Request& request, SourceMap& sources, Diagnostics& diagnostics) {
  auto program = check(request, sources, diagnostics);
  if (!program) return std::nullopt;
  Output output;
  output.name = program->plan.name;
  output.bpf_c = emit_bpf::emit(*program, sources);
  std::string log;
  auto object = compileBpf(output.bpf_c, output.name + ".bpf.c", log);
  if (!object) {
    diagnostics.error({}, "E0900", "the generated BPF C does not compile; this is an error of sfcc\n" + log);
    return std::nullopt;
  }
  output.object = std::move(*object);
  return output;
}

std::optional<std::string> print(const Request& request, const std::string& stage, SourceMap& sources,
                                 Diagnostics& diagnostics) {
  if (stage == "ast") {
    auto loaded = load(request.spec, request.include_dirs, sources, diagnostics);
    if (!loaded) return std::nullopt;
    return ast::print(loaded->files.front());
  }
  auto program = check(request, sources, diagnostics);
  if (!program) return std::nullopt;
  if (stage == "plan") return plan::toJson(program->plan).dump(2) + "\n";
  return emit_bpf::emit(*program, sources);
}

}  // namespace sfc
