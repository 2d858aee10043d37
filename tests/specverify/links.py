"""Sections 15.1 to 15.4: commitments, link messages, link openings, and the security of a commitment."""

from dataclasses import dataclass
from math import ldexp, prod

from .argument import Claim, Ledger
from .encoding import Reader
from .field import ONE, ZERO, add, ceil_log2, eq_range, mul, require, sub
from .hashing import Transcript, extension_elements, keccak256
from .layout import Oracle
from .leaves import Form, scaled
from .opening import open_claim
from .params import Params
from .scalars import Scalar
from .security import check_terms, link_term, lists_of, opening_terms, rates_of

HIGH, LOW, PADS = 0, 1, 2                             # columns of a link opening
FLOAT32 = 2**31 - 1                                   # grid of float32 values


def pin_point(root_w, params):
    """The point z of section 9."""
    t = Transcript("tacit pin v1")
    t.absorb("root", root_w)
    t.absorb("parameters", params.encoded + params.size_w.to_bytes(8, "little"))
    return t.draw("z")


def check_link_params(params, size_w, openings):
    """What the parameters of every link opening satisfy: one pad in X, enough random slots in W."""
    require(params.size_w == size_w and params.size_x == 3 and params.masked, "parameters of a link: sizes")
    require(params.random_slots_w >= (openings + 3) * params.rounds[0].queries + 3,
            "random slots of a link do not cover the openings")
    require(params.rounds[-1].queries << params.final_log <= 2**22, "parameters of a link: work of the last round")


class Commitment:
    """A parsed and well-formed body (15.1)."""

    def __init__(self, body):
        r = Reader(body)
        self.body, self.digest = body, keccak256(b"\x08" + body)
        require(r.take(8) == b"TACITCOM" and r.uint(2) == 1, "not a commitment of version 1")
        self.grid, self.count, self.openings = r.sint(4), r.u64(), r.u32()
        require((-60 <= self.grid <= 30 or self.grid == FLOAT32) and 1 <= self.count <= 2**22 and self.openings >= 1, "commitment: form")
        self.params = Params(r)
        self.root = r.take(32)
        self.pin, = extension_elements(r.take(24))
        r.end()
        check_link_params(self.params, 2 * self.count, self.openings)
        words = self.params.limbs_w + self.params.limbs_x + self.params.mask_words
        require(8 * words <= 2**13, "parameters of a commitment: rows are too long")
        p, shapes = self.params, {HIGH: (1, self.count), LOW: (1, self.count)}
        self.oracle = Oracle(shapes, p.log_n, p.limbs_w, p.slots_w)

    def check(self, port, params, security):
        """Grid, size and security for a port of a key with parameters `params` (15.4)."""
        scale = 0 if self.grid == FLOAT32 else ldexp(1.0, self.grid)
        require(scale == port.scale and self.count == prod(port.dims),
                "commitments have the grids and sizes of their ports")
        degree = 2 + ceil_log2(port.batch) + ceil_log2(port.rows) + ceil_log2(port.inner)
        check_link_security(self.params, params, degree, security, 6)


def check_link_security(params, other, degree, security, margin):
    """The terms of a link opening with `params`; `other` are those of the oracle it is linked to."""
    rates = rates_of(params)
    lists = lists_of(params, rates)
    terms = [link_term(degree, lists, lists_of(other, rates_of(other)))] + opening_terms(params, rates, lists, 2)
    check_terms(terms, params, security, margin)


@dataclass
class Link:
    """A port with its commitment; the messages of 15.2 are filled in when they are read."""
    port: object
    commitment: Commitment
    root: bytes = b""
    weights: tuple = ()                               # kappa, g, eq of z_n, z_r, z_i
    value: Scalar = None

    def read(self, script):
        """The link messages: the claim on X (15.2)."""
        t, port = script.t, self.port
        g, kappa = t.draw("link scale"), t.draw("link column")
        sizes = port.batch, port.rows, port.inner
        points = [[t.draw("link point") for _ in range(ceil_log2(size))] for size in sizes]
        self.value, = script.read("link value", 1)
        n, r, i = (eq_range(z, 0, size) for z, size in zip(points, sizes))
        self.weights = kappa, g, n, r, i
        u, v = scaled(r, g), [mul(x, y) for x in n for y in i]
        forms = [Form(port.column, u, v), Form(port.low_column, scaled(u, kappa), v)]
        return Claim("link", forms, self.value)

    def open(self, t):
        """The link opening (15.3)."""
        kappa, g, n, r, i = self.weights
        rows = [mul(x, y) for x in n for y in r]
        v = [mul(x, y) for x in rows for y in i]
        forms = {HIGH: [Form(HIGH, [g], v)], LOW: [Form(LOW, [mul(g, kappa)], v)]}
        c = self.commitment
        z = pin_point(c.root, c.params)
        link_opening(t, c.params, c.oracle, (c.root, self.root), forms, self.value.known, c.pin, z)


def link_opening(t, params, oracle, roots, forms, value, pin, z):
    """Opening of a W against a value that is masked by the one pad of a new X (15.3); z is the pin's point."""
    gamma = t.draw("link gamma")
    square = mul(gamma, gamma)
    weighted = {i: [Form(f.column, scaled(f.u, gamma), f.v) for f in fs] for i, fs in forms.items()}
    pads = max(forms) + 1
    minus = sub(ZERO, gamma)
    weighted[pads] = [Form(pads, [minus], [ONE, (0, 1, 0), (0, 0, 1)])]
    oracles = oracle, Oracle({pads: (1, 3)}, params.log_n, params.limbs_x, params.slots_x)
    total = add(mul(gamma, value), mul(square, pin))
    open_claim(t, params, oracles, roots, Ledger(weighted, square, total), z)


def read_links(ports, bodies, params, security):
    """The links of a proof: every committed port with its commitment, checked (15.4)."""
    found = []
    for port, body in zip(ports, bodies):
        commitment = Commitment(body)
        commitment.check(port, params, security)
        found.append(Link(port, commitment))
    return found
