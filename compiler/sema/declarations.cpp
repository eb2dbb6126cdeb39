// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Top-level declarations: constants, parameters, headers.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <set>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

template <typename Node>
void declare(std::map<std::string, const Node*>& table, const Node& node, const char* what, Diagnostics& diagnostics) {
  if (!table.emplace(node.name.name, &node).second)
    diagnostics.error(node.name.range, "E0201", fmt::format("{} '{}' is declared twice", what, node.name.name),
                      "rename one of them");
}

/// Reports a width that none of them has.
bool checkWidth(unsigned width, unsigned most, const ast::Identifier& name, Diagnostics& diagnostics) {
  if (width >= 1 && width <= most) return true;
  diagnostics.error(name.range, "E0301", fmt::format("'{}' cannot have {} bits", name.name, width),
                    fmt::format("the width must be 1 to {} bits", most));
  return false;
}

bool fits(int64_t value, unsigned width) {
  return width >= 64 || (value >= 0 && (width == 63 || value < (int64_t{1} << width)));
}

constexpr unsigned MaxFieldWidth = 1024;
constexpr unsigned MaxVariableBytes = 2048;

/// The annotations of a field.
class Annotations {
public:
  Annotations(const ast::Field& field, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    for (const ast::Annotation& annotation : field.annotations) {
      if (!seen_.insert(annotation.name.name).second)
        diagnostics.error(annotation.range, "E0203", fmt::format("'@{}' is given twice", annotation.name.name));
      apply(annotation);
    }
  }

  bool is_mutable = false;
  bool is_pseudo = false;
  bool zero_is_none = false;
  unsigned protocol = 0;
  std::optional<unsigned> before;
  ir::Computed computed = ir::Computed::No;

private:
  void apply(const ast::Annotation& annotation) {
    const std::string& name = annotation.name.name;
    if (name == "checksum") {
      computed = checksum(annotation);
      return;
    }
    if (!annotation.arguments.empty())
      diagnostics_.error(annotation.range, "E0203", fmt::format("'@{}' takes no arguments", name));
    if (name == "mutable")
      is_mutable = true;
    else if (name == "pseudo")
      is_pseudo = true;
    else if (name == "length")
      computed = ir::Computed::Length;
    else
      diagnostics_.error(annotation.range, "E0203", fmt::format("unknown annotation '@{}'", name),
                         meant(name, {"mutable", "length", "checksum", "pseudo"}));
  }

  ir::Computed checksum(const ast::Annotation& annotation) {
    if (annotation.arguments.empty()) return ir::Computed::HeaderChecksum;
    const auto* name = std::get_if<ast::Name>(&annotation.arguments[0]->node);
    const ast::Expr* more = annotation.arguments.size() == 2 ? annotation.arguments[1].get() : nullptr;
    const std::string what = name && annotation.arguments.size() < 3 ? name->name : "";
    if (what == "payload" && (!more || isBefore(*more))) return ir::Computed::TailChecksum;
    zero_is_none = what == "pseudo";
    if (what == "pseudo" && (!more || isAlways(*more) || isProtocol(*more))) return ir::Computed::PseudoChecksum;
    diagnostics_.error(
        annotation.range, "E0203", "invalid arguments of @checksum",
        "write @checksum, @checksum(payload), @checksum(pseudo) or @checksum(pseudo, always); @checksum(payload, 4) "
        "also covers the 4 bytes before its header, and @checksum(pseudo, 17) sets the protocol of the pseudo-header");
    return ir::Computed::No;
  }

  bool isAlways(const ast::Expr& argument) {
    const auto* name = std::get_if<ast::Name>(&argument.node);
    if (!name || name->name != "always") return false;
    zero_is_none = false;
    return true;
  }

  bool isBefore(const ast::Expr& argument) {
    const auto* number = std::get_if<ast::Number>(&argument.node);
    if (!number || number->value > 64 || number->value % 2 != 0) return false;
    before = static_cast<unsigned>(number->value);
    return true;
  }

  bool isProtocol(const ast::Expr& argument) {
    const auto* number = std::get_if<ast::Number>(&argument.node);
    if (!number || number->value == 0 || number->value > 0xFF) return false;
    protocol = static_cast<unsigned>(number->value);
    return true;
  }

  Diagnostics& diagnostics_;
  std::set<std::string> seen_;
};

/// The annotations of a header.
void resolveOffload(const ast::Header& declared, ir::Header& header, Diagnostics& diagnostics) {
  for (const ast::Annotation& annotation : declared.annotations) {
    const auto invalid = [&](const std::string& text, const std::string& help) {
      diagnostics.error(annotation.range, "E0203", text, help);
    };
    const std::string& name = annotation.name.name;
    if (name != "offload") {
      invalid(fmt::format("unknown annotation '@{}' of a header", name), "the only one is @offload");
      continue;
    }
    if (&annotation != &declared.annotations.front()) invalid("'@offload' is given twice", "");
    const auto* kind =
        annotation.arguments.size() == 1 ? std::get_if<ast::Name>(&annotation.arguments[0]->node) : nullptr;
    const auto* known =
        std::ranges::find_if(ir::KnownOffloads, [&](const auto& one) { return kind && kind->name == one.name; });
    if (known == std::end(ir::KnownOffloads)) {
      invalid(
          "invalid arguments of @offload",
          "write @offload(ipv4), @offload(ipv6), @offload(udp) or @offload(gre): how the kernel segments behind the "
          "header");
    } else if (header.size != known->size) {
      invalid(fmt::format("the fixed fields of header '{}' take {} bytes, and @offload({}) is for {}",
                          declared.name.name, header.size, known->name, known->size),
              "leave the annotation out: then packets with such headers are not merged into superframes");
    } else {
      header.offload = known->offload;
    }
  }
}

/// Lengths and checksums are whole 16-bit words, as are the bytes that a checksum covers.
void checkDerived(const ast::Field& declared, const ir::Field& field, Diagnostics& diagnostics) {
  if (field.computed != ir::Computed::No && (field.width_bits != 16 || field.offset_bits % 16 != 0))
    diagnostics.error(declared.name.range, "E0318",
                      fmt::format("'{}' is not a 16-bit field at an even byte of its header", field.name),
                      "make the computed field 16 bits wide, and align it to 16 bits");
  if (field.is_pseudo && (field.width_bits % 16 != 0 || field.offset_bits % 16 != 0))
    diagnostics.error(declared.name.range, "E0318",
                      fmt::format("'{}' does not consist of whole 16-bit words", field.name));
}

void resolveFields(const ast::Header& declared, ir::Header& header, Diagnostics& diagnostics) {
  unsigned at = 0;
  for (const ast::Field& field : declared.fields) {
    for (const ir::Field& earlier : header.fields)
      if (earlier.name == field.name.name)
        diagnostics.error(field.name.range, "E0202",
                          fmt::format("header '{}' has two fields named '{}'", declared.name.name, field.name.name));
    const Annotations marks(field, diagnostics);
    if (field.length) {
      if (&field != &declared.fields.back())
        diagnostics.error(field.range, "E0302", "a variable-length field must be the last of its header",
                          "declare the fields behind it as a separate header");
      continue;
    }
    checkWidth(field.width, MaxFieldWidth, field.name, diagnostics);
    header.fields.push_back({field.name.name, at, field.width, marks.is_mutable, field.name.range, marks.computed,
                             marks.zero_is_none, marks.is_pseudo, marks.protocol, marks.before});
    checkDerived(field, header.fields.back(), diagnostics);
    at += field.width;
  }
  if (at % 8 != 0)
    diagnostics.error(declared.name.range, "E0303",
                      fmt::format("the fixed fields of header '{}' take {} bits, which is not a whole number of bytes",
                                  declared.name.name, at),
                      fmt::format("add a reserved field of {} bits", 8 - at % 8));
  header.size = (at + 7) / 8;
}

/// Calls `one` with every name that an expression refers to.
void visitNames(const ast::Expr& expr, const std::function<void(const std::string&)>& one) {
  if (const auto* name = std::get_if<ast::Name>(&expr.node)) one(name->name);
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) visitNames(*unary->operand, one);
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node)) {
    visitNames(*binary->left, one);
    visitNames(*binary->right, one);
  }
}

void resolveVariableField(const ast::Header& declared, ir::Header& header, Names& names, const model::Model& model,
                          Diagnostics& diagnostics) {
  if (declared.fields.empty() || !declared.fields.back().length) return;
  const ast::Field& field = declared.fields.back();
  if (field.width % 8 != 0 || field.width == 0 || field.width / 8 > MaxVariableBytes)
    diagnostics.error(
        field.name.range, "E0304",
        fmt::format("varbit<{}> must hold a whole number of bytes, at most {}", field.width, MaxVariableBytes));
  names.own_header = &header;
  header.variable_name = field.name.name;
  header.variable_bits = resolve(*field.length, names, model, diagnostics);
  names.own_header = nullptr;
  header.variable_max = field.width / 8;
}

/// A constant may use others wherever they are declared: each is evaluated after those that it uses.
class ConstantResolver {
public:
  ConstantResolver(const Declarations& declarations, const Overrides& overrides, Names& names, Diagnostics& diagnostics)
      : constants_(declarations.constants), overrides_(overrides), names_(names), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& [name, constant] : constants_) {
      auto& needed = needs_[name];
      if (overrides_.count(name)) continue;
      visitNames(*constant->value, [&, &user = name](const std::string& other) {
        if (!constants_.count(other)) return;
        needed.push_back(other);
        needed_by_[other].push_back(user);
      });
    }
    for (const std::string& name : inOrder()) resolveOne(name);
    reportCycles();
  }

private:
  using Uses = std::map<std::string, std::vector<std::string>>;

  /// All names that `uses` leads to from a name and that have not been seen, in post-order.
  static void follow(const std::string& name, const Uses& uses, std::set<std::string>& seen,
                     std::vector<std::string>& order) {
    std::vector<std::pair<std::string, size_t>> open;
    if (seen.insert(name).second) open.emplace_back(name, 0);
    while (!open.empty()) {
      const auto it = uses.find(open.back().first);
      if (it != uses.end() && open.back().second < it->second.size()) {
        const std::string& next = it->second[open.back().second++];
        if (seen.insert(next).second) open.emplace_back(next, 0);
        continue;
      }
      order.push_back(open.back().first);
      open.pop_back();
    }
  }

  std::vector<std::string> inOrder() {
    std::set<std::string> seen;
    for (const auto& [name, constant] : constants_) follow(name, needs_, seen, order_);
    return order_;
  }

  /// Reports no constants that only depend on one without a value.
  void resolveOne(const std::string& name) {
    const auto& needed = needs_.at(name);
    if (std::any_of(needed.begin(), needed.end(), [&](const auto& one) { return !names_.constants.count(one); }))
      return;
    const ast::Const& constant = *constants_.at(name);
    const auto given = overrides_.find(name);
    const auto value = given != overrides_.end() ? std::optional<int64_t>(static_cast<int64_t>(given->second))
                                                 : constantValue(*constant.value, names_, diagnostics_);
    if (!value) return;
    if (checkValueWidth(constant.width, constant.name, diagnostics_) && !fits(*value, constant.width))
      diagnostics_.error(given != overrides_.end() ? constant.name.range : constant.value->range, "E0305",
                         fmt::format("{} does not fit into bit<{}>", *value, constant.width));
    names_.constants[name] = *value;
  }

  /// The cycles: all unseen names that lead to a constant, the last of the order first, are in a cycle with it
  /// (Kosaraju).
  void reportCycles() {
    std::set<std::string> seen;
    for (const std::string& name : std::views::reverse(order_)) {
      std::vector<std::string> cycle;
      follow(name, needed_by_, seen, cycle);
      const auto& needed = needs_.at(name);
      if (cycle.size() < 2 && !std::count(needed.begin(), needed.end(), name)) continue;
      for (const std::string& one : cycle)
        diagnostics_.error(constants_.at(one)->name.range, "E0229",
                           fmt::format("constant '{}' depends on itself", one));
    }
  }

  const std::map<std::string, const ast::Const*>& constants_;
  const Overrides& overrides_;
  Names& names_;
  Diagnostics& diagnostics_;
  Uses needs_, needed_by_;
  std::vector<std::string> order_;  // each behind those that it needs
};

}  // namespace

std::string meant(const std::string& name, const std::vector<std::string>& candidates) {
  std::string near = didYouMean(name, candidates);
  return near.empty() ? near : fmt::format("did you mean '{}'?", near);
}

Declarations collect(const std::vector<const ast::File*>& files, Diagnostics& diagnostics) {
  Declarations all;
  for (const ast::File* file : files)
    for (const auto& declaration : file->declarations) {
      if (const auto* node = std::get_if<ast::Const>(&declaration))
        declare(all.constants, *node, "constant", diagnostics);
      if (const auto* node = std::get_if<ast::Param>(&declaration))
        declare(all.params, *node, "parameter", diagnostics);
      if (const auto* node = std::get_if<ast::Header>(&declaration)) declare(all.headers, *node, "header", diagnostics);
      if (const auto* node = std::get_if<ast::Parser>(&declaration)) declare(all.parsers, *node, "parser", diagnostics);
      if (const auto* node = std::get_if<ast::Key>(&declaration)) declare(all.keys, *node, "key", diagnostics);
      if (const auto* node = std::get_if<ast::Telemetry>(&declaration))
        declare(all.telemetry, *node, "telemetry", diagnostics);
      if (const auto* node = std::get_if<ast::Action>(&declaration)) declare(all.actions, *node, "action", diagnostics);
      if (const auto* node = std::get_if<ast::Proxy>(&declaration)) all.proxies.push_back(node);
    }
  return all;
}

void resolveConstants(const Declarations& declarations, const Overrides& overrides, Names& names,
                      Diagnostics& diagnostics) {
  for (const auto& [name, value] : overrides)
    if (!declarations.constants.count(name))
      diagnostics.error({}, "E0204", fmt::format("-D {}={}: the spec has no constant '{}'", name, value, name),
                        meant(name, namesOf(declarations.constants)));
  ConstantResolver(declarations, overrides, names, diagnostics).run();
}

void resolveParams(const Declarations& declarations, Names& names, model::Model& model, Diagnostics& diagnostics) {
  for (const auto& [name, param] : declarations.params) {
    auto value = constantValue(*param->value, names, diagnostics);
    if (checkValueWidth(param->width, param->name, diagnostics) && value && !fits(*value, param->width))
      diagnostics.error(param->value->range, "E0305",
                        fmt::format("{} does not fit into bit<{}>", *value, param->width));
    names.params[name] = static_cast<unsigned>(model.params.size());
    model.params.push_back(
        {name, param->width, static_cast<unsigned>(8 * model.params.size()), static_cast<uint64_t>(value.value_or(0))});
  }
}

bool checkValueWidth(unsigned width, const ast::Identifier& name, Diagnostics& diagnostics) {
  return checkWidth(width, MaxNumberBits, name, diagnostics);
}

void resolveHeaders(const Declarations& declarations, Names& names, model::Model& model, Diagnostics& diagnostics) {
  for (const auto& [name, declared] : declarations.headers) {
    ir::Header header;
    header.name = name;
    header.range = declared->name.range;
    if (declared->fields.empty())
      diagnostics.error(declared->name.range, "E0306", fmt::format("header '{}' has no fields", name));
    resolveFields(*declared, header, diagnostics);
    resolveOffload(*declared, header, diagnostics);
    resolveVariableField(*declared, header, names, model, diagnostics);
    names.headers[name] = static_cast<unsigned>(model.headers.size());
    model.headers.push_back(std::move(header));
  }
}

}  // namespace sfc::sema
