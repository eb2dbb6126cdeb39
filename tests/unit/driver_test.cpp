// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Loading of imports and writing of output. The command line is tested in tests/errors/command_line.
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>

#include "compiler/driver/load.h"
#include "compiler/driver/output.h"
#include "compiler/driver/pipeline.h"
#include "compiler/object/stage.h"

namespace sfc {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class Driver : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sfcc-driver-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::string put(const std::string& name, const std::string& text) {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name) << text;
    return (dir_ / name).string();
  }

  std::optional<Sources> loaded(const std::string& path, const std::vector<std::string>& dirs = {}) {
    return load(path, dirs, sources_, diagnostics_);
  }

  fs::path dir_;
  SourceMap sources_;
  Diagnostics diagnostics_;
};

TEST_F(Driver, ReadsEveryFileOnceTheSpecFirst) {
  put("lib/a.sfc", "import lib.b;\n");
  put("lib/b.sfc", "");
  auto all = loaded(put("x.sfc", "import lib.b;\nimport lib.a;\nimport std.ip;\nimport std.transport;\n"));
  ASSERT_TRUE(all) << renderText(diagnostics_, sources_);
  ASSERT_EQ(all->files.size(), 5u);
  EXPECT_THAT(sources_.path(all->files.front().source), HasSubstr("x.sfc"));
}

TEST_F(Driver, LooksNextToTheSpecFirst) {
  put("std/ip.sfc", "const bit<8> MINE = 1;\n");
  put("inc/std/ip.sfc", "");
  auto all = loaded(put("x.sfc", "import std.ip;\n"), {(dir_ / "inc").string()});
  ASSERT_TRUE(all) << renderText(diagnostics_, sources_);
  EXPECT_EQ(all->files.at(1).declarations.size(), 1u);
}

TEST_F(Driver, CyclesAreErrors) {
  put("a.sfc", "import b;\n");
  put("b.sfc", "import a;\n");
  EXPECT_FALSE(loaded((dir_ / "a.sfc").string()));
  EXPECT_THAT(renderText(diagnostics_, sources_), HasSubstr("[E0003]"));
}

TEST_F(Driver, WritesAllFilesOrNone) {
  const Output output{"x", "c", "object", "hpp"};
  EXPECT_FALSE(writeOutput(output, (dir_ / "out").string()));
  EXPECT_TRUE(fs::exists(dir_ / "out/x.bpf.o"));
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "out"), {}), 3);
  put("file", "");
  const auto problem = writeOutput(output, (dir_ / "file").string());
  ASSERT_TRUE(problem);
  EXPECT_TRUE(problem->usage);
  EXPECT_THAT(problem->text, HasSubstr("it is not a directory"));
}

// The ready programs whose headers cannot go onto superframes, a kind of each, and some whose headers can.
TEST_F(Driver, KnowsWhichProgramsTakeSuperframes) {
  const std::map<std::string, std::string> reasons = {
      {"sr-mpls", ""},
      {"vxlan", ""},
      {"gre", ""},
      {"srv6", ""},
      {"mpls-pw", ""},
      {"sr-mpls-classifier", ""},
      {"nsh-static", ""},
      {"gtpu", "the kernel does not update gtpu.length when it segments them"},
      {"pppoe", "the kernel does not update pppoe.length when it segments them"},
      {"int-md-tcp", "telemetry is of single packets"},
      {"int-md-udp-source", "telemetry is of single packets"},
      {"sr-mpls-report", "telemetry is of single packets"},
      {"srv6-am", "it pushes no headers"},
      {"nsh-egress", "it pushes no headers"},
  };
  for (const auto& [program, reason] : reasons) {
    const auto checked = check({SFC_PROGRAMS + ("/" + program + ".sfc"), {}, {}}, sources_, diagnostics_);
    ASSERT_TRUE(checked) << renderText(diagnostics_, sources_);
    EXPECT_EQ(checked->no_superframes, reason) << program;
  }
}

/// The names of the functions that are in an object, and not only called there.
std::set<std::string> functions(const std::string& bytes) {
  const std::unique_ptr<bpf_object, decltype(&bpf_object__close)> object(
      bpf_object__open_mem(bytes.data(), bytes.size(), nullptr), bpf_object__close);
  const btf* types = object ? bpf_object__btf(object.get()) : nullptr;
  std::set<std::string> found;
  for (unsigned i = 1; types != nullptr && i < btf__type_cnt(types); ++i) {
    const btf_type* type = btf__type_by_id(types, i);
    if (btf_is_func(type) && btf_vlen(type) != BTF_FUNC_EXTERN)
      found.insert(btf__name_by_offset(types, type->name_off));
  }
  return found;
}

TEST_F(Driver, TheCCanAlsoBeCompiledWhole) {
  for (const char* program :
       {"/sr-mpls.sfc", "/nsh-gre.sfc", "/ioam6.sfc", "/srv6-am.sfc", "/nsh-classifier.sfc", "/nsh-static.sfc"}) {
    const auto output = compile({SFC_PROGRAMS + std::string(program), {}, {}}, sources_, diagnostics_);
    ASSERT_TRUE(output) << renderText(diagnostics_, sources_);
    std::string log;
    const ObjectStage* stage = objectStage(log);
    ASSERT_TRUE(stage) << log;
    const auto whole = stage->compile({output->bpf_c, "whole.bpf.c"}, log, {}, {}, {});
    ASSERT_TRUE(whole) << log;
    EXPECT_THAT(functions(*whole), IsSupersetOf({"sfc_ingress", "sfc_egress"}));
    // Ingress at TC is always compiled by itself, as it is the same text for another context.
    auto in_parts = functions(output->object);
    const bool at_tc = in_parts.erase("sfc_tc_ingress") != 0;
    EXPECT_EQ(at_tc, program == std::string_view("/nsh-gre.sfc"));
    EXPECT_EQ(in_parts.erase("sfc_removeTunnel"), at_tc ? 1U : 0U);
    EXPECT_EQ(functions(*whole), in_parts) << program;
  }
}

}  // namespace
}  // namespace sfc
