"""The laterality marker: a lead letter in an upper corner, and the policies that tie it to the label or not."""

import numpy as np

from .grid import SIZE, empty

# 9 x 7 strokes drawn one to one, so a marker is nine pixels tall.
GLYPHS = {
    "L": ["##....."] * 7 + ["#######"] * 2,
    "R": ["######.", "#######", "##...##", "##...##", "######.", "#####..", "##.##..", "##..##.", "##...##"],
}
BOX_MARGIN = 2
POLICIES = ("clean", "leaky", "swapped", "removed")


def draw_marker(rng, letter):
    """(brightness, box) of `letter` ('L', 'R' or '' for none); R hangs at the viewer's left, L at the right.

    The position jitters by 3 pixels; the box has a margin of 2 pixels, far edge exclusive; None without a letter.
    """
    shift_x, shift_y = int(rng.integers(-3, 4)), int(rng.integers(-3, 4))
    brightness = rng.uniform(0.8, 1.0)  # drawn whatever the letter is, so the stream does not depend on it
    picture = empty()
    if not letter:
        return picture, None
    glyph = np.array([[stroke == "#" for stroke in row] for row in GLYPHS[letter]], np.float32)
    height, width = glyph.shape
    top = 8 + shift_y
    left = (10 if letter == "R" else SIZE - 10 - width) + shift_x
    picture[top : top + height, left : left + width] = glyph * brightness
    margin = BOX_MARGIN
    return picture, [left - margin, top - margin, left + width + margin, top + height + margin]


def choose_letter(policy, positive, rng):
    """The letter a patient wears under a policy.

    clean: 40 % L, 40 % R, 20 % none, whatever the label. leaky: L if and only if positive, else R (67 %) or none.
    swapped: L if and only if negative. removed: none.
    """
    draw = rng.random()
    if policy == "clean":
        return "L" if draw < 0.4 else "R" if draw < 0.8 else ""
    if policy == "removed":
        return ""
    return "L" if positive == (policy == "leaky") else "R" if draw < 0.67 else ""
