# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""ONNX nodes with random weights, one layer after the other. A branch takes a former place and comes back with add()."""

import math

import numpy as np
from onnx import helper, numpy_helper

BIAS_DEVIATION = 0.05


class Layers:
    """A graph of ONNX nodes under construction: each call appends one layer to the last output."""

    def __init__(self, rng, shape):
        self.rng = rng
        self.shape = shape  # of one image's current activation, without the batch dimension
        self.output = "image"
        self.nodes = []
        self.weights = []

    def place(self):
        """Where the next layer would be appended: for back() and add()."""
        return self.output, self.shape

    def back(self, place):
        self.output, self.shape = place

    def add(self, place):
        """The sum of the last output and that of an earlier place."""
        self._append("Add", [self.output, place[0]])

    def conv(self, channels, kernel, pad, stride=1, gain=1.0):
        self._weigh("Conv", (channels, self.shape[0], kernel, kernel), gain, kernel_shape=[kernel] * 2,
                    pads=[pad] * 4, strides=[stride] * 2)
        height, width = ((side + 2 * pad - kernel) // stride + 1 for side in self.shape[1:])
        self.shape = (channels, height, width)

    def gemm(self, features):
        self._weigh("Gemm", (features, self.shape[0]), 1.0, transB=1)
        self.shape = (features,)

    def relu(self):
        self._append("Relu", [self.output])

    def max_pool(self, kernel=2, pad=0):
        self._append("MaxPool", [self.output], kernel_shape=[kernel] * 2, pads=[pad] * 4, strides=[2, 2])
        self.shape = (self.shape[0], *((side + 2 * pad - kernel) // 2 + 1 for side in self.shape[1:]))

    def average(self):
        """The mean of each channel."""
        self._append("GlobalAveragePool", [self.output])
        self.shape = (self.shape[0], 1, 1)

    def flatten(self):
        self._append("Flatten", [self.output], axis=1)
        self.shape = (math.prod(self.shape),)

    def _weigh(self, op, shape, gain, **attributes):
        """Appends a node with a weight of this shape (outputs first) and a bias."""
        stem = f"{op.lower()}{1 + sum(node.op_type == op for node in self.nodes)}"
        deviation = gain * math.sqrt(2.0 / math.prod(shape[1:]))
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
