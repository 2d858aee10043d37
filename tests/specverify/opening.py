"""Sections 8.7 to 8.10: the opening of the linear claim on W and X."""

from .field import (ONE, P, ZERO, add, dot, dot_ints, eq_all, eq_at, eq_range, half_power, lift, mul, pow_tilde,
                    quadratic_step, require, root, scale, split, sub)
from .hashing import extension_bytes, extension_elements, field_elements, merkle_root, multiproof_size


def last(point, k):
    """The last k coordinates of a point."""
    return point[len(point) - k:]


class Opening:
    """State of the opening: claim, points, constraints. Blocks are "w", "x" and "whole"."""

    def __init__(self, t, params, root_w, root_x):
        self.t, self.params = t, params
        self.roots = [root_w, root_x]
        self.limb_point, self.point, self.constraints = [], [], []
        self.claim = ZERO

    def fold(self, count, point):
        """`count` fold rounds (8.7)."""
        for _ in range(count):
            c0, c2 = self.t.read_extension("fold", 2)
            r = self.t.draw("fold")
            self.claim = quadratic_step(self.claim, c0, c2, r)
            point.append(r)

    def _oracles(self, j):
        """(name, block, root, limbs, words of an element) of the oracles of round j."""
        p = self.params
        if j:
            return [("a single oracle", "whole", self.root, 1 << p.rounds[j].log_limbs, 3)]
        found = [(n, n.lower() if p.both else "whole", r, limbs, 1)
                 for n, r, limbs in zip("WX", self.roots, (p.limbs_w, p.limbs_x)) if limbs]
        return found

    def query(self, j, samples):
        """query(j) of 8.9: open round j, append (at, value, block) to samples."""
        r, t = self.params.rounds[j], self.t
        t.grind("query work", r.grind_bits)
        positions = sorted(set(t.draw_positions("queries", r.queries, r.log_domain)))
        generator = root(r.log_domain)
        for name, block, digest, limbs, words in self._oracles(j):
            size = 8 * words * limbs
            data = t.read("rows", size * len(positions))
            path = t.read_digests("siblings", multiproof_size(r.log_domain, positions))
            rows = [data[i:i + size] for i in range(0, len(data), size)]
            if words == 1:
                values = [field_elements(row) for row in rows]
            else:
                values = [extension_elements(row) for row in rows]
            source = "a single oracle" if block == "whole" else name
            require(merkle_root(r.log_domain, positions, rows, path) == digest,
                    f"opened rows of {source} match its root")
            log = (limbs - 1).bit_length()
            weights = eq_range(last(self.point if j else self.limb_point, log), 0, limbs)
            parts = split(weights)
            for s, row in zip(positions, values):
                value = dot_ints(parts, row) if words == 1 else dot(weights, row)
                samples.append((lift(pow(generator, s, P)), value, block))

    def extension_round(self, i):
        """Round i of 8.9."""
        r, t, samples = self.params.rounds[i], self.t, []
        root_i = t.read("oracle root", 32)
        for _ in range(r.ood):
            z = t.draw("out of domain")
            samples.append((z, t.read_extension("out of domain answer", 1)[0], "whole"))
        self.query(i - 1, samples)
        self.root = root_i
        xi, power = t.draw("batch"), ONE
        for at, value, block in samples:
            power = mul(power, xi)
            self.claim = add(self.claim, mul(power, value))
            self.constraints.append((power, at, block, r.length_log))
        self.fold(r.log_limbs, self.point)

    def final(self):
        """The last round (8.10) but for the covector: value of the final vector at the point."""
        p = self.params
        v = self.t.read_extension("final vector", 1 << p.final_log)
        samples = []
        self.query(len(p.rounds) - 1, samples)
        for at, value, _ in samples:
            result = ZERO
            for x in reversed(v):
                result = add(scale(result, at[0]), x)
            require(result == value, "final vector agrees with the queried rows")
        self.fold(p.final_log, self.point)
        return dot(eq_all(last(self.point, p.final_log)), v)

    def constraint_sum(self):
        """The constraints' part of the covector at the point (8.10)."""
        result = ZERO
        for coefficient, at, block, m in self.constraints:
            tail = last(self.point, m)
            if block != "whole":
                coefficient = mul(coefficient, tail[0] if block == "x" else sub(ONE, tail[0]))
                tail = tail[1:]
            result = add(result, mul(coefficient, pow_tilde(at, tail)))
        return result


def _tile_part(tile, form, point, cols):
    """A form with the column's own shape, on one tile, times eq(point, address)."""
    m = len(point)
    rows = eq_all(point[m - tile.log_size:m - tile.log_cols])
    columns = eq_all(last(point, tile.log_cols))
    return mul(dot(form.u[tile.row:tile.row + len(rows)], rows), dot(form.v[tile.col:tile.col + len(columns)], columns))


def _flat_eq(column, tiles, point):
    """eq(point, address) of every entry of a column, row-major."""
    out, m = [ZERO] * column.size, len(point)
    for tile in tiles:
        values = eq_range(point, tile.address, 1 << tile.log_size)
        for i in range(1 << tile.log_rows):
            start = (tile.row + i) * column.cols + tile.col
            out[start:start + (1 << tile.log_cols)] = values[i << tile.log_cols:(i + 1) << tile.log_cols]
    return out


def covector_at(oracle, theorem, ledger, point):
    """A~(point) of one oracle without the pin (8.10)."""
    result = ZERO
    for column, tiles in oracle.tiles.items():
        forms = ledger.forms.get(column, [])
        shape = theorem.columns[column]
        shaped = [f for f in forms if len(f.v) == shape.cols]
        others = [f for f in forms if len(f.v) != shape.cols]
        for tile in tiles if shaped else []:
            prefix = eq_at(point[:len(point) - tile.log_size], tile.address >> tile.log_size)
            for form in shaped:
                result = add(result, mul(prefix, _tile_part(tile, form, point, shape.cols)))
        flat = _flat_eq(shape, tiles, point) if others else []
        for form in others:
            width = len(form.v)
            lines = [dot(form.v, flat[i * width:(i + 1) * width]) for i in range(len(form.u))]
            result = add(result, dot(form.u, lines))
    return result


def _ledger_part(opening, theorem, oracles, ledger, z):
    """s_W ... + s_X ... of 8.10."""
    p, point, result = opening.params, opening.point, ZERO
    position = point[1:] if p.both else point
    for oracle, k, present, with_pin in ((oracles[0], p.k_w, p.size_w, True), (oracles[1], p.k_x, p.size_x, False)):
        if not present:
            continue
        x = last(opening.limb_point, k) + position
        part = covector_at(oracle, theorem, ledger, x)
        if with_pin:
            part = add(part, mul(ledger.pin, pow_tilde(z, x)))
        side = ONE if not p.both else sub(ONE, point[0]) if with_pin else point[0]
        result = add(result, scale(mul(side, part), half_power(p.k - k)))
    return result


def open_claim(t, params, theorem, oracles, roots, ledger, z):
    """Sections 8.7 to 8.10. `roots` are those of W (None if absent) and X; z is the pin's point."""
    root_w, root_x = roots
    t.absorb("opening statement", params.encoded + (root_w or bytes(32)) + root_x + extension_bytes(ledger.value))
    opening = Opening(t, params, root_w, root_x)
    opening.claim = ledger.value
    opening.fold(params.k, opening.limb_point)
    for i in range(1, len(params.rounds)):
        opening.extension_round(i)
    folded = opening.final()
    require(t.used == len(t.stream), "proof has exactly the expected length")
    a = add(_ledger_part(opening, theorem, oracles, ledger, z), opening.constraint_sum())
    require(opening.claim == mul(folded, a), "final claim is the folded vector times the covector")
