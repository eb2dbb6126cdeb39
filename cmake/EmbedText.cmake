# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_embed_text(OUT.cpp NAME file...): C++ source that defines `const std::string_view NAME`, the files' text in order.
set(SFC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
function(sfc_embed_text out name)
  set(inputs)
  foreach(file ${ARGN})
    list(APPEND inputs ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} "-DINPUTS=${inputs}" -P ${SFC_EMBED_SCRIPT}
    DEPENDS ${inputs} ${SFC_EMBED_SCRIPT}
    VERBATIM)
endfunction()
