# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_embed_text(OUT.cpp NAME file...): C++ source that defines `const std::string_view NAME`, the files' text in order.
# sfc_embed_files(OUT.cpp NAME file...): C++ source that defines `const std::map<std::string_view, std::string_view> NAME`,
# the text of each file by its name without folders.
set(SFC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
function(sfc_embed_text out name)
  sfc_embed(${out} ${name} TEXT ${ARGN})
endfunction()
function(sfc_embed_files out name)
  sfc_embed(${out} ${name} FILES ${ARGN})
endfunction()

function(sfc_embed out name form)
  set(inputs)
  foreach(file ${ARGN})
    cmake_path(ABSOLUTE_PATH file NORMALIZE)
    list(APPEND inputs ${file})
  endforeach()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} -DFORM=${form} "-DINPUTS=${inputs}" -P ${SFC_EMBED_SCRIPT}
    DEPENDS ${inputs} ${SFC_EMBED_SCRIPT}
    VERBATIM)
endfunction()
