# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Run by sfc_embed_text: writes OUT, which defines NAME as the text of INPUTS. Split into pieces, as compilers bound
# the length of one literal.
set(body "")
foreach(input ${INPUTS})
  file(READ ${input} text)
  string(LENGTH "${text}" length)
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND body "R\"SFCEMBED(${piece})SFCEMBED\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
endforeach()
file(WRITE ${OUT} "#include <string_view>\nextern const std::string_view ${NAME};\nconst std::string_view ${NAME} =\n${body};\n")
