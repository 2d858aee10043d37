# cmake -DBUILD=build -DSOURCE=source -DGENERATOR=Ninja -DCXX=compiler -P check_install.cmake
#
# Installs the build into an empty folder, moves that, and builds and runs a project that finds it there.
set(work ${BUILD}/package-test)
file(REMOVE_RECURSE ${work})
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${failed}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${work}/first)
file(RENAME ${work}/first ${work}/moved)   # nothing of the installation knows where it was put
set(prefix ${work}/moved)
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/package -B ${work}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${CXX}
  -DCMAKE_PREFIX_PATH=${prefix} -DEXAMPLE=${SOURCE}/examples/1_hello_proof)
run(${CMAKE_COMMAND} --build ${work}/build)
foreach(kind tacit static)
  run(${work}/build/with_${kind} ${SOURCE}/examples/digits)
  if(NOT out MATCHES "^accepted: model [0-9a-f]+")
    message(FATAL_ERROR "with_${kind}: ${out}")
  endif()
endforeach()

# Of the shared library nothing is visible but the interface.
run(nm -DC --defined-only ${work}/build/../moved/lib/libtacit.so)
string(REGEX REPLACE "[^\n]* (tacit::api::|typeinfo|vtable for tacit::api::)[^\n]*\n" "" others "${out}")
string(STRIP "${others}" others)
if(others)
  message(FATAL_ERROR "libtacit.so shows more than its interface:\n${others}")
endif()

# Man pages are well formed for man itself, and the programs answer.
run(${prefix}/bin/tacit --version)
run(${prefix}/bin/tacit-verify --help)
find_program(man man)
file(GLOB pages ${prefix}/share/man/man1/*.1)
list(LENGTH pages count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "${count} man pages: ${pages}")
endif()
if(man)
  foreach(page ${pages})
    run(${CMAKE_COMMAND} -E env MANROFFSEQ= MANWIDTH=100 LC_ALL=C ${man} --warnings -l ${page})
    if(out MATCHES "warning|error:")
      message(FATAL_ERROR "${page}: ${out}")
    endif()
  endforeach()
endif()
