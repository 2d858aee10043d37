#!/bin/bash
# Two models of two owners, verified as one: a camera signs a commitment to an image, one model reads a digit from it, another
# judges the first one's output. Nobody but the two provers sees the image or what passes between the models.
#
#   image --commit, sign--> image.commitment --digits--> logits.commitment --parity--> public answer
#
#   chain.sh BUILD-FOLDER
set -euo pipefail
build=$(cd "${1:?usage: $0 BUILD-FOLDER}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
digits=$here/../digits
tacit=$build/tacit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TACIT_STATE_DIR=$work/state
cd "$work"
says() { printf '\n== %s\n' "$*"; }

says "camera: commits to an image and signs, before any model exists"
(umask 077; openssl genpkey -algorithm ed25519 -out camera.pem)
openssl pkey -in camera.pem -pubout -out camera.pub.pem
"$tacit" commit "$digits/digit.npy" -o image --sign camera.pem

says "owners: compile their models for committed values"
"$tacit" compile "$digits/digits.onnx" -o digits --calibration "$digits/calibration.npy" --input committed --output committed --openings 4
"$tacit" compile "$here/parity.onnx" -o parity --input-range=-64,64 --input committed --output public --openings 4

says "first prover: the image gives these logits; commits to them"
"$tacit" prove digits.tacit image.opening -o first.proof --commit-output logits

says "second prover: the committed logits give this answer"
"$tacit" prove parity.tacit logits.opening -o second.proof

says "anyone: the signed image, through both models, gives the answer"
"$tacit" verify digits.vk first.proof --input-commitment image.commitment --issuer camera.pub.pem --output-commitment logits.commitment
"$tacit" verify parity.vk second.proof --input-commitment logits.commitment

says "anyone: the answer to other logits is not accepted in their place"
"$tacit" commit "$digits/expected_logits.npy" --sample 0 -o others
if "$tacit" verify parity.vk second.proof --input-commitment others.commitment; then
  echo "a proof about other values was accepted"
  exit 1
fi
printf '\nchain verified\n'
