# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_generated_header(TARGET SPEC.sfc): TARGET can include "NAME.sfc.hpp", which sfcc makes of a spec of this source tree,
# and links libsfc.
function(sfc_generated_header target spec)
  get_filename_component(name ${spec} NAME_WLE)
  get_filename_component(path ${spec} ABSOLUTE)
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${path})
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target}.generated)
  add_custom_command(
    OUTPUT ${dir}/${name}.sfc.hpp
    BYPRODUCTS ${dir}/${name}.bpf.c ${dir}/${name}.bpf.o
    COMMAND sfcc ${path} -o ${dir}
    DEPENDS sfcc ${CMAKE_SOURCE_DIR}/${path}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Compiling ${path}"
    VERBATIM)
  target_sources(${target} PRIVATE ${dir}/${name}.sfc.hpp)
  target_include_directories(${target} PRIVATE ${dir})
  target_link_libraries(${target} PRIVATE sfc_runtime)
endfunction()
