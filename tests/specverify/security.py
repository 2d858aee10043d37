"""Section 12: the terms of the soundness error, recomputed from a key."""

from math import inf, log2, sqrt

from .field import ceil_log2, require
from .layout import RowSpace
from .params import JOHNSON
from .scalars import check_count, log_size, product_count

FIELD_BITS = 191.9999999989


class Rate:
    """Query bits, list size and agreement error of one round (12.1)."""

    def __init__(self, params, r):
        self.johnson, self.m = params.regime == JOHNSON, r.multiplicity
        self.rho = 2.0 ** -(r.log_domain - r.log_n)
        if self.johnson:
            self.bits = -log2(self.rho) / 2 - log2(1 + 1 / (2 * self.m))
            self.list = (self.m + 0.5) / sqrt(self.rho)
        else:
            self.bits, self.list = 1 - log2(1 + self.rho), 1.0
        self.delta = 1 - 2.0 ** -self.bits

    def agreement(self, log_size):
        """g, with N = 2^log_size."""
        if self.delta <= 0:
            return 1.0
        n, h, rho, delta = 2.0 ** log_size, self.m + 0.5, self.rho, self.delta
        if not self.johnson:
            return (delta * n + 1) * 2.0 ** -FIELD_BITS
        return ((2 * h**5 + 3 * h * delta * rho) / (3 * rho**1.5) * n + h / sqrt(rho)) * 2.0 ** -FIELD_BITS


def argument_terms(theorem, params, lists, links):
    """Terms of the argument before the claims ledger, and the number of its claims: ([(name, error)], claims)."""
    space = RowSpace(theorem)
    table_rows = space.rows_of("table")
    lookup_rows = max(space.rows_of("lookup"), (1 << space.log_rows) - table_rows)
    width = 1 + max((t.width for t in theorem.tables), default=0)
    contractions = [c for acc in theorem.accumulators for c in acc.contractions]
    rounds = max(map(log_size, contractions), default=0)
    field, tables = 2.0 ** -FIELD_BITS, max(1, table_rows)
    terms = []
    if lookup_rows > 0:
        x = max(1, log2(lookup_rows) + log2(tables))
        grind = 2.0 ** -params.initial_grind_bits
        terms.append(("logup fingerprint", lists * (lookup_rows + tables) * (width + 2) * field * grind))
        terms.append(("logup fraction tree", lists * x * (3 * x + 1) / 2 * field))
    if rounds:
        terms.append(("contraction sumcheck", lists * 2 * rounds * field))
    checks = 0
    if params.masked:
        checks = check_count(theorem)
        terms.append(("pad products", lists * 4 * max(1, ceil_log2(product_count(theorem))) * field))
    return terms, 3 + 2 * len(contractions) + links + checks


def opening_terms(params, rates, lists, claims):
    """Terms of the pin, the ledger of so many claims and the opening: (name, error)."""
    field, terms, rounds = 2.0 ** -FIELD_BITS, [], params.rounds
    johnson, first = params.regime == JOHNSON, rates[0]
    terms.append(("claims ledger", lists * claims * field))
    if params.size_w and johnson:
        terms.append(("pin of W", first.list**2 / 2 * 2.0 ** (params.log_n + params.k_w) * field))
    if params.k:
        terms.append(("limb sumcheck", lists * 3 * params.k * field))
    for name, size, k in (("W", params.size_w, params.k_w), ("X", params.size_x, params.k_x)):
        agreement = first.agreement(rounds[0].log_domain + k)
        if size and k:
            terms.append((f"limb agreement {name}", k * agreement))
        if size and params.masked:
            terms.append((f"mask line agreement {name}", agreement))
    if params.masked:
        terms.append(("mask line", lists * field))
    for i, (r, rate) in enumerate(zip(rounds, rates)):
        terms.append((f"round {i} queries", 2.0 ** (-rate.bits * r.queries - r.grind_bits)))
        if i == 0:
            continue
        if johnson:
            terms.append((f"round {i} out-of-domain", rate.list**2 / 2 * (2.0 ** r.length_log * field) ** r.ood))
        oracles = 2 if i == 1 and params.both else 1
        samples = max(r.ood, 1) + oracles * rounds[i - 1].queries
        terms.append((f"round {i} combination", rate.list * samples * field))
        terms.append((f"round {i} sumcheck", rate.list * 3 * r.log_limbs * field))
        terms.append((f"round {i} agreement", r.log_limbs * rate.agreement(r.log_domain + r.log_limbs)))
    if params.final_log:
        terms.append(("final sumcheck", 2 * params.final_log * field))
    return terms


def rates_of(params):
    return [Rate(params, r) for r in params.rounds]


def lists_of(params, rates):
    """L of 12.1."""
    return rates[0].list ** ((params.size_w > 0) + (params.size_x > 0))


def all_terms(theorem, params, links=0):
    rates = rates_of(params)
    lists = lists_of(params, rates)
    terms, claims = argument_terms(theorem, params, lists, links)
    return terms + opening_terms(params, rates, lists, claims)


def link_term(degree, lists, other_lists):
    """The term of 15.4."""
    return "link fingerprint", lists * other_lists * degree * 2.0 ** -FIELD_BITS


def bits_of(error):
    """-log2 of an error; a term too small for a double has infinitely many bits."""
    return -log2(error) if error > 0 else inf


def check_terms(terms, params, security, margin):
    """Section 12.3: the parameters are as secure as they claim, and claim at least `security` bits.

    Returns the bits of all terms and of their sum, which is at least security + margin.
    """
    require(params.security >= security, "security: lambda is below the settings")
    for name, error in terms:
        require(bits_of(error) >= params.security + 3 - 1e-6, f"security: {name}")
    whole = bits_of(sum(error for _, error in terms))
    require(whole >= params.security and whole >= security + margin, "security: sum of the errors")
    return dict([(name, bits_of(error)) for name, error in terms] + [("sum", whole)])


def check_security(theorem, params, security, links=0, margin=1):
    """Section 12.3 for an argument with so many committed ports."""
    return check_terms(all_terms(theorem, params, links), params, security, margin)
