"""A prover for theorems without weights and contractions, one limb and no masks: enough for the keys of keywriter.

It answers the verifier's own script: `read` asks a generator for the next message, which looks up the challenges that
were drawn in between.
"""

from .argument import argue
from .field import ONE, P, ZERO, add, dot, eq_range, lift, mul, root, scale, sub
from .hashing import Transcript, extension_bytes, keccak256
from .layout import RowSpace
from .opening import open_claim
from .theorem import COLUMNS, FUNCTION, NONE, PUBLIC, map_sources, sources


class Answers(Transcript):
    """A transcript whose messages come from a generator; afterwards they are `written`."""

    def __init__(self, label):
        super().__init__(label)
        self.prover, self.written, self.seen = None, b"", 0

    def read(self, label, size):
        data = next(self.prover)
        assert len(data) == size, label
        self.written += data
        self.absorb(label, data)
        return data

    def take(self, label):
        """The next challenge under this label that the prover has not looked at."""
        while self.draws[self.seen][0] != label:
            self.seen += 1
        self.seen += 1
        return self.draws[self.seen - 1][1]


def linear_value(x, values, cols, r, s):
    """L(r, s) of a linear term without divide_by_taps, from 5.2."""
    if x.mapped:
        base, places = 0, [map_sources(x.axes)[r * cols + s]]
    else:
        base, places = (0 if x.one_row else r) * x.window.in_cols, [line[s] for line in sources(x.window)]
    return x.coefficient * sum(values[base + j] for j in places if j is not None)


def expression_value(theorem, e, columns, cols, r, s):
    """N(r, s) of an expression whose accumulator has no contractions."""
    linears = e.linears + (theorem.accumulators[e.acc].linears if e.acc != NONE else ())
    ramps = e.row_step * r + e.col_step * s
    return e.constant + ramps + sum(linear_value(x, columns[x.column], cols, r, s) for x in linears)


def table_rows(theorem, table, columns):
    """The tuples of a table's rows, in order."""
    if table.kind == COLUMNS:
        cols = table.shape[1]
        return [tuple(expression_value(theorem, e, columns, cols, i // cols, i % cols)
                      for e in (table.index, *table.entries)) for i in range(table.rows)]
    if table.kind == FUNCTION:
        return [(table.first + i, v) for i, v in enumerate(table.values())]
    return [tuple(f + i * s for f, s in zip(first, step))
            for _, length, first, step in table.segments() for i in range(length)]


def lookup_rows(theorem, lookup, columns):
    """The tuples of a lookup in F, row-major."""
    return [tuple(expression_value(theorem, e, columns, lookup.cols, r, s) * pow(2, -e.shift, P) % P
                  for e in lookup.tuple) for r in range(lookup.rows) for s in range(lookup.cols)]


def count(theorem, columns):
    """Fill in the multiplicity columns; a tuple that no table has is not counted."""
    for t, table in enumerate(theorem.tables):
        rows = [tuple(v % P for v in row) for row in table_rows(theorem, table, columns)]
        place, counts = {row: i for i, row in reversed(list(enumerate(rows)))}, [0] * len(rows)
        for lookup in theorem.lookups:
            for found in lookup_rows(theorem, lookup, columns) if lookup.table == t else ():
                if found in place:
                    counts[place[found]] += 1
        columns[theorem.multiplicities[t]] = counts


def leaves_of(theorem, columns, alpha, beta):
    """Numerators and denominators of all rows (8.2)."""
    space = RowSpace(theorem)
    p, q = [ZERO] * (1 << space.log_rows), [ONE] * (1 << space.log_rows)
    for b in space.blocks:
        t = b.index if b.kind == "table" else theorem.lookups[b.index].table
        if b.kind == "table":
            tuples, counts = table_rows(theorem, theorem.tables[t], columns), columns[theorem.multiplicities[t]]
        else:
            tuples, counts = lookup_rows(theorem, theorem.lookups[b.index], columns), None
        for i, values in enumerate(tuples):
            at = b.base + (i // b.cols << b.log_cols) + i % b.cols
            p[at] = lift(-counts[i]) if counts else ONE
            mixed = ZERO
            for v in reversed(values):
                mixed = mul(add(mixed, lift(v)), beta)
            q[at] = sub(alpha, add(lift(1 + t), mixed))
    return p, q


def _halves(values, at):
    """Bind the most significant variable."""
    half = len(values) // 2
    return [add(a, mul(sub(b, a), at)) for a, b in zip(values[:half], values[half:])]


def _pack(*elements):
    return b"".join(map(extension_bytes, elements))


def _fraction_sum(t, p, q):
    """The messages of 8.2."""
    layers = [(p, q)]
    while len(p) > 2:
        half = len(p) // 2
        p, q = ([add(mul(p[i], q[i + half]), mul(p[i + half], q[i])) for i in range(half)],
                [mul(q[i], q[i + half]) for i in range(half)])
        layers.append((p, q))
    yield _pack(*p, *q)
    at = [t.take("fraction mu")]
    for p, q in reversed(layers[:-1]):
        lam, half = t.take("fraction lambda"), len(p) // 2
        parts = [[add(a, mul(lam, b)) for a, b in zip(p[:half], q[:half])], p[half:], q[:half], q[half:]]
        bound = []
        for j in range(len(at)):
            eq, n = eq_range(at[j + 1:], 0, len(parts[0]) // 2), len(parts[0]) // 2
            rises = [[sub(x[i + n], x[i]) for i in range(n)] for x in parts]
            ends = [add(dot(eq, list(map(mul, u, q1))), dot(eq, list(map(mul, q0, p1))))
                    for u, p1, q0, q1 in ([x[:n] for x in parts], rises)]
            yield _pack(*ends)
            bound.append(t.take("fraction round"))
            parts = [_halves(x, bound[-1]) for x in parts]
        yield _pack(*(x[0] for x in parts))
        at = [t.take("fraction mu")] + bound


def transform(values, w):
    """Values of a polynomial over F at the powers of w, as many as coefficients."""
    if len(values) == 1:
        return values
    even, odd = (transform(values[i::2], w * w % P) for i in (0, 1))
    out, power = [0] * len(values), 1
    for i, (a, b) in enumerate(zip(even, odd)):
        out[i], out[i + len(even)] = (a + power * b) % P, (a - power * b) % P
        power = power * w % P
    return out


class Tree:
    """Codeword and Merkle tree of limbs, each a list of coefficients in F."""

    def __init__(self, limbs, log_domain):
        size = 1 << log_domain
        words = [transform(limb + [0] * (size - len(limb)), root(log_domain)) for limb in limbs]
        self.rows = [b"".join(v.to_bytes(8, "little") for v in row) for row in zip(*words)]
        self.levels = [[keccak256(b"\0" + row) for row in self.rows]]
        while len(self.levels[-1]) > 1:
            level = self.levels[-1]
            self.levels.append([keccak256(b"\x01" + a + b) for a, b in zip(level[::2], level[1::2])])
        self.root = self.levels[-1][0]

    def open(self, drawn):
        """Rows and siblings at drawn positions (section 4)."""
        positions = sorted(set(drawn))
        yield b"".join(self.rows[i] for i in positions)
        known, path = positions, b""
        for level in self.levels[:-1]:
            path += b"".join(level[i ^ 1] for i in known if i ^ 1 not in known)
            known = sorted({i >> 1 for i in known})
        yield path


class Prover:
    """The messages of 8.1 to 8.10 for given columns; `ledger` is set between argument and opening."""

    def __init__(self, t, statement, columns):
        self.t, self.theorem, self.params, self.columns, self.ledger = t, statement.theorem, statement.params, columns, None
        self.oracle = statement.oracles[1]
        self.message = [0] * (1 << self.params.log_n)
        for i, at, entry in self._entries():
            self.message[at] = columns[i][entry] % P

    def _entries(self):
        """(column, address, flat index) of all entries (7.1)."""
        for i, tiles in self.oracle.tiles.items():
            for t in tiles:
                for k in range(1 << t.log_size):
                    r, s = t.row + (k >> t.log_cols), t.col + k % (1 << t.log_cols)
                    yield i, t.address + k, r * self.oracle.shapes[i][1] + s

    def argument(self):
        self.tree = Tree([self.message], self.params.rounds[0].log_domain)
        yield self.tree.root
        alpha, beta = self.t.take("lookup alpha"), self.t.take("lookup beta")
        yield from _fraction_sum(self.t, *leaves_of(self.theorem, self.columns, alpha, beta))
        yield _pack(ZERO)

    def _covector(self):
        a = [ZERO] * len(self.message)
        for i, at, entry in self._entries():
            for f in self.ledger.forms.get(i, ()):
                a[at] = add(a[at], mul(f.u[entry // len(f.v)], f.v[entry % len(f.v)]))
        return a

    def _fold(self, v, a, rounds):
        for _ in range(rounds):
            n = len(v) // 2
            rises = [[sub(x[i + n], x[i]) for i in range(n)] for x in (v, a)]
            yield _pack(dot(v[:n], a[:n]), dot(*rises))
            r = self.t.take("fold")
            v[:], a[:] = _halves(v, r), _halves(a, r)

    def opening(self):
        v, a, last, t = list(map(lift, self.message)), self._covector(), self.tree, self.t
        for before, r in zip(self.params.rounds, self.params.rounds[1:]):
            size = 1 << r.log_n
            tree = Tree([[x[c] for x in v[i:i + size]] for i in range(0, len(v), size) for c in range(3)], r.log_domain)
            yield tree.root
            drawn = t.take("queries")
            yield from last.open(drawn)
            xi = power = t.take("batch")
            for s in sorted(set(drawn)):
                x = pow(root(before.log_domain), s, P)
                term = power
                for i in range(len(a)):
                    a[i], term = add(a[i], term), scale(term, x)
                power = mul(power, xi)
            yield from self._fold(v, a, r.log_limbs)
            last = tree
        yield _pack(*v)
        yield from last.open(t.take("queries"))
        yield from self._fold(v, a, self.params.final_log)


def prove(key, columns):
    """A proof file for `key`, of columns by id without multiplicities. Reject if they do not satisfy the theorem."""
    core, theorem = key.core, key.core.theorem
    columns = dict(columns)
    count(theorem, columns)
    t = Answers("tacit inference v2, nothing hidden")
    prover = Prover(t, key.model, columns)
    t.prover = prover.argument()
    public = {i: columns[i] for i in theorem.home(PUBLIC)}
    root_x, prover.ledger = argue(t, theorem, core.params, None, core.digest, public, ())
    t.prover = prover.opening()
    open_claim(t, core.params, key.model.oracles, (None, root_x), prover.ledger, None)
    values = b"".join(v.to_bytes(4, "little", signed=True) for port in core.public_ports() for v in columns[port.column])
    return b"TACITPRF" + (2).to_bytes(2, "little") + b"\0" + core.digest + values + t.written
