# Copyright The Tacit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The benchmark networks as chains of layers. Batch normalisation stands folded into its convolution, as exporters leave it."""

import dataclasses


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


def cifar_cnn(layers):
    """Two convolutions and three dense layers, without padding and strides: 264,582 parameters."""
    for channels in (24, 24):
        layers.conv(channels, kernel=5, pad=0)
        layers.relu()
        layers.max_pool()
    layers.flatten()
    for features in (324, 160):
        layers.gemm(features)
        layers.relu()
    layers.gemm(10)


def dense_4m(layers):
    """Five dense layers: 4,038,010 parameters."""
    layers.flatten()
    for features in (1000, 1000, 1000, 1000):
        layers.gemm(features)
        layers.relu()
    layers.gemm(10)


BRANCH_GAIN = 0.5   # of a branch's last convolution: the sums do not grow with depth


def join(layers, entry, channels, stride):
    """Adds the shortcut from `entry`: itself, or a 1x1 convolution where shapes differ."""
    branch = layers.place()
    layers.back(entry)
    if entry[1] != branch[1]:
        layers.conv(channels, kernel=1, pad=0, stride=stride, gain=0.7)
    layers.add(branch)
    layers.relu()


def basic_block(layers, channels, stride):
    entry = layers.place()
    layers.conv(channels, kernel=3, pad=1, stride=stride)
    layers.relu()
    layers.conv(channels, kernel=3, pad=1, gain=BRANCH_GAIN)
    join(layers, entry, channels, stride)


def bottleneck(layers, channels, stride):
    entry = layers.place()
    layers.conv(channels, kernel=1, pad=0)
    layers.relu()
    layers.conv(channels, kernel=3, pad=1, stride=stride)
    layers.relu()
    layers.conv(4 * channels, kernel=1, pad=0, gain=BRANCH_GAIN)
    join(layers, entry, 4 * channels, stride)


def residual_stages(layers, block, repeats, classes):
    for stage, count in enumerate(repeats):
        for i in range(count):
            block(layers, 64 << stage, 2 if stage > 0 and i == 0 else 1)
    layers.average()
    layers.flatten()
    layers.gemm(classes)


def resnet18(layers):
    """ResNet-18 for 32x32 images: a 3x3 stem, no pooling before the stages."""
    layers.conv(64, kernel=3, pad=1)
    layers.relu()
    residual_stages(layers, basic_block, (2, 2, 2, 2), classes=10)


def resnet50(layers):
    """ResNet-50 for 224x224 images, 1000 classes."""
    layers.conv(64, kernel=7, pad=3, stride=2)
    layers.relu()
    layers.max_pool(kernel=3, pad=1)
    residual_stages(layers, bottleneck, (3, 4, 6, 3), classes=1000)


@dataclasses.dataclass(frozen=True)
class Architecture:
    add_layers: object  # function from Layers to nothing
    image_shape: tuple  # C, H, W
    parameters: int  # the count the architecture is known by
    calibration_inputs: int


ARCHITECTURES = {
    "lenet5": Architecture(lenet5, (1, 28, 28), 61_706, 8),
    "vgg16": Architecture(vgg16, (3, 32, 32), 15_245_130, 4),
    "cifar_cnn": Architecture(cifar_cnn, (3, 32, 32), 264_582, 8),
    "dense_4m": Architecture(dense_4m, (1, 32, 32), 4_038_010, 4),
    "resnet18": Architecture(resnet18, (3, 32, 32), 11_169_162, 4),
    "resnet50": Architecture(resnet50, (3, 224, 224), 25_530_472, 2),
}
