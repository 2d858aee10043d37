"""Sections 8.1 to 8.6: from the statement to one linear claim on the oracles W and X."""

from dataclasses import dataclass

from .field import (ONE, ZERO, add, ceil_log2, dot_ints, eq_range, half_power, inv, lift, mul, prefix_sums,
                    quadratic_step, require, scale, split, sub, total)
from .layout import RowSpace
from .theorem import NONE, PUBLIC, sources


@dataclass
class Form:
    """The rank-one form u (x) v on a column read flat as [len(u), len(v)] (8.5)."""
    column: int
    u: list
    v: list


@dataclass
class Claim:
    """The forms sum to `value`; the pin claim has no forms, only the point z."""
    name: str
    forms: list
    value: tuple


def scaled(vector, s):
    return [mul(x, s) for x in vector]


def transpose(window, tap_factors, v):
    """v'[j] = sum over present (t, s) with source(t, s) = j of tap_factors[t] v[s] (8.4, 8.5)."""
    if window.identity and tap_factors == [ONE]:
        return v
    out = [ZERO] * window.in_cols
    for factor, line in zip(tap_factors, sources(window)):
        terms = v if factor == ONE else scaled(v, factor)
        for j, x in zip(line, terms):
            if j is not None:
                out[j] = add(out[j], x)
    return out


def linear_form(linear, u, v):
    """The form of a linear term under row weights u and column weights v (8.5)."""
    weighted = [scale(x, k) for x, k in zip(v, linear.factors())]
    return Form(linear.column, [total(u)] if linear.one_row else u,
                transpose(linear.window, [ONE] * linear.window.taps, weighted))


def fraction_sum(t, log_rows):
    """Section 8.2: the point and the claims p, q on the leaves."""
    p0, p1, q0, q1 = t.read_extension("fraction ends", 4)
    require(add(mul(p0, q1), mul(p1, q0)) == ZERO, "fractions sum to zero")
    mu = t.draw("fraction mu")
    at, p, q = [mu], add(p0, mul(mu, sub(p1, p0))), add(q0, mul(mu, sub(q1, q0)))
    for layer in range(1, log_rows):
        lam = t.draw("fraction lambda")
        claim, bound = add(p, mul(lam, q)), []
        for j in range(layer):
            h0, h2 = t.read_extension("fraction round", 2)
            require(at[j] != ZERO, "eq round has a non-zero coordinate")
            c = t.draw("fraction round")
            h1 = mul(sub(claim, mul(sub(ONE, at[j]), h0)), inv(at[j]))
            claim = add(h0, mul(c, add(sub(sub(h1, h0), h2), mul(h2, c))))
            bound.append(c)
        p0, p1, q0, q1 = t.read_extension("fraction ends", 4)
        ends = add(mul(q1, add(p0, mul(lam, q0))), mul(p1, q0))
        require(claim == ends, "fraction layer ends match its sumcheck")
        mu = t.draw("fraction mu")
        at, p, q = [mu] + bound, add(p0, mul(mu, sub(p1, p0))), add(q0, mul(mu, sub(q1, q0)))
    return at, p, q


class Leaves:
    """Section 8.3: the claims on the leaves of the fraction tree, spread over columns and accumulators."""

    def __init__(self, theorem, alpha, beta, log_rows, blocks, leaf):
        self.theorem, self.alpha, self.log_rows, self.at = theorem, alpha, log_rows, leaf[0]
        self.beta_powers = [beta, mul(beta, beta)]
        self.counts, self.forms, self.uses = [], [], []
        self.mass_of_lookups, mass_of_all = ZERO, ZERO
        self.value = sub(leaf[2], ONE)
        for b in blocks:
            u = eq_range(self.at[:log_rows - b.log_cols], b.base >> b.log_cols, b.rows)
            v = eq_range(self.at[log_rows - b.log_cols:], 0, b.cols)
            mass = mul(total(u), total(v))
            mass_of_all = add(mass_of_all, mass)
            if b.kind == "table":
                self._table(b, u, v)
            else:
                self.mass_of_lookups = add(self.mass_of_lookups, mass)
                self._lookup(theorem.lookups[b.index], u, v, mass)
        self.value = add(self.value, mass_of_all)
        self.count_value = sub(self.mass_of_lookups, leaf[1])

    def _table(self, b, u, v):
        """Multiplicities of a table, and its rows in closed form, segment by segment."""
        self.counts.append(Form(self.theorem.multiplicities[b.index], u, v))
        tag = sub(self.alpha, lift(1 + b.index))
        for start, length, first, step in self.theorem.tables[b.index].segments():
            begin = b.base + start
            ones0, indices0 = prefix_sums(self.at, begin)
            ones1, indices1 = prefix_sums(self.at, begin + length)
            ones = sub(ones1, ones0)
            indices = sub(sub(indices1, indices0), scale(ones, begin))
            part = mul(ones, tag)
            for power, f, s in zip(self.beta_powers, first, step):
                part = sub(part, mul(power, add(scale(ones, f), scale(indices, s))))
            self.value = sub(self.value, part)

    def _lookup(self, lookup, u, v, mass):
        """Linear terms and uses of one lookup block."""
        self.value = sub(self.value, mul(mass, sub(self.alpha, lift(1 + lookup.table))))
        for power, e in zip(self.beta_powers, lookup.tuple):
            weight = scale(power, -half_power(e.shift))
            self.value = sub(self.value, scale(mul(weight, mass), e.constant))
            row_weights, linears = scaled(u, weight), e.linears
            if e.acc != NONE:
                acc = self.theorem.accumulators[e.acc]
                linears = linears + acc.linears
                if acc.contractions:
                    self.uses.append((acc, row_weights, v))
            self.forms += [linear_form(x, row_weights, v) for x in linears]


def _weights_claim(instance, x_inputs, x_taps, value):
    """The claim on the weights of one instance (8.4)."""
    acc, u, _, c = instance
    inputs = eq_range(x_inputs, 0, c.groups * c.in_rows)
    taps = eq_range(x_taps, 0, c.window.taps)
    size = acc.rows // c.groups
    if c.in_rows == 1:
        forms = [Form(c.weights, [mul(x, inputs[i // size]) for i, x in enumerate(u)], taps)]
    else:
        forms = []
        for g in range(c.groups):
            rows = [x if i // size == g else ZERO for i, x in enumerate(u)]
            columns = [mul(x, y) for x in inputs[g * c.in_rows:(g + 1) * c.in_rows] for y in taps]
            forms.append(Form(c.weights, rows, columns))
    return Claim("weights", forms, value)


def _input_claim(instance, x_inputs, x_taps, value):
    """The claim on the input of one instance (8.4)."""
    _, _, v, c = instance
    taps = eq_range(x_taps, 0, c.window.taps)
    form = Form(c.input, eq_range(x_inputs, 0, c.groups * c.in_rows), transpose(c.window, taps, v))
    return Claim("input", [form], value)


def contractions(t, uses):
    """Section 8.4: the sum of all contractions, and the claims it leaves on weights and inputs."""
    instances = [(acc, u, v, c) for acc, u, v in uses for c in acc.contractions]
    left = contraction_sum = t.read_extension("contraction sum", 1)[0]
    if not instances:
        require(left == ZERO, "an empty sum of products is zero")
        return contraction_sum, []
    sizes = [(ceil_log2(c.groups * c.in_rows), ceil_log2(c.window.taps)) for *_, c in instances]
    n, at = max(map(sum, sizes)), []
    for _ in range(n):
        c0, c2 = t.read_extension("products round", 2)
        r = t.draw("products round")
        left = quadratic_step(left, c0, c2, r)
        at.append(r)
    ends = t.read_extension("products ends", 2 * len(instances))
    pairs = list(zip(ends[::2], ends[1::2]))
    products = [scale(mul(a, b), half_power(n - sum(size))) for (a, b), size in zip(pairs, sizes)]
    require(left == total(products), "products ends match their sumcheck")
    claims = []
    for instance, (log_inputs, log_taps), (a, b) in zip(instances, sizes, pairs):
        x_inputs, x_taps = at[n - log_inputs - log_taps:n - log_taps], at[n - log_taps:]
        claims += [_weights_claim(instance, x_inputs, x_taps, a), _input_claim(instance, x_inputs, x_taps, b)]
    return contraction_sum, claims


def evaluate(form, values):
    """A form on the known values of a public column."""
    parts, width = split(form.v), len(form.v)
    return total(mul(x, dot_ints(parts, values[i * width:(i + 1) * width])) for i, x in enumerate(form.u))


@dataclass
class Ledger:
    """Section 8.6: forms by column id, the coefficient of the pin, the value of the sum."""
    forms: dict
    pin: tuple
    value: tuple


def ledger(t, claims, pin, theorem, public):
    """Combine the claims; `pin` is y, or None without weights."""
    gamma = t.draw("ledger gamma")
    power, value, forms, pin_power = ONE, ZERO, {}, ZERO
    for claim in claims:
        power = mul(power, gamma)
        value = add(value, mul(power, claim.value))
        for form in claim.forms:
            if theorem.columns[form.column].home == PUBLIC:
                value = sub(value, mul(power, evaluate(form, public[form.column])))
            else:
                forms.setdefault(form.column, []).append(Form(form.column, scaled(form.u, power), form.v))
    if pin is not None:
        pin_power = mul(power, gamma)
        value = add(value, mul(pin_power, pin))
    return Ledger(forms, pin_power, value)


def argue(t, theorem, params, pin, digest, public):
    """Sections 8.1 to 8.6 in order: (root of X, ledger). `t` is a new transcript with the proof stream."""
    t.absorb("statement", digest)
    t.absorb("parameters", params.encoded)
    entries = [v for i in theorem.home(PUBLIC) for v in public[i]]
    t.absorb("public values", b"".join(v.to_bytes(4, "little", signed=True) for v in entries))
    root_x = t.read("witness root", 32)
    t.grind("first proof of work", params.initial_grind_bits)
    alpha, beta = t.draw("lookup alpha"), t.draw("lookup beta")
    space = RowSpace(theorem)
    leaf = fraction_sum(t, space.log_rows)
    leaves = Leaves(theorem, alpha, beta, space.log_rows, space.blocks, leaf)
    contraction_sum, pairs = contractions(t, leaves.uses)
    claims = [Claim("multiplicities", leaves.counts, leaves.count_value),
              Claim("lookup columns", leaves.forms, sub(leaves.value, contraction_sum))] + pairs
    t.leaf, t.claims = leaf, claims
    return root_x, ledger(t, claims, pin, theorem, public)
