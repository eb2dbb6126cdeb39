# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_library(NAME [SHARED] SOURCES a.cpp... [USES lib...] [SYSTEM lib...]): one library per folder. USES are libraries of
# this project, SYSTEM those of others; a folder can include only what it names here or what those export.
function(sfc_library name)
  cmake_parse_arguments(ARG "SHARED" "" "SOURCES;USES;SYSTEM" ${ARGN})
  set(kind STATIC)
  if(ARG_SHARED)
    set(kind SHARED)
  endif()
  add_library(${name} ${kind} ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_USES} ${ARG_SYSTEM} fmt::fmt)
  sfc_warnings(${name})
endfunction()

function(sfc_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)
endfunction()
