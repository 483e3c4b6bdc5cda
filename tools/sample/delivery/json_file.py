"""JSON written so that people can read it: two spaces, short objects and arrays on one line."""

import json

WIDTH = 120


def _layout(value, indent):
    """Text of a value; a container that fits in the line stays on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(flat) + indent <= WIDTH:
        return flat
    pad, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {_layout(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
    return "[\n" + ",\n".join(inner + _layout(item, indent + 2) for item in value) + f"\n{pad}]"


def write_json(path, value):
    """Write `value` to `path` with a final newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_layout(value, 0) + "\n")
