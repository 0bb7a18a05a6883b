# p2c_layer(<name> DEPENDS <layer or library>...): the static library of one folder under src/.
# Sources are found by pattern so that adding a file needs no edit here.
function(p2c_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(empty "${CMAKE_CURRENT_BINARY_DIR}/${name}_layer.cpp")  # a library needs one source, a new layer has none yet
  file(CONFIGURE OUTPUT "${empty}" CONTENT "extern \"C\" void p2c_layer_${name}() {}\n")
  add_library(p2c_${name} STATIC ${sources} "${empty}")
  target_include_directories(p2c_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(p2c_${name} PUBLIC ${ARG_DEPENDS})
endfunction()
