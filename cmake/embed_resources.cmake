# embed_resources(<target> BASE <dir> FILES <file>...): makes the bytes of text files available to
# base/resource.h under their path relative to BASE, so that an installed binary needs no data folder.
function(embed_resources target)
  cmake_parse_arguments(ARG "" "BASE" "FILES" ${ARGN})
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}_resources.cpp")
  list(JOIN ARG_FILES "\n" joined)
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${target}_resources.txt" CONTENT "${joined}\n")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DBASE=${ARG_BASE} -DTARGET=${target}
            -DLIST=${CMAKE_CURRENT_BINARY_DIR}/${target}_resources.txt
            -P ${CMAKE_SOURCE_DIR}/cmake/write_resources.cmake
    # The list too: a file that joins it may be older than what was embedded last.
    DEPENDS ${ARG_FILES} ${CMAKE_CURRENT_BINARY_DIR}/${target}_resources.txt ${CMAKE_SOURCE_DIR}/cmake/write_resources.cmake
    COMMENT "Embedding resources of ${target}")
  target_sources(${target} PRIVATE "${out}")
  # Nothing refers to the generated object, so the linker would leave it in its archive; this pulls it in.
  target_link_options(${target} INTERFACE "LINKER:--undefined=p2c_link_${target}_resources")
endfunction()
