// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// For tests of the compiler's stages: one text is a whole spec, which must be right.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "compiler/ir/program.h"
#include "compiler/layout/layout.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/sema.h"
#include "compiler/syntax/parse.h"

namespace sfc::test {

/// A link layer, a stack of tags that is stripped, and what they are about.
inline const std::string Headers = R"(
header link_t { bit<48> to; bit<16> type; }
header tag_t { bit<12> id; bit<3> level; bit<1> last; bit<16> rest; }
header data_t { bit<32> a; bit<24> b; bit<8> c; }
)";

inline const std::string States = R"(
    state start { extract link; select (link.type) { 7: tag; 8: data; default: pass; } }
    state tag { extract tags.next; select (tags.last.last) { 0: tag; 1: data; } }
    state data { extract data; transition accept; }
)";

inline const std::string Instances = "link_t link; tag_t tags[4]; data_t data;";

inline std::string spec(const std::string& proxy = "", const std::string& key = "data.a; data.c;",
                        const std::string& states = States, const std::string& instances = Instances) {
  return Headers + "parser X { " + instances + states + "}\nkey k { " + key +
         " }\nproxy P { parse X; strip tags; key k; " + proxy + " }\n";
}

struct Compiled {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<ast::File> file;

  explicit Compiled(const std::string& text) { file = parse(sources.add("t.sfc", text), sources, diagnostics); }

  std::optional<model::Model> model(const sema::Overrides& overrides = {}) {
    if (!file) return std::nullopt;
    return sema::analyse({&*file}, overrides, diagnostics);
  }

  std::optional<ir::Program> program() {
    auto made = model();
    if (!made) return std::nullopt;
    return lower::lower(*made, layout::layoutKey(*made, diagnostics), "t", sources, diagnostics);
  }

  std::string errors() const { return renderText(diagnostics, sources); }
};

}  // namespace sfc::test
