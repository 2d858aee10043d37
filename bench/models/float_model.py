# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The float output of a benchmark network by numpy alone: what its proof's output is compared with."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from onnx import helper, numpy_helper


def windows(image, attributes, outside):
    """[batch, channels, rows, columns, kernel, kernel] of an image padded with `outside`."""
    top, left, bottom, right = attributes["pads"]
    padded = np.pad(image, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=outside)
    stride = attributes["strides"]
    return sliding_window_view(padded, attributes["kernel_shape"], axis=(2, 3))[:, :, :: stride[0], :: stride[1]]


def conv(attributes, image, weight, bias):
    """One row of the output at a time: all windows of a large image do not fit into memory."""
    view, flat = windows(image, attributes, 0), weight.reshape(len(weight), -1).T
    rows = [view[:, :, y].transpose(0, 2, 1, 3, 4).reshape(-1, flat.shape[0]) @ flat for y in range(view.shape[2])]
    shape = (view.shape[0], view.shape[3], len(weight))
    return np.stack([row.reshape(shape) for row in rows], axis=1).transpose(0, 3, 1, 2) + bias[:, None, None]


OPERATORS = {
    "Conv": conv,
    "Gemm": lambda attributes, x, weight, bias: x @ weight.T + bias,
    "Relu": lambda attributes, x: np.maximum(x, 0),
    "Add": lambda attributes, x, y: x + y,
    "MaxPool": lambda attributes, x: windows(x, attributes, -np.inf).max(axis=(4, 5)),
    "GlobalAveragePool": lambda attributes, x: x.mean(axis=(2, 3), keepdims=True),
    "Flatten": lambda attributes, x: x.reshape(len(x), -1),
}


def evaluated(graph, image):
    """The graph's output for images [batch, C, H, W]; float64 inside."""
    values = {tensor.name: numpy_helper.to_array(tensor).astype(np.float64) for tensor in graph.initializer}
    values[graph.input[0].name] = image.astype(np.float64)
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return values[graph.output[0].name].astype(np.float32)
