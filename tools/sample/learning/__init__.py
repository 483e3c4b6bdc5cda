"""Training and prediction with PyTorch on the CPU."""
