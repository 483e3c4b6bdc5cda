"""Small ReLU classifiers: input [N, 1, 128, 128] in [-1, 1] (black = -1), one logit, no sigmoid."""
