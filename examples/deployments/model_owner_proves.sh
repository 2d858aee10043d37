#!/bin/bash
# The model owner proves on data that it was sent. Its customer, and everyone else, cannot be given a cheaper model or a made-up
# answer, and nobody but the owner ever sees the weights. The owner sees the data.
set -euo pipefail
source "$(dirname "$0")/common.sh"

says "model owner: compiles once, publishes the key"
"$tacit" compile "$digits/digits.onnx" -o "$work/model_owner/digits" --calibration "$digits/calibration.npy"
cp "$work/model_owner/digits.vk" "$work/verifier/"

says "data owner: sends an image"
cp "$digits/digit.npy" "$work/model_owner/request.npy"

says "model owner: answers with a proof"
"$tacit" prove "$work/model_owner/digits.tacit" "$work/model_owner/request.npy" -o "$work/verifier/answer.proof"

says "anyone: checks it, seeing neither weights nor image"
"$tacit" verify "$work/verifier/digits.vk" "$work/verifier/answer.proof"
