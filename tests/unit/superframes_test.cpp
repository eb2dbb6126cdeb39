// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Whether headers can go onto superframes, and why not: found by the compiler, printed with the program.
#include <gmock/gmock.h>

#include <ostream>

#include "compiler/ir/print.h"
#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using ::testing::HasSubstr;

const std::string Plain = "bit<48> to; bit<16> type;";
const std::string Tag = "bit<12> id; bit<3> level; bit<1> last; bit<16> rest;";
const std::string One = R"(
    state start { extract link; select (link.type) { 7: tag; 8: data; default: pass; } }
    state tag { extract tags; transition data; }
    state data { extract data; transition accept; }
)";

struct Case {
  std::string name;
  std::string reason;  // empty if superframes are taken
  std::string proxy;   // more of it
  std::string link = Plain;
  std::string tag = Tag;
  std::string states = One;
  std::string annotation = "";  // of the header tag_t
  std::string rest = "strip tags; key k;";
  std::string kind = "proxy";
  std::string instead = "none";  // what is printed in front of a reason

  std::string text() const {
    return "header link_t { " + link + " }\n" + annotation + " header tag_t { " + tag + " }\n" +
           "header data_t { bit<32> a; bit<24> b; bit<8> c; }\n" +
           "parser X { link_t link; tag_t tags; tag_t more; data_t data;" + states + "}\nkey k { data.a; data.c; }\n" +
           kind + " P { parse X; " + rest + proxy + " }\n";
  }
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

const std::string Limited = with(One, "extract tags;", "extract tags; limit tags.rest;");

std::vector<Case> cases() {
  return {
      {.name = "NothingIsAgainstIt"},
      {.name = "AChecksumOfThePayload", .tag = with(Tag, "bit<16> rest", "@checksum(payload, 4) bit<16> rest")},
      {.name = "ALengthThatTheKernelUpdates",
       .tag = "bit<12> id; bit<3> level; bit<1> last; @length bit<16> rest; bit<32> more;",
       .states = Limited,
       .annotation = "@offload(udp)"},
      {.name = "ALength",
       .reason = "the kernel does not update tags.rest when it segments them",
       .tag = with(Tag, "bit<16> rest", "@length bit<16> rest"),
       .states = Limited},
      {.name = "AChecksumOfTheHeader",
       .reason = "the kernel does not update tags.rest when it segments them",
       .tag = with(Tag, "bit<16> rest", "@checksum bit<16> rest")},
      {.name = "TheNumberOfPackets",
       .reason = "telemetry is of single packets",
       .proxy = "on return { tags.id = in_flight; }"},
      {.name = "TheTime", .reason = "telemetry is of single packets", .proxy = "on return { tags.rest = now; }"},
      {.name = "ASample",
       .reason = "single packets are sampled",
       .proxy = "on return { if (sampled(2)) { tags.id = 1; } }"},
      {.name = "AnEnclosingHeader",
       .reason = "retained headers have lengths or checksums of what is pushed",
       .link = "@length bit<16> size; bit<32> to; bit<16> type;",
       .states = with(One, "extract link;", "extract link; limit link.size;")},
      {.name = "AFieldThatMoves",
       .reason = "retained fields change with each packet",
       .proxy = "on arrival { link.type = tags.rest; }",
       .states = with(One, "8: data; default: pass;", "default: data;")},
      {.name = "HeadersBehindATunnel",
       .reason = "a tunnel is removed together with headers behind it",
       .tag = "@checksum(payload, 2) bit<16> sum; bit<16> next;",
       .states = R"(
    state start { extract link; select (link.type) { 7: tag; 8: middle; default: pass; } }
    state tag { extract tags; transition middle; }
    state middle { extract middle; select (middle.type) { 9: more; 10: data; default: pass; } }
    state more { extract more; transition data; }
    state data { extract data; transition accept; }
    link_t middle;
)",
       .rest = "strip tags; strip more; key k;"},
      {.name = "AClassifierHasThemSegmented",
       .reason = "retained headers have lengths or checksums of what is pushed",
       .link = "@length bit<16> size; bit<32> to; bit<16> type;",
       .states = with(One, "extract link;", "extract link; limit link.size;"),
       .rest = "push tags { tags.id = 1; } table t { data.a: exact; }",
       .kind = "classifier",
       .instead = "segmented before headers are pushed"},
      {.name = "NothingIsPushed", .reason = "it pushes no headers", .rest = "strip tags;", .kind = "egress"},
  };
}

class Superframes : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Reasons, Superframes, ::testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

TEST_P(Superframes, AreTakenOrNot) {
  const std::string& reason = GetParam().reason;
  Compiled compiled(GetParam().text());
  const auto program = compiled.program();
  ASSERT_TRUE(program) << compiled.errors();
  EXPECT_EQ(program->no_superframes, reason);
  EXPECT_EQ(program->plan.no_superframes, reason);
  const std::string decision =
      reason.empty() ? "headers are pushed once for all segments" : GetParam().instead + ", because " + reason;
  EXPECT_THAT(ir::print(*program, compiled.sources), HasSubstr("\n  superframes: " + decision + "\n"));
}

}  // namespace
}  // namespace sfc
