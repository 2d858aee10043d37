"""Sections 8.1 to 8.6: from the statement to one linear claim on the oracles W and X."""

from dataclasses import dataclass

from .field import ONE, ZERO, add, ceil_log2, eq_range, half_power, inv, lift, mul, require, scale, sub
from .layout import RowSpace
from .leaves import Form, Leaves, evaluate, scaled, transpose
from .scalars import Scalar, Script, log_size, pad_count
from .theorem import PUBLIC


@dataclass
class Claim:
    """The forms sum to the scalar `value`."""
    name: str
    forms: list
    value: Scalar


def eq_round(script, label, claim, coordinate):
    """One round of a sumcheck with the eq factor divided out (8.2, 8.5): the challenge and the next claim."""
    h0, h2 = script.read(label, 2)
    require(coordinate != ZERO, "eq round has a non-zero coordinate")
    c = script.t.draw(label)
    h1 = (claim - h0 * sub(ONE, coordinate)) * inv(coordinate)
    return c, h0 + (h1 - h0 - h2) * c + h2 * mul(c, c)


def fraction_sum(script, log_rows):
    """Section 8.2: the point and the claims p, q on the leaves."""
    p0, p1, q0, q1 = script.read("fraction ends", 4)
    script.owe(Scalar() - script.product(q1, p0) - script.product(p1, q0), "fractions sum to zero")
    mu = script.t.draw("fraction mu")
    at, p, q = [mu], p0 + (p1 - p0) * mu, q0 + (q1 - q0) * mu
    for layer in range(1, log_rows):
        lam = script.t.draw("fraction lambda")
        claim, bound = p + q * lam, []
        for j in range(layer):
            c, claim = eq_round(script, "fraction round", claim, at[j])
            bound.append(c)
        u, p1, q0, q1 = script.read("fraction ends", 4)
        p0 = u - q0 * lam
        script.owe(claim - script.product(q1, u) - script.product(p1, q0),
                   "fraction layer ends match its sumcheck")
        mu = script.t.draw("fraction mu")
        at, p, q = [mu] + bound, p0 + (p1 - p0) * mu, q0 + (q1 - q0) * mu
    return at, p, q


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


def contractions(script, uses):
    """Section 8.4: the sum of all contractions, and the claims it leaves on weights and inputs."""
    instances = [(acc, u, v, c) for acc, u, v in uses for c in acc.contractions]
    left = contraction_sum = script.read("contraction sum", 1)[0]
    if not instances:
        script.owe(left, "an empty sum of products is zero")
        return contraction_sum, []
    sizes = [log_size(c) for *_, c in instances]
    n, at = max(sizes), []
    for _ in range(n):
        c0, c2 = script.read("products round", 2)
        r = script.t.draw("products round")
        left = c0 + (left - c0 - c0 - c2) * r + c2 * mul(r, r)
        at.append(r)
    ends = script.read("products ends", 2 * len(instances))
    pairs = list(zip(ends[::2], ends[1::2]))
    for (a, b), size in zip(pairs, sizes):
        left = left - script.product(a, b) * lift(half_power(n - size))
    script.owe(left, "products ends match their sumcheck")
    claims = []
    for instance, size, (a, b) in zip(instances, sizes, pairs):
        log_taps = ceil_log2(instance[3].window.taps)
        x_inputs, x_taps = at[n - size:n - log_taps], at[n - log_taps:]
        claims += [_weights_claim(instance, x_inputs, x_taps, a), _input_claim(instance, x_inputs, x_taps, b)]
    return contraction_sum, claims


def combine(weights, pads):
    """The linear form sum_k weights[k] pad pads[k]; a pad may occur several times."""
    out = {}
    for weight, k in zip(weights, pads):
        out[k] = add(out.get(k, ZERO), weight)
    return Scalar(ZERO, out)


def pad_check(script):
    """Section 8.5: the pads of products are the products of pads."""
    script.products.append((script.take_pad(), script.take_pad(), script.take_pad()))
    m = ceil_log2(len(script.products))
    tau = [script.t.draw("pad check point") for _ in range(m)]
    claim, c = Scalar(), []
    for coordinate in tau:
        r, claim = eq_round(script, "pad check round", claim, coordinate)
        c.append(r)
    p, q = script.t.read_extension("pad check ends", 2)
    weights = eq_range(c, 0, len(script.products))
    first, second, third = (combine(weights, [pads[side] for pads in script.products]) for side in range(3))
    script.owe(first - Scalar(p), "pad check: first factors")
    script.owe(second - Scalar(q), "pad check: second factors")
    script.owe(third - (Scalar(mul(p, q)) - claim), "pad check: products")


@dataclass
class Ledger:
    """Section 8.6: forms by column id, the coefficient of the pin, the value of the sum."""
    forms: dict
    pin: tuple
    value: tuple


def pad_form(column, count, scalar):
    """The form of minus a scalar's pads on the column of pads (8.6); w c = (2 c2, c0, c1)."""
    v = [ZERO] * (3 * count)
    for k, (c0, c1, c2) in scalar.pads.items():
        v[3 * k:3 * k + 3] = (scale(x, -1) for x in ((c0, c1, c2), (2 * c2, c0, c1), (2 * c1, 2 * c2, c0)))
    return Form(column, [ONE], v)


def ledger(script, claims, pin, theorem, public):
    """Combine the claims and checks; `pin` is y, or None without weights."""
    gamma = script.t.draw("ledger gamma")
    power, value, forms, pin_power = ONE, Scalar(), {}, ZERO
    for claim in claims + [Claim(reason, [], Scalar() - x) for x, reason in script.checks]:
        power = mul(power, gamma)
        value = value + claim.value * power
        for form in claim.forms:
            if theorem.columns[form.column].home == PUBLIC:
                value = value - Scalar(mul(power, evaluate(form, public[form.column])))
            else:
                forms.setdefault(form.column, []).append(Form(form.column, scaled(form.u, power), form.v))
    if pin is not None:
        pin_power = mul(power, gamma)
        value = value + Scalar(mul(pin_power, pin))
    if script.masked:
        pads = len(theorem.columns)
        forms[pads] = [pad_form(pads, script.pads, value)]
    return Ledger(forms, pin_power, value.known)


def argue(t, theorem, params, pin, digest, public, links):
    """Sections 8.1 to 8.6 in order: (root of X, ledger). `t` is a new transcript with the proof stream."""
    t.absorb("statement", digest)
    t.absorb("parameters", params.encoded)
    entries = [v for i in theorem.home(PUBLIC) for v in public[i]]
    t.absorb("public values", b"".join(v.to_bytes(4, "little", signed=True) for v in entries))
    if links:
        bodies = (x.commitment.body for x in links)
        t.absorb("commitments", b"".join(len(body).to_bytes(4, "little") + body for body in bodies))
    root_x = t.read("witness root", 32)
    if links:
        for link, root in zip(links, t.read_digests("link roots", len(links))):
            link.root = root
    t.grind("first proof of work", params.initial_grind_bits)
    alpha, beta = t.draw("lookup alpha"), t.draw("lookup beta")
    space, script = RowSpace(theorem), Script(t, params.masked)
    leaf = fraction_sum(script, space.log_rows)
    leaves = Leaves(theorem, alpha, beta, space.log_rows, space.blocks, leaf)
    contraction_sum, pairs = contractions(script, leaves.uses)
    link_claims = [link.read(script) for link in links]
    if params.masked:
        pad_check(script)
        assert script.pads == pad_count(theorem, len(links))
    claims = [Claim("multiplicities", leaves.counts, leaves.count_value),
              Claim("lookup columns", leaves.forms, leaves.value - contraction_sum)] + pairs + link_claims
    t.leaf, t.claims = leaf, claims
    return root_x, ledger(script, claims, pin, theorem, public)
