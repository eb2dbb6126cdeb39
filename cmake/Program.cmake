# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfcc_add_program(TARGET SPEC.sfc [DEPENDS file...]): TARGET can include "NAME.sfc.hpp", which sfcc makes of the spec, and
# links libsfc. DEPENDS are the files that the spec imports, unless they are in the standard library. In this source tree
# and in a project that has found an installed sfcc alike.
function(sfcc_add_program target spec)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "DEPENDS")
  cmake_path(GET spec STEM LAST_ONLY name)
  cmake_path(ABSOLUTE_PATH spec NORMALIZE)
  # Diagnostics and the object have the spec's path as sfcc gets it: the same wherever the project is.
  set(path ${spec})
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR ${spec} inside)
  if(inside)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  list(TRANSFORM ARG_DEPENDS REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target}.generated)
  add_custom_command(
    OUTPUT ${dir}/${name}.sfc.hpp
    BYPRODUCTS ${dir}/${name}.bpf.c ${dir}/${name}.bpf.o
    COMMAND sfcc::sfcc ${path} -o ${dir}
    DEPENDS $<TARGET_FILE:sfcc::sfcc> ${spec} ${ARG_DEPENDS}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Compiling ${path}"
    VERBATIM)
  target_sources(${target} PRIVATE ${dir}/${name}.sfc.hpp)
  target_include_directories(${target} PRIVATE ${dir})
  target_link_libraries(${target} PRIVATE sfcc::sfc)
endfunction()
