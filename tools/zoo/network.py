"""A network of the zoo with seeded weights and statistics under which every layer matters."""
import torch
from architectures import EVERY

NORMALIZATIONS = (
    torch.nn.modules.batchnorm._BatchNorm,
    torch.nn.LayerNorm,
    torch.nn.GroupNorm,
)


def seeded_network(name: str) -> torch.nn.Module:
    """Float32, evaluation mode, no gradients for weights."""
    torch.manual_seed(20260)
    model = EVERY[name].network().eval()
    vary_constant_parameters(model)
    measure_statistics(model, EVERY[name].size)
    return model.eval().requires_grad_(False)


def images(name: str, rows: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, *EVERY[name].size, generator=generator)


@torch.no_grad()
def vary_constant_parameters(model: torch.nn.Module) -> None:
    """Parameters torchvision starts at one number (scales, shifts, heads and layer scales) would hide mistakes: a head of
    zeros has no gradient, a layer scale of 1e-6 switches its block off."""
    for module in model.modules():
        normalizes = isinstance(module, NORMALIZATIONS)
        for kind, parameter in module.named_parameters(recurse=False):
            if parameter.numel() > 1 and parameter.std() > 0:
                continue
            if normalizes and kind == "weight":
                parameter.uniform_(0.8, 1.2)
            elif kind == "layer_scale":
                parameter.uniform_(0.2, 0.6)
            elif kind == "weight":
                parameter.normal_(0, parameter[0].numel() ** -0.5)
            elif kind == "logit_scale":
                parameter.uniform_(1.5, 2.5)
            else:
                parameter.normal_(0, 0.05)


@torch.no_grad()
def measure_statistics(model: torch.nn.Module, size: tuple[int, ...]) -> None:
    """Batch statistics of noise images, then moved by a seeded amount.

    Variances are raised: with the measured ones a random net of this depth is chaotic (its gradient explodes, and float32
    is wrong in the first digit, torch's too: efficientnet_v2_m 4.7, efficientnet_b0 1.7e-4; raised, both 1e-6).
    """
    norms = [module for module in model.modules() if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    for norm in norms:
        norm.train()
        norm.momentum = None
        norm.reset_running_stats()
    model(torch.randn(8, *size))
    for norm in norms:
        deviation = norm.running_var.sqrt()
        norm.running_mean += 0.2 * deviation * torch.randn_like(deviation)
        norm.running_var *= torch.empty_like(deviation).uniform_(1.2, 2.5)
