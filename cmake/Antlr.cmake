# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_antlr_library(NAME GRAMMAR.g4): static library of the parser that antlr4 makes of a grammar, without its lexer.
# The tool's output is not C++20 (u8 literals) and not free of warnings: it is built as C++17, its headers are system
# headers for whoever links the library.
find_program(ANTLR4_TOOL antlr4 REQUIRED)
find_path(ANTLR4_INCLUDE_DIR antlr4-runtime.h PATH_SUFFIXES antlr4-runtime REQUIRED)
find_library(ANTLR4_RUNTIME NAMES libantlr4-runtime.a antlr4-runtime REQUIRED)

function(sfc_antlr_library name grammar)
  get_filename_component(base ${grammar} NAME_WE)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/generated)
  set(sources ${dir}/${base}Parser.cpp)
  add_custom_command(
    OUTPUT ${sources} ${dir}/${base}Parser.h
    COMMAND ${ANTLR4_TOOL} -Dlanguage=Cpp -no-visitor -no-listener -Werror -o ${dir} ${grammar}
    DEPENDS ${grammar}
    COMMENT "Generating the parser of ${base}.g4"
    VERBATIM)
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 17)
  target_compile_options(${name} PRIVATE -w)
  target_include_directories(${name} SYSTEM PUBLIC ${dir} ${ANTLR4_INCLUDE_DIR})
  target_link_libraries(${name} PUBLIC ${ANTLR4_RUNTIME})
endfunction()
