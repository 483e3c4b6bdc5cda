"""The whole healthy chest: every part's density, added."""

import numpy as np

from .skeleton import ribs_and_girdle, spine
from .softtissue import breasts, hila, parenchyma, stomach_bubble, trunk_and_lungs
from .thorax import draw_thorax
from .vessels import vessels


def draw_anatomy(rng):
    """(density, lung) of one patient without lesions or devices; both SIZE x SIZE float32."""
    thorax = draw_thorax(rng)
    density = trunk_and_lungs(rng, thorax)
    density = density + spine(rng, thorax) + hila(thorax) + ribs_and_girdle(rng, thorax)
    density = density + stomach_bubble(rng, thorax) + vessels(rng, thorax)
    density = density + parenchyma(rng, thorax) + breasts(rng, thorax)
    return density.astype(np.float32), thorax.lung.astype(np.float32)
