"""Brain phantoms with atrophy inside a known mask, and the 3-D network trained on them."""
