"""Section 7: tiles of an oracle, row space of the lookups."""

from dataclasses import dataclass

from .field import ceil_log2


def pieces(n):
    """The binary expansion of n, largest first, as (start, log2 of the length)."""
    out, start = [], 0
    for k in range(n.bit_length() - 1, -1, -1):
        if n >> k & 1:
            out.append((start, k))
            start += 1 << k
    return out


@dataclass(frozen=True)
class Tile:
    column: int
    row: int
    col: int
    log_rows: int
    log_cols: int
    address: int

    @property
    def log_size(self):
        return self.log_rows + self.log_cols


class Oracle:
    """Tiles of the columns of one home (7.1)."""

    def __init__(self, columns, home):
        shapes = [(i, row, col, log_rows, log_cols)
                  for i, c in enumerate(columns) if c.home == home
                  for row, log_rows in pieces(c.rows) for col, log_cols in pieces(c.cols)]
        shapes.sort(key=lambda t: -(t[3] + t[4]))
        self.tiles, self.size = {}, 0
        for shape in shapes:
            self.tiles.setdefault(shape[0], []).append(Tile(*shape, self.size))
            self.size += 1 << (shape[3] + shape[4])


@dataclass
class Block:
    """A lookup (kind "lookup") or table (kind "table") in the row space; `index` is its position in its list."""
    kind: str
    index: int
    rows: int
    cols: int
    log_cols: int
    base: int = 0


class RowSpace:
    """Section 7.2."""

    def __init__(self, theorem):
        self.blocks = [Block("lookup", i, x.rows, x.cols, ceil_log2(x.cols)) for i, x in enumerate(theorem.lookups)]
        self.blocks += [Block("table", i, t.rows // 256, 256, 8) for i, t in enumerate(theorem.tables)]
        self.blocks.sort(key=lambda b: -b.log_cols)
        used = 0
        for b in self.blocks:
            b.base = used
            used += b.rows << b.log_cols
        self.log_rows = max(1, ceil_log2(used))

    def rows_of(self, kind):
        return sum(b.rows << b.log_cols for b in self.blocks if b.kind == kind)
