// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Finds the plan in an object file. Nothing in the file is trusted before it is checked: neither the place of the plan
// nor its content.
#include "sfc/object.h"

#include "lib/files/input.h"
#include "lib/plan/validate.h"
#include "runtime/abi.h"
#include "runtime/elf.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

// Objects of sfcc have some 100 KB, their plans some 20.
constexpr size_t most_bytes = size_t{16} << 20;

/// The text of the plan.
std::string_view findPlan(std::string_view elf, const std::string& label) {
  const auto sections = attempt([&] { return elf::readSections(elf); });
  if (!sections) throw Failure(ErrorKind::Input, "{}: not an object written by sfcc: {}", label, sections.error().text);
  const elf::Section* section = elf::find(*sections, SFC_PLAN_SECTION);
  if (section == nullptr)
    throw Failure(ErrorKind::Input, "{}: not an object written by sfcc (no section {})", label, SFC_PLAN_SECTION);
  std::string_view text = section->bytes;
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  if (text.size() > size_t{SFC_PLAN_BYTES})
    throw Failure(ErrorKind::Input, "{}: its plan has {} bytes; at most {} are accepted", label, text.size(),
                  size_t{SFC_PLAN_BYTES});
  return text;
}

plan::Plan readPlan(std::string_view elf, const std::string& label) {
  const std::string_view text = findPlan(elf, label);
  plan::Plan plan;
  try {
    plan = plan::fromJson(text);
  } catch (const std::exception& error) {
    throw Failure(ErrorKind::Input, "{}: written by another version of sfcc ({}); compile it again with this one",
                  label, error.what());
  }
  if (plan.abi != SFC_ABI_VERSION) {
    throw Failure(ErrorKind::Input,
                  "{}: written by {} for interface version {}, but this sfcctl has version {}; compile it again", label,
                  plan.compiler, plan.abi, SFC_ABI_VERSION);
  }
  const auto valid = attempt([&] { plan::validate(plan); });
  if (!valid) throw Failure(ErrorKind::Input, "{}: invalid plan: {}; compile it again", label, valid.error().text);
  return plan;
}

}  // namespace

Result<Object> Object::open(const std::string& path) {
  const auto content = attempt([&] { return readFile(path, most_bytes); });
  if (!content) return content.error();
  return fromBytes(*content, path);
}

Result<Object> Object::fromBytes(std::string_view bytes, const std::string& label) {
  return attempt([&] {
    Object object;
    object.bytes_ = bytes;
    object.label_ = label;
    object.plan_ = readPlan(object.bytes_, label);
    return object;
  });
}

}  // namespace sfc
