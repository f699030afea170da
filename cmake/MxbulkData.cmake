# mxbulk_data(ROOM file…): embeds data/FILE into the room as "data/FILE.inc": string literals
# in pieces, so that the installed program needs no files.
function(mxbulk_data room)
  get_target_property(type mxbulk_${room} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)
    return()  # a room without sources embeds nothing
  endif()
  foreach(file ${ARGN})
    set(source ${PROJECT_SOURCE_DIR}/data/${file})
    set(output ${PROJECT_BINARY_DIR}/generated/data/${file}.inc)
    add_custom_command(
      OUTPUT ${output} DEPENDS ${source} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUTPUT=${output}
              -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
    target_sources(mxbulk_${room} PRIVATE ${output})
  endforeach()
  target_include_directories(mxbulk_${room} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()
