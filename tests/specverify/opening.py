"""Sections 8.7 to 8.10: the opening of the linear claim on W and X."""

from .field import (ONE, P, ZERO, add, dot, dot_ints, eq_all, eq_at, eq_range, half_power, lift, mul, pow_tilde,
                    quadratic_step, require, root, scale, split, sub)
from .hashing import extension_bytes, field_elements, merkle_root, multiproof_size

W, W2 = (0, 1, 0), (0, 0, 1)                          # the generator of E and its square


def last(point, k):
    """The last k coordinates of a point."""
    return point[len(point) - k:]


class Opening:
    """State of the opening: claim, points, constraints. Blocks are "w", "x" and "whole"."""

    def __init__(self, t, params, root_w, root_x):
        self.t, self.params = t, params
        self.roots = [root_w, root_x]
        self.limb_point, self.point, self.constraints = [], [], []
        self.claim, self.rho, self.pads = ZERO, ONE, []

    def fold(self, count, point):
        """`count` fold rounds (8.7)."""
        for _ in range(count):
            c0, c2 = self.t.read_extension("fold", 2)
            r = self.t.draw("fold")
            self.claim = quadratic_step(self.claim, c0, c2, r)
            point.append(r)

    def limb_fold(self):
        """The K fold rounds of 8.8; in a masked argument the claim is then `claim` + sum_k pads[k] xi_k."""
        for _ in range(self.params.k):
            self.fold(1, self.limb_point)
            r = self.limb_point[-1]
            keep = sub(ONE, scale(r, 2))              # c0 + (claim - 2 c0 - c2) r + c2 r^2 in c0, and in c2 below
            self.pads = [mul(b, r) for b in self.pads] + [keep, sub(mul(r, r), r)]

    def mask_line(self):
        """The mask line of 8.8."""
        s, = self.t.read_extension("mask claim", 1)
        self.rho = self.t.draw("mask line")
        self.claim = add(mul(self.rho, self.claim), s)

    def _oracles(self, j):
        """(name, root, words of a row, salted) of the oracles of round j."""
        p = self.params
        if j:
            return [("a single oracle", self.root, 3 << p.rounds[j].log_limbs, False)]
        found = [("W", self.roots[0], p.limbs_w, p.random_slots_w > 0)] if p.size_w else []
        return found + ([("X", self.roots[1], p.limbs_x + p.mask_words, p.masked)] if p.size_x else [])

    def _open(self, name, root_of, words, salted, log_domain, positions):
        """The rows of one oracle at the positions, in words."""
        t, count = self.t, len(positions)
        data = t.read("rows", 8 * words * count)
        salts = t.read_digests("salts", count) if salted else [b""] * count
        path = t.read_digests("siblings", multiproof_size(log_domain, positions))
        rows = [data[i:i + 8 * words] for i in range(0, len(data), 8 * words)]
        values = [field_elements(row) for row in rows]
        salted_rows = [row + salt for row, salt in zip(rows, salts)]
        require(merkle_root(log_domain, positions, salted_rows, path) == root_of,
                f"opened rows of {name} match its root")
        return values

    def _first_values(self, rows):
        """Values of the opened rows of W and X (8.9): (block, values of the rows)."""
        p, weights = self.params, {}
        for name, limbs, k in (("W", p.limbs_w, p.k_w), ("X", p.limbs_x, p.k_x)):
            weights[name] = split(eq_range(last(self.limb_point, k), 0, limbs)), limbs
        masks = [row[p.limbs_x:] for row in rows["X"]]
        for name, lines in rows.items():
            parts, limbs = weights[name]
            values = [dot_ints(parts, row[:limbs]) for row in lines]
            if p.masked and name == "W":
                values = [add(mul(self.rho, x), tuple(mask[4:7])) for x, mask in zip(values, masks)]
            elif p.masked:
                values = [add(mul(self.rho, add(x, lift(mask[0]))), tuple(mask[1:4])) for x, mask in zip(values, masks)]
            yield name.lower() if p.both else "whole", values

    def query(self, j, samples):
        """query(j) of 8.9: open round j, append (at, value, block) to samples."""
        r, t = self.params.rounds[j], self.t
        t.grind("query work", r.grind_bits)
        positions = sorted(set(t.draw_positions("queries", r.queries, r.log_domain)))
        rows = {oracle[0]: self._open(*oracle, r.log_domain, positions) for oracle in self._oracles(j)}
        if j == 0:
            found = self._first_values(rows)
        else:
            weights = eq_all(last(self.point, r.log_limbs))
            found = [("whole", [dot(weights, list(zip(row[::3], row[1::3], row[2::3])))
                                for row in rows["a single oracle"]])]
        for block, values in found:
            samples += [(lift(pow(root(r.log_domain), s, P)), x, block) for s, x in zip(positions, values)]

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


def _tile_part(tile, form, point):
    """A form with the column's own shape, on one tile, times eq(point, address)."""
    m = len(point)
    rows = eq_all(point[m - tile.log_size:m - tile.log_cols])
    columns = eq_all(last(point, tile.log_cols))
    return mul(dot(form.u[tile.row:tile.row + len(rows)], rows), dot(form.v[tile.col:tile.col + len(columns)], columns))


def _flat_eq(rows, cols, tiles, point):
    """eq(point, address) of every entry of a column [rows, cols], row-major."""
    out = [ZERO] * (rows * cols)
    for tile in tiles:
        values = eq_range(point, tile.address, 1 << tile.log_size)
        for i in range(1 << tile.log_rows):
            start = (tile.row + i) * cols + tile.col
            out[start:start + (1 << tile.log_cols)] = values[i << tile.log_cols:(i + 1) << tile.log_cols]
    return out


def covector_at(oracle, ledger, point):
    """A~(point) of one oracle without the pin (8.10)."""
    result = ZERO
    for column, tiles in oracle.tiles.items():
        forms = ledger.forms.get(column, [])
        rows, cols = oracle.shapes[column]
        shaped = [f for f in forms if len(f.v) == cols]
        others = [f for f in forms if len(f.v) != cols]
        for tile in tiles if shaped else []:
            prefix = eq_at(point[:len(point) - tile.log_size], tile.address >> tile.log_size)
            for form in shaped:
                result = add(result, mul(prefix, _tile_part(tile, form, point)))
        flat = _flat_eq(rows, cols, tiles, point) if others else []
        for form in others:
            width = len(form.v)
            lines = [dot(form.v, flat[i * width:(i + 1) * width]) for i in range(len(form.u))]
            result = add(result, dot(form.u, lines))
    return result


def _pad_part(opening, position):
    """sum_{k < 2K, t < 3} B_k w^t eq(position, slots_X + 3k + t) of 8.10."""
    slots = eq_range(position, opening.params.slots_x, 3 * len(opening.pads))
    triples = zip(slots[::3], slots[1::3], slots[2::3])
    return dot(opening.pads, [add(a, add(mul(b, W), mul(c, W2))) for a, b, c in triples])


def _pin_part(params, z, x):
    """The pin's covector without its coefficient, at the point x (8.10)."""
    high, low = x[:params.k_w], x[params.k_w:]
    step, power, limbs = z, ONE, []
    for _ in range(params.log_n):
        step = mul(step, step)
    for _ in range(params.limbs_w):
        limbs.append(power)
        power = mul(power, step)
    return mul(pow_tilde(z, low), dot(eq_range(high, 0, params.limbs_w), limbs))


def _ledger_part(opening, oracles, ledger, z):
    """s_W ... + s_X ... - s_X ... of 8.10."""
    p, point, result = opening.params, opening.point, ZERO
    position = point[1:] if p.both else point
    for oracle, k, present, with_pin in ((oracles[0], p.k_w, p.size_w, True), (oracles[1], p.k_x, p.size_x, False)):
        if not present:
            continue
        x = last(opening.limb_point, k) + position
        part = covector_at(oracle, ledger, x)
        if with_pin:
            part = add(part, mul(ledger.pin, _pin_part(p, z, x)))
        side = ONE if not p.both else sub(ONE, point[0]) if with_pin else point[0]
        result = add(result, scale(mul(side, part), half_power(p.k - k)))
    if p.masked:
        side = point[0] if p.both else ONE
        result = sub(result, mul(side, _pad_part(opening, position)))
    return result


def open_claim(t, params, oracles, roots, ledger, z):
    """Sections 8.7 to 8.10. `roots` are those of W (None if absent) and X; z is the pin's point."""
    root_w, root_x = roots
    t.absorb("opening statement", params.encoded + (root_w or bytes(32)) + root_x + extension_bytes(ledger.value))
    opening = Opening(t, params, root_w, root_x)
    opening.claim = ledger.value
    opening.limb_fold()
    if params.masked:
        opening.mask_line()
    for i in range(1, len(params.rounds)):
        opening.extension_round(i)
    folded = opening.final()
    a = add(_ledger_part(opening, oracles, ledger, z), opening.constraint_sum())
    require(opening.claim == mul(folded, a), "final claim is the folded vector times the covector")
