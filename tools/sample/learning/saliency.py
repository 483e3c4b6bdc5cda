"""Gradient maps for choices on validation patients (the engine computes its own for every report)."""

import torch


def gradient(network, images):
    """Gradient of the logit at the images, the images' shape."""
    images = images.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(network(images).sum(), images)
    return slope


def smooth_squared(network, image, sigma, samples, generator):
    """Mean squared gradient of one image [1, 1, h, w] under noise of sd `sigma` x (max - min)."""
    spread = sigma * (image.max() - image.min())
    noise = torch.randn(samples, *image.shape[1:], generator=generator)
    return (gradient(network, image + spread * noise) ** 2).mean(0, keepdim=True)
