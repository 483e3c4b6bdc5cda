"""PAIR's XRAI of a given attribution: six segmentations, dilation and ranking."""
import numpy
import saliency.core
from scipy.ndimage import gaussian_filter


def prepare(size: int, algorithm: str):
    random = numpy.random.default_rng(0)
    planes = [
        gaussian_filter(random.standard_normal((size, size)), 6) + 0.02 * random.standard_normal((size, size))
        for _ in range(3)
    ]
    image = numpy.stack(planes, -1).astype(numpy.float32)
    attribution = random.standard_normal((size, size, 3)).astype(numpy.float32)
    parameters = saliency.core.XRAIParameters(algorithm=algorithm)
    return lambda: saliency.core.XRAI().GetMask(
        image, None, base_attribution=attribution, extra_parameters=parameters
    )
