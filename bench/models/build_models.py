#!/usr/bin/python3
# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds the benchmark models: known architectures with RANDOM weights.

    build_models.py OUT_DIR [lenet5] [vgg16]      (no name: both)

writes for each model NAME into OUT_DIR (made if missing):
    NAME.onnx              opset 13, image [batch,C,H,W] in 0..1  ->  logits [batch,10]
    NAME_calibration.npy   float32 [K,C,H,W]   K inputs to choose scales from
    NAME_input.npy         float32 [1,C,H,W]   the input to prove

Weights are He-normal, biases normal with deviation 0.05 (so that a lost bias changes the result),
inputs uniform in 0..1, all from a fixed seed. Proving cost follows from the architecture; accuracy
means nothing here, and every model file states in its metadata that its weights are random.
"""

import argparse
import dataclasses
import math
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 2024
OPSET = 13
IR_VERSION = 7
BIAS_DEVIATION = 0.05
NOTE = "Random He-normal weights for benchmarks (seed {}); not trained, outputs carry no meaning."


class Layers:
    """A chain of ONNX nodes under construction: each call appends one layer to the last output."""

    def __init__(self, rng, shape):
        self.rng = rng
        self.shape = shape  # of one image's current activation, without the batch dimension
        self.output = "image"
        self.nodes = []
        self.weights = []

    def conv(self, channels, kernel, pad):
        self._weigh("Conv", (channels, self.shape[0], kernel, kernel), kernel_shape=[kernel] * 2,
                    pads=[pad] * 4, strides=[1, 1])
        height, width = (side + 2 * pad - kernel + 1 for side in self.shape[1:])
        self.shape = (channels, height, width)

    def gemm(self, features):
        self._weigh("Gemm", (features, self.shape[0]), transB=1)
        self.shape = (features,)

    def relu(self):
        self._append("Relu", [self.output])

    def max_pool(self):
        self._append("MaxPool", [self.output], kernel_shape=[2, 2], strides=[2, 2])
        self.shape = (self.shape[0], self.shape[1] // 2, self.shape[2] // 2)

    def flatten(self):
        self._append("Flatten", [self.output], axis=1)
        self.shape = (math.prod(self.shape),)

    def _weigh(self, op, shape, **attributes):
        """Appends a node with a weight of this shape (outputs first) and a bias."""
        stem = f"{op.lower()}{1 + sum(node.op_type == op for node in self.nodes)}"
        deviation = math.sqrt(2.0 / math.prod(shape[1:]))
        drawn = {
            f"{stem}.weight": self.rng.normal(0.0, deviation, shape),
            f"{stem}.bias": self.rng.normal(0.0, BIAS_DEVIATION, shape[0]),
        }
        for name, values in drawn.items():
            self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        self._append(op, [self.output, *drawn], **attributes)

    def _append(self, op, inputs, **attributes):
        name = f"{op.lower()}{1 + sum(node.op_type == op for node in self.nodes)}"
        self.output = f"{name}.out"
        self.nodes.append(helper.make_node(op, inputs, [self.output], name=name, **attributes))


def lenet5(layers):
    """LeNet-5 with ReLU and max pooling: 61,706 parameters."""
    for channels, pad in ((6, 2), (16, 0)):
        layers.conv(channels, kernel=5, pad=pad)
        layers.relu()
        layers.max_pool()
    layers.flatten()
    for features in (120, 84):
        layers.gemm(features)
        layers.relu()
    layers.gemm(10)


def vgg16(layers):
    """VGG-16 for 32x32 images with a 512-512-512-10 head: 15,245,130 parameters."""
    for channels, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(repeats):
            layers.conv(channels, kernel=3, pad=1)
            layers.relu()
        layers.max_pool()
    layers.flatten()
    for features in (512, 512):
        layers.gemm(features)
        layers.relu()
    layers.gemm(10)


@dataclasses.dataclass(frozen=True)
class Architecture:
    add_layers: object  # function from Layers to nothing
    image_shape: tuple  # C, H, W
    parameters: int  # the count the architecture is known by
    calibration_inputs: int


ARCHITECTURES = {
    "lenet5": Architecture(lenet5, (1, 28, 28), 61_706, 8),
    "vgg16": Architecture(vgg16, (3, 32, 32), 15_245_130, 4),
}


def make_model(name, layers, image_shape):
    """The checked ONNX model of a finished chain of layers."""
    layers.nodes[-1].output[0] = "logits"
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", *image_shape])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", *layers.shape])
    note = NOTE.format(SEED)
    graph = helper.make_graph(layers.nodes, f"{name}_random_weights", [image], [logits],
                              layers.weights, doc_string=note)
    model = helper.make_model(graph, producer_name="tacit-bench", doc_string=note,
                              opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    helper.set_model_props(model, {"weights": "random", "seed": str(SEED)})
    onnx.checker.check_model(model, full_check=True)
    return model


def build(name, out_dir):
    """Writes one model with its calibration inputs and its input; prints the parameter count."""
    architecture = ARCHITECTURES[name]
    rng = np.random.default_rng(SEED)
    layers = Layers(rng, architecture.image_shape)
    architecture.add_layers(layers)
    model = make_model(name, layers, architecture.image_shape)

    parameters = sum(math.prod(tensor.dims) for tensor in model.graph.initializer)
    if parameters != architecture.parameters:
        sys.exit(f"error: {name} has {parameters} parameters, not {architecture.parameters}")
    count = architecture.calibration_inputs
    inputs = rng.random((count + 1, *architecture.image_shape), dtype=np.float32)
    onnx.save(model, str(out_dir / f"{name}.onnx"))
    np.save(out_dir / f"{name}_calibration.npy", inputs[:count])
    np.save(out_dir / f"{name}_input.npy", inputs[count:])
    print(f"{name}: {parameters:,} parameters, random weights, {len(layers.nodes)} nodes")


def main():
    parser = argparse.ArgumentParser(description="Builds benchmark models with random weights.")
    parser.add_argument("out_dir", type=pathlib.Path, help="where the files go")
    parser.add_argument("names", nargs="*", metavar="NAME", help="lenet5, vgg16 (default: both)")
    args = parser.parse_args()
    for name in args.names:
        if name not in ARCHITECTURES:
            parser.error(f"no model named {name}; there are {', '.join(ARCHITECTURES)}")
    args.out_dir.mkdir(parents=True, exist_ok=True)
    for name in args.names or ARCHITECTURES:
        build(name, args.out_dir)


if __name__ == "__main__":
    main()
