# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the front end (source text, diagnostics, syntax, tree printer, canonical form) and of the object stage.
find_package(GTest REQUIRED)
include(GoogleTest)

# sfc_front_test(NAME SOURCE.cpp lib...)
function(sfc_front_test name source)
  add_executable(${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${source})
  target_compile_definitions(${name} PRIVATE SFC_PROGRAMS="${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../programs")
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gmock_main)
  sfc_warnings(${name})
  gtest_discover_tests(${name} PROPERTIES LABELS unit)
endfunction()

sfc_front_test(source_test source_test.cpp sfc_source)
sfc_front_test(output_test output_test.cpp sfc_output)
sfc_front_test(diagnostics_test diagnostics_test.cpp sfc_source nlohmann_json::nlohmann_json)
sfc_front_test(syntax_test syntax_test.cpp sfc_syntax sfc_ast)
sfc_front_test(ast_test ast_test.cpp sfc_syntax sfc_ast)
sfc_front_test(format_test format_test.cpp sfc_format)
sfc_front_test(object_test object_test.cpp sfc_object PkgConfig::LIBBPF)

file(GLOB_RECURSE sfc_programs ${CMAKE_SOURCE_DIR}/programs/*.sfc)
add_test(NAME format.programs COMMAND sfcc fmt --check ${sfc_programs})
set_tests_properties(format.programs PROPERTIES LABELS unit)
