"""The torchvision network of a name, with random weights, frozen, in evaluation mode, two threads."""
import torch
import torchvision


def network(name: str) -> torch.nn.Module:
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model
