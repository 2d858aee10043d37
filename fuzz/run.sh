#!/bin/sh
# Builds the fuzz targets with Clang, AddressSanitizer and UBSan, and runs each for SECONDS.
#
#   fuzz/run.sh SECONDS [TARGET...]      exit 0: nothing found; 1: an input crashed a target, hung it or took its memory
#
# Found inputs are kept in BUILD/artifacts, what widens coverage in BUILD/corpus. TACIT_FUZZ_BUILD moves BUILD away from
# build-fuzz, JOBS limits the compilers.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${TACIT_FUZZ_BUILD:-$root/build-fuzz}
if [ $# -lt 1 ] || ! [ "$1" -gt 0 ] 2>/dev/null; then
  echo "usage: fuzz/run.sh SECONDS [TARGET...]" >&2
  exit 2
fi
seconds=$1
shift
[ $# -gt 0 ] || set -- fuzz_onnx fuzz_arrays fuzz_theorem fuzz_key fuzz_proof fuzz_commitment fuzz_renewal

cd "$root"
cmake --preset fuzz -B "$build" -DTACIT_TESTS=OFF > /dev/null
cmake --build "$build" ${JOBS:+-j "$JOBS"} --target "$@" fuzz_seeds > "$build/build.log" || { tail -40 "$build/build.log" >&2; exit 2; }
mkdir -p "$build/artifacts"
"$build/fuzz_seeds" "$build/corpus"

# Longer inputs find nothing that these lengths do not, and are slow.
longest() {
  case $1 in
    fuzz_onnx) echo 20000 ;;
    fuzz_theorem) echo 12000 ;;
    *) echo 4000 ;;
  esac
}

status=0
for target; do
  mkdir -p "$build/corpus/$target"
  seeds=$root/fuzz/corpus/$target
  [ -d "$seeds" ] || seeds=
  log=$build/$target.log
  result=ok
  "$build/$target" -max_total_time="$seconds" -rss_limit_mb=512 -timeout=5 -max_len="$(longest "$target")" \
    -print_final_stats=1 -artifact_prefix="$build/artifacts/$target-" "$build/corpus/$target" $seeds > "$log" 2>&1 || result=FAILED
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  rss=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  printf '%-15s %-6s %9s executions, %6s edges, %4s MB\n' "$target" "$result" "${runs:-?}" "${cover:-?}" "${rss:-?}"
  if [ $result = FAILED ]; then
    status=1
    grep -E -m 3 'ERROR:|SUMMARY:|runtime error:|fuzz: expected|Test unit written' "$log" || tail -5 "$log"
  fi
done
exit $status
