#!/usr/bin/python3
# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains the digits example and writes everything its tests and quickstart read.

    train.py OUT_DIR    trains, then writes into OUT_DIR (made if missing):
        digits.onnx           image [batch,1,8,8] in 0..1  ->  logits [batch,10]
        digit.npy             float32 [1,1,8,8]     one held-out image, classified correctly
        heldout_images.npy    float32 [360,1,8,8]   the images training never saw
        heldout_labels.npy    int64   [360]         their digits
        calibration.npy       float32 [128,1,8,8]   training images, to choose scales from
        expected_logits.npy   float32 [17,10]       PyTorch's logits: row 0 is digit.npy,
                                                    rows 1..16 are the first 16 held-out images
    train.py --check    retrains into a temporary folder and, without touching them, checks the
                        files beside this script: same split, stated accuracy, stated logits.

The seed, the split and the number of epochs are fixed and the held-out images take no part in any
choice of the model, so their accuracy is an honest estimate. On one processor and one PyTorch build
the output repeats byte for byte; others may round differently and give other weights.
"""

import argparse
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

SEED = 20
EPOCHS = 60
BATCH = 32
CALIBRATION_IMAGES = 128
EXPECTED_IMAGES = 16
MIN_ACCURACY = 0.97
LOGIT_TOLERANCE = 1e-4
DATA_FILES = ("heldout_images.npy", "heldout_labels.npy", "calibration.npy")


class DigitNet(nn.Module):
    """3,658 parameters: 1x8x8 -> 8x4x4 -> 16x2x2 -> 32 -> 10."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(16 * 2 * 2, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, image):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(image)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc2(x)


def load_split():
    """(train images, held-out images, train labels, held-out labels); 20 % held out, stratified."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32).reshape(-1, 1, 8, 8)
    labels = digits.target.astype(np.int64)
    return train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=SEED)


def train(images, labels):
    """Returns a DigitNet fitted to the images for a fixed number of epochs."""
    torch.manual_seed(SEED)
    model = DigitNet()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
    return model.eval()


def logits_of(model, images):
    """The model's float32 logits, [N,10]."""
    with torch.no_grad():
        return model(torch.from_numpy(images)).numpy()


def export(model, path):
    """Writes the model as ONNX, opset 13, with a symbolic batch dimension."""
    torch.onnx.export(
        model,
        torch.zeros(1, 1, 8, 8),
        str(path),
        opset_version=13,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)


def load_exported(path):
    """A DigitNet with the weights stored in an exported file."""
    weights = {
        tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
        for tensor in onnx.load(str(path)).graph.initializer
    }
    model = DigitNet()
    model.load_state_dict(weights)
    return model.eval()


def build(out_dir):
    """Trains and writes every file into out_dir. Returns the held-out accuracy."""
    out_dir.mkdir(parents=True, exist_ok=True)
    train_images, heldout_images, train_labels, heldout_labels = load_split()
    model = train(train_images, train_labels)
    logits = logits_of(model, heldout_images)
    right = logits.argmax(axis=1) == heldout_labels
    accuracy = right.mean()
    print(f"held-out accuracy: {right.sum()} of {len(right)} = {100 * accuracy:.2f} %")
    if accuracy < MIN_ACCURACY:
        sys.exit(f"error: held-out accuracy is below {100 * MIN_ACCURACY:.0f} %")

    # The quickstart's digit comes after the first 16, so that all 17 reference images differ.
    chosen = EXPECTED_IMAGES + int(np.argmax(right[EXPECTED_IMAGES:]))
    digit = heldout_images[chosen : chosen + 1]
    reference = np.concatenate([digit, heldout_images[:EXPECTED_IMAGES]])
    print(f"digit.npy: held-out image {chosen}, a {heldout_labels[chosen]}")

    np.save(out_dir / "heldout_images.npy", heldout_images)
    np.save(out_dir / "heldout_labels.npy", heldout_labels)
    np.save(out_dir / "calibration.npy", train_images[:CALIBRATION_IMAGES])
    np.save(out_dir / "digit.npy", digit)
    np.save(out_dir / "expected_logits.npy", logits_of(model, reference))
    export(model, out_dir / "digits.onnx")
    return accuracy


def check_stored(stored, fresh):
    """Exits with a message unless the files in `stored` agree with one another and with `fresh`."""
    for name in DATA_FILES:
        if not np.array_equal(np.load(stored / name), np.load(fresh / name)):
            sys.exit(f"error: {name} is not what the fixed split gives; retrain into {stored}")

    model = load_exported(stored / "digits.onnx")
    images, labels = np.load(stored / "heldout_images.npy"), np.load(stored / "heldout_labels.npy")
    accuracy = (logits_of(model, images).argmax(axis=1) == labels).mean()
    print(f"stored digits.onnx: held-out accuracy {100 * accuracy:.2f} %")
    if accuracy < MIN_ACCURACY:
        sys.exit(f"error: stored digits.onnx is below {100 * MIN_ACCURACY:.0f} %")

    reference = np.concatenate([np.load(stored / "digit.npy"), images[:EXPECTED_IMAGES]])
    worst = np.abs(logits_of(model, reference) - np.load(stored / "expected_logits.npy")).max()
    print(f"stored expected_logits.npy: largest difference {worst:.1e}")
    if not worst <= LOGIT_TOLERANCE:
        sys.exit("error: expected_logits.npy does not belong to digits.onnx; retrain both")


def main():
    parser = argparse.ArgumentParser(description="Trains the digits example.")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("out_dir", nargs="?", type=pathlib.Path, help="where the files go")
    mode.add_argument("--check", action="store_true", help="retrain aside, check stored files")
    args = parser.parse_args()

    torch.set_num_threads(1)  # a fixed order of summation, so that runs repeat
    torch.use_deterministic_algorithms(True)
    if args.check:
        with tempfile.TemporaryDirectory() as fresh:
            build(pathlib.Path(fresh))
            check_stored(pathlib.Path(__file__).resolve().parent, pathlib.Path(fresh))
    else:
        build(args.out_dir)


if __name__ == "__main__":
    main()
