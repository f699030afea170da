# Language level, warnings, sanitizers, compiler cache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(mxbulk_options INTERFACE)
target_compile_options(mxbulk_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # g++ 12 sees overlaps that are not there (bug 105651)
if(MXBULK_WERROR)
  target_compile_options(mxbulk_options INTERFACE -Werror)
endif()
if(MXBULK_SANITIZE)
  add_compile_options(-fsanitize=${MXBULK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MXBULK_SANITIZE})
  if(MXBULK_SANITIZE STREQUAL "thread")
    # It does not model fences. Those of ReadyGate order a wish and a look; no data hangs on them.
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(MXBULK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
