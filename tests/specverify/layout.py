"""Section 7: tiles of an oracle, row space of the lookups."""

from dataclasses import dataclass

from .field import ceil_log2, require


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
    """Tiles of the columns of one home (7.1), `shapes` by column: (rows, cols)."""

    def __init__(self, shapes, log_n, limbs, slots):
        self.shapes, self.tiles, self.size = shapes, {}, sum(rows * cols for rows, cols in shapes.values())
        self.log_n, self.slots, self.cursors = log_n, slots, [0] * limbs
        waiting = {}                                  # tiles without an address by log2 of their size, in order
        for i, (rows, cols) in shapes.items():
            for row, log_rows in pieces(rows):
                for col, log_cols in pieces(cols):
                    waiting.setdefault(log_rows + log_cols, []).append((i, row, col, log_rows, log_cols))
        for log_size in range(max(waiting, default=-1), -1, -1):
            self._place(log_size, waiting.get(log_size, []), waiting)

    def _place(self, log_size, tiles, waiting):
        """All tiles of one size, each in the first limb with room; without room its halves wait."""
        limb = 0                                      # limbs before it have no room for this size
        for tile in tiles:
            while limb < len(self.cursors) and self.cursors[limb] + (1 << log_size) > self.slots:
                limb += 1
            if limb < len(self.cursors):
                address = (limb << self.log_n) + self.cursors[limb]
                self.cursors[limb] += 1 << log_size
                self.tiles.setdefault(tile[0], []).append(Tile(*tile, address))
                continue
            require(log_size > 0, "layout: entries do not fit")
            column, row, col, log_rows, log_cols = tile
            if log_rows:
                halves = [(column, row + at, col, log_rows - 1, log_cols) for at in (0, 1 << (log_rows - 1))]
            else:
                halves = [(column, row, col + at, 0, log_cols - 1) for at in (0, 1 << (log_cols - 1))]
            waiting.setdefault(log_size - 1, []).extend(halves)


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
        self.blocks += [Block("table", i, *t.block, ceil_log2(t.block[1])) for i, t in enumerate(theorem.tables)]
        self.blocks.sort(key=lambda b: -b.log_cols)
        used = 0
        for b in self.blocks:
            b.base = used
            used += b.rows << b.log_cols
        self.log_rows = max(1, ceil_log2(used))

    def rows_of(self, kind):
        return sum(b.rows << b.log_cols for b in self.blocks if b.kind == kind)
