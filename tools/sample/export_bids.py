"""Write the BIDS tree of the brain phantoms from their CAPS-like tree: python export_bids.py RESOURCES."""

import sys
from pathlib import Path

from brain.bids import write_tree

if __name__ == "__main__":
    write_tree(Path(sys.argv[1]) / "brain")
