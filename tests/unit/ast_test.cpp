// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The printer of syntax trees: canonical, and nothing is lost.
#include "compiler/ast/print.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "compiler/syntax/parse.h"

namespace sfc {
namespace {

std::string printed(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<ast::File> file = parse(sources.add("t.sfc", text), sources, diagnostics);
  EXPECT_TRUE(file.has_value()) << renderText(diagnostics, sources);
  return file ? ast::print(*file) : "";
}

const char* const EVERYTHING = R"(import std.ethernet;
import local;

const bit<16> TYPE = 0x8847;
param bit<8> min = 2;

header h_t {
    bit<4> ihl;
    @mutable @unit(8, 1) bit<8> ttl;
    varbit<320> options (32 * (ihl - 5));
}

parser P {
    use Ethernet;
    h_t h;
    h_t s[16];
    bit<8> next;
    bit<8> count = 1;

    state start {
        extract h;
        extract s.next;
        verify (h.ihl == 4);
        limit h.ttl - 4 * h.ihl;
        next = ~h.ttl & 0x0FFF | -1;
        if (!(next == 1)) {
            next = 2;
        } else if (next > 3 && true) {
            next = 4;
        } else {
            bit<4> t = next >> 2;
            s.pop();
            s.pop(2 + 1);
        }
        select (next, lookahead<bit<4>>()) {
            (0, 1): other;
            (1 .. 2, 3 &&& 4): accept;
            (_, 5): drop no_key;
            default: drop;
        }
    }

    state other {
        transition reject;
    }
}

key k {
    h.ttl;
    digest<32>(payload);
}

key l extends k {
    s[0].ttl;
}

proxy Q {
    parse P;
    strip h, s;
    require s[0].ttl > param.min else drop;
    require s.size > 0 else pass;
    on return {
        s[0].ttl = 1;
    }
    key l;
    cache {
        entries 10000;
        lifetime 1500ms;
        full drop;
    }
}
)";

TEST(Print, EveryNodeInCanonicalForm) {
  EXPECT_EQ(printed(EVERYTHING), EVERYTHING);
}

TEST(Print, IsAFixpointOnAllPrograms) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SFC_PROGRAMS)) {
    if (entry.path().extension() != ".sfc") continue;
    std::ifstream in(entry.path());
    std::string once = printed(std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
    EXPECT_EQ(printed(once), once) << entry.path();
  }
}

TEST(Print, NormalizesWhatMeansTheSame) {
  EXPECT_EQ(printed("const bit<8>X=((1)+(2*3));"), "const bit<8> X = 1 + 2 * 3;\n");
  EXPECT_EQ(printed("proxy P{cache{lifetime 1000ms;age 7us;}strip a;}"),
            "proxy P {\n    strip a;\n    cache {\n        lifetime 1s;\n        age 7us;\n    }\n}\n");
  EXPECT_EQ(printed("parser P { state s { select (a) { _: s; } } h_t h; }"),
            "parser P {\n    h_t h;\n\n"
            "    state s {\n        select (a) {\n            default: s;\n        }\n    }\n}\n");
}

TEST(Print, EmptyFile) {
  EXPECT_EQ(printed(""), "");
}

}  // namespace
}  // namespace sfc
