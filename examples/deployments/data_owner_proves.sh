#!/bin/bash
# The data owner proves with released weights: the image never leaves its machine, the verifier learns the answer only. The weights
# are public, so anyone can recompute from the ONNX file that the key stands for exactly this model.
set -euo pipefail
source "$(dirname "$0")/common.sh"

says "model owner: releases the model with its key"
"$tacit" compile "$digits/digits.onnx" -o "$work/model_owner/digits" --weights public --calibration "$digits/calibration.npy"
cp "$work"/model_owner/digits.* "$work/data_owner/"
cp "$work/model_owner/digits.vk" "$work/verifier/"

says "data owner: proves at home"
"$tacit" prove "$work/data_owner/digits.tacit" "$digits/digit.npy" -o "$work/verifier/answer.proof"

says "verifier: checks it, not seeing the image"
"$tacit" verify "$work/verifier/digits.vk" "$work/verifier/answer.proof"
