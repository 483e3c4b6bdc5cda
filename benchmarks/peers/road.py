"""ROAD combined of pytorch-grad-cam at nine percentiles; the model is the mean of each channel, so that imputation is what is timed."""
import numpy
import torch
from pytorch_grad_cam.metrics.road import ROADCombined
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from scipy.ndimage import gaussian_filter


class ChannelMeans(torch.nn.Module):
    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image.mean((2, 3))


def prepare(size: int):
    torch.set_num_threads(2)
    random = numpy.random.default_rng(0)
    planes = numpy.stack([gaussian_filter(random.standard_normal((size, size)), 5) for _ in range(3)])
    image = torch.from_numpy(planes[None].astype(numpy.float32))
    saliency = gaussian_filter(random.standard_normal((size, size)), 12).astype(numpy.float32)
    saliency = ((saliency - saliency.min()) / (saliency.max() - saliency.min()))[None]
    measure, model, targets = ROADCombined(), ChannelMeans(), [ClassifierOutputTarget(0)]

    def work() -> None:
        with torch.no_grad():
            measure(image, saliency, targets, model)

    return work
