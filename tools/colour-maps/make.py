"""Writes resources/colour-maps/*.json: tables of 256 colours for the overlays.

The sequential tables are matplotlib's (inferno, plasma and cividis are CC0; hot and grey are computed by the classic
formulas). The signed table is ours: for equal distances from zero both sides have the same CIELAB lightness, so neither
sign looks stronger than the other.

    pip install -r requirements.txt && python make.py ../../resources/colour-maps
"""

import json
import math
import sys
from pathlib import Path

import matplotlib

MATPLOTLIB = {
    "inferno": ("Inferno", "Nathaniel Smith and Stéfan van der Walt, for matplotlib", "CC0-1.0"),
    "plasma": ("Plasma", "Nathaniel Smith and Stéfan van der Walt, for matplotlib", "CC0-1.0"),
    "cividis": ("Cividis", "Jamie Nuñez, Christopher Anderton and Ryan Renslow, as in matplotlib", "CC0-1.0"),
    "hot": ("Hot", "black, red, yellow, white, as in matplotlib", "CC0-1.0"),
}


def hex_of(red, green, blue):
    return "".join(f"{round(255 * min(1, max(0, channel))):02x}" for channel in (red, green, blue))


def srgb_of_lch(lightness, chroma, hue):
    """CIELAB (D65) in polar form to sRGB in 0…1; components outside are not clipped."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    fy = (lightness + 16) / 116
    fx, fz = fy + a / 500, fy - b / 200

    def cube(f):
        return f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29)

    x, y, z = 0.95047 * cube(fx), cube(fy), 1.08883 * cube(fz)
    linear = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    return tuple(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear)


def strongest_in_gamut(lightness, hue, limit):
    """The greatest chroma up to `limit` that sRGB can show at this lightness and hue."""
    chroma = limit
    while chroma > 0 and not all(-1e-4 <= c <= 1 + 1e-4 for c in srgb_of_lch(lightness, chroma, hue)):
        chroma -= 0.25
    return srgb_of_lch(lightness, chroma, hue)


def orange_blue():
    """Index 0 is the most negative (blue), 255 the most positive (orange); both ends are light, zero is dark."""
    colours = []
    for index in range(256):
        signed = (index - 127.5) / 127.5
        lightness = 22 + 62 * abs(signed)
        colours.append(hex_of(*strongest_in_gamut(lightness, 62 if signed > 0 else 265, 75)))
    return colours


def write(folder, name, title, kind, source, licence, colours):
    table = {"id": name, "title": title, "kind": kind, "source": source, "licence": licence, "colours": colours}
    (folder / f"{name}.json").write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def main():
    folder = Path(sys.argv[1])
    for name, (title, source, licence) in MATPLOTLIB.items():
        table = matplotlib.colormaps[name].resampled(256)
        write(folder, name, title, "sequential", source, licence, [hex_of(*table(i)[:3]) for i in range(256)])
    write(folder, "grey", "Grey", "sequential", "black to white", "CC0-1.0", [hex_of(*[i / 255] * 3) for i in range(256)])
    write(folder, "orange-blue", "Orange–blue", "signed", "made for Saliscope by tools/colour-maps", "MIT", orange_blue())


main()
