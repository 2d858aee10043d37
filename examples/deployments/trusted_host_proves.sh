#!/bin/bash
# A host that both sides trust with their secrets proves for them: neither sees the other's, the verifier sees neither. The host
# holds the bundle encrypted and is given the passphrase for the run.
set -euo pipefail
source "$(dirname "$0")/common.sh"
(umask 077; echo "correct horse battery staple" > "$work/host/passphrase")

says "model owner: compiles, hands the encrypted bundle to the host, publishes the key"
"$tacit" compile "$digits/digits.onnx" -o "$work/model_owner/digits" --openings 16 --calibration "$digits/calibration.npy" \
  --passphrase-file "$work/host/passphrase"
cp "$work/model_owner/digits.tacit" "$work/host/"
cp "$work/model_owner/digits.vk" "$work/verifier/"

says "data owner: hands its image to the host"
cp "$digits/digit.npy" "$work/host/record.npy"

says "host: proves"
"$tacit" prove "$work/host/digits.tacit" "$work/host/record.npy" -o "$work/verifier/answer.proof" --passphrase-file "$work/host/passphrase"

says "verifier: checks it, seeing neither weights nor image"
"$tacit" verify "$work/verifier/digits.vk" "$work/verifier/answer.proof"
