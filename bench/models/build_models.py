#!/usr/bin/python3
# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds the benchmark models: known architectures with RANDOM weights.

    build_models.py OUT_DIR [NAME...]      (no name: all of networks.py)

writes for each model NAME into OUT_DIR (made if missing):
    NAME.onnx              opset 13, image [batch,C,H,W] in 0..1  ->  logits [batch,classes]
    NAME_calibration.npy   float32 [K,C,H,W]   K inputs to choose scales from
    NAME_input.npy         float32 [1,C,H,W]   the input to prove
    NAME_expected.npy      float32 [1,classes] what numpy makes of it

Weights are He-normal, biases normal with deviation 0.05 (so that a lost bias changes the result),
inputs uniform in 0..1, all from a fixed seed. Proving cost follows from the architecture; accuracy
means nothing here, and every model file states in its metadata that its weights are random.
"""

import argparse
import math
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

from float_model import evaluated
from layers import Layers
from networks import ARCHITECTURES

SEED = 2024
OPSET = 13
IR_VERSION = 7
NOTE = "Random He-normal weights for benchmarks (seed {}); not trained, outputs carry no meaning."


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
    np.save(out_dir / f"{name}_expected.npy", evaluated(model.graph, inputs[count:]))
    print(f"{name}: {parameters:,} parameters, random weights, {len(layers.nodes)} nodes")


def main():
    parser = argparse.ArgumentParser(description="Builds benchmark models with random weights.")
    parser.add_argument("out_dir", type=pathlib.Path, help="where the files go")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(ARCHITECTURES)} (default: all)")
    args = parser.parse_args()
    for name in args.names:
        if name not in ARCHITECTURES:
            parser.error(f"no model named {name}; there are {', '.join(ARCHITECTURES)}")
    args.out_dir.mkdir(parents=True, exist_ok=True)
    for name in args.names or ARCHITECTURES:
        build(name, args.out_dir)


if __name__ == "__main__":
    main()
