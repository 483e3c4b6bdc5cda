"""JSON laid out as the repository's formatter does it: two spaces, what fits in 120 columns on one line."""

import json

WIDTH = 120


def _flat(value):
    """One-line text of a value, with spaces inside braces."""
    if isinstance(value, dict) and value:
        return "{ " + ", ".join(f"{json.dumps(key)}: {_flat(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_flat(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _is_table(value):
    """Several rows of several entries each: one row a line, however short."""
    rows = value if isinstance(value, list) else []
    same = all(isinstance(row, list) for row in rows) or all(isinstance(row, dict) for row in rows)
    return len(rows) > 1 and same and all(len(row) > 1 for row in rows)


def _has_table(value):
    """True of a container with a table anywhere inside."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return _is_table(value) or any(_has_table(item) for item in inside)


def _layout(value, indent, used):
    """Text of a value that starts in column `used` of a line indented by `indent`."""
    flat = _flat(value)
    if not isinstance(value, (dict, list)) or (used + len(flat) + 1 <= WIDTH and not _has_table(value)):
        return flat
    pad, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        keys = [f"{json.dumps(key)}: " for key in value]
        texts = [_layout(item, indent + 2, indent + 2 + len(key)) for key, item in zip(keys, value.values())]
        lines = [inner + key + text for key, text in zip(keys, texts)]
        return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
    return "[\n" + ",\n".join(inner + _layout(item, indent + 2, indent + 2) for item in value) + f"\n{pad}]"


def write_json(path, value):
    """Write `value` to `path` with a final newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_layout(value, 0, 0) + "\n")
