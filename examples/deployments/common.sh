# Sourced by the three examples: the built programs, the model and its data, and one folder for each party.
build=${1:?usage: $0 BUILD-FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
digits=$here/../digits
tacit=$build/tacit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{model_owner,data_owner,host,verifier}
export TACIT_STATE_DIR=$work/state
says() { printf '\n== %s\n' "$*"; }
