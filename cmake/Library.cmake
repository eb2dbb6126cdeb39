# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_library(NAME [SHARED] [FOLDER folder] [SOURCES a.cpp...] [USES lib...] [EXPORTS lib...] [SYSTEM lib...]): one library
# per folder (this one, or FOLDER in it). USES are the folders of this project whose headers it can include, those that
# its headers include among them; a folder that it does not name is not found. EXPORTS are the same, for who uses this
# library as well. SYSTEM are libraries of others. Without SOURCES there are headers alone.
function(sfc_library name)
  cmake_parse_arguments(ARG "SHARED" "FOLDER" "SOURCES;USES;EXPORTS;SYSTEM" ${ARGN})
  if(NOT ARG_SOURCES)
    add_library(${name} INTERFACE)
    sfc_room(${name} INTERFACE "${ARG_FOLDER}")
    target_link_libraries(${name} INTERFACE ${ARG_USES})
    return()
  endif()
  set(kind STATIC)
  if(ARG_SHARED)
    set(kind SHARED)
  endif()
  add_library(${name} ${kind} ${ARG_SOURCES})
  sfc_room(${name} PUBLIC "${ARG_FOLDER}")
  target_link_libraries(${name} PRIVATE ${ARG_USES} PUBLIC ${ARG_EXPORTS} ${ARG_SYSTEM} fmt::fmt)
  sfc_warnings(${name})
endfunction()

# Lets who links a library include the headers of its folder, by their path from the top, and no other folder's: an include
# directory of its own, in which that folder is a link.
function(sfc_room name scope folder)
  cmake_path(ABSOLUTE_PATH folder NORMALIZE OUTPUT_VARIABLE from)
  cmake_path(RELATIVE_PATH from BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE path)
  string(REGEX REPLACE "/$" "" path "${path}")
  set(room ${CMAKE_BINARY_DIR}/rooms/${name})
  cmake_path(GET path PARENT_PATH parent)
  file(MAKE_DIRECTORY ${room}/${parent})
  if(NOT EXISTS ${room}/${path})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${path} ${room}/${path} SYMBOLIC)
  endif()
  target_include_directories(${name} ${scope} ${room})
endfunction()

option(SFC_WERROR "Warnings are errors. For GCC 12; other compilers may warn of more" OFF)

# -Wrestrict and -Wstringop-overread of GCC 12 find things in its own std::string and std::vector that are not there, where
# "-" + text is inlined (GCC's bug 105651), or a map has vectors of bytes as keys. The sanitizers look for the same.
function(sfc_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overread>
    $<$<BOOL:${SFC_WERROR}>:-Werror>)
endfunction()
