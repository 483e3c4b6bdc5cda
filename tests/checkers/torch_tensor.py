"""What a file of torch.save holds, without torch: the ZIP's members and the call that rebuilds the tensor.

Classes and the storage are recorded, not made, so that nothing of the pickle is run.
"""

import hashlib
import io
import json
import pickle
import sys
import zipfile


class Recorder(pickle.Unpickler):
    """Reads a pickle into plain lists."""

    def find_class(self, module, name):
        """A stand-in that remembers what it was called with."""
        return lambda *args: [f"{module}.{name}", *args]

    def persistent_load(self, identity):
        """The storage: kind, type, key, place, number of elements."""
        kind, type_, key, place, count = identity
        return [kind, type_()[0], key, place, count]


def main(path):
    """Print it as JSON."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        roots = {name.split("/")[0] for name in file.namelist()}
        (root,) = roots
        stored = all(item.compress_type == zipfile.ZIP_STORED for item in file.infolist())
        values = file.read(f"{root}/data/0")
        print(json.dumps({
            "root": root,
            "stored": stored,
            "call": Recorder(io.BytesIO(file.read(f"{root}/data.pkl"))).load(),
            "byteorder": file.read(f"{root}/byteorder").decode(),
            "version": file.read(f"{root}/version").decode().strip(),
            "sha256": hashlib.sha256(values).hexdigest(),
        }))


if __name__ == "__main__":
    main(sys.argv[1])
