# cmake -DPROGRAM=path -DNAME=name -DTITLE=title -DVERSION=v -DFOLDER=folder -P help_page.cmake
#
# The man page and the bash completion of a program that knows --help and no commands, from what it prints.
execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE help RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${PROGRAM} --help: ${failed}")
endif()
string(REGEX MATCHALL "--[a-z][a-z-]*" flags "${help}")
list(APPEND flags --help)
list(REMOVE_DUPLICATES flags)
list(JOIN flags " " flags)

string(REPLACE "\\" "\\e" text "${help}")
string(REPLACE "-" "\\-" text "${text}")
string(REGEX REPLACE "\n([.'])" "\n\\\\&\\1" text "${text}")
string(REPLACE "-" "\\-" name "${NAME}")
file(WRITE ${FOLDER}/man1/${NAME}.1 ".TH \"${NAME}\" 1 \"\" \"tacit ${VERSION}\" \"User Commands\"
.SH NAME
${name} \\- ${TITLE}
.SH DESCRIPTION
.nf
${text}.fi
.SH SEE ALSO
\\fBtacit\\fR(1)
")

string(MAKE_C_IDENTIFIER "_${NAME}" function)
file(WRITE ${FOLDER}/completions/${NAME} "# Bash completion for ${NAME}, made from its help.
${function}() {
  case \${COMP_WORDS[COMP_CWORD]} in
    -*) COMPREPLY=($(compgen -W \"${flags}\" -- \"\${COMP_WORDS[COMP_CWORD]}\")) ;;
    *) COMPREPLY=() ;;
  esac
}
complete -o default -F ${function} ${NAME}
")
