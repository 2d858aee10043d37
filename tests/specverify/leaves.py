"""Sections 8.3 and 8.6: linear forms on columns, and the claims on the leaves of the fraction tree."""

from dataclasses import dataclass

from .field import (ONE, ZERO, add, dot_ints, eq_range, half_power, lift, mul, prefix_sums, scale, split, sub,
                    total)
from .scalars import Scalar
from .theorem import COLUMNS, FUNCTION, NONE, map_sources, sources


@dataclass
class Form:
    """The rank-one form u (x) v on a column read flat as [len(u), len(v)] (8.6)."""
    column: int
    u: list
    v: list


def scaled(vector, s):
    return [mul(x, s) for x in vector]


def transpose(window, tap_factors, v):
    """v'[j] = sum over present (t, s) with source(t, s) = j of tap_factors[t] v[s] (8.4, 8.6)."""
    if window.identity and tap_factors == [ONE]:
        return v
    out = [ZERO] * window.in_cols
    for factor, line in zip(tap_factors, sources(window)):
        terms = v if factor == ONE else scaled(v, factor)
        for j, x in zip(line, terms):
            if j is not None:
                out[j] = add(out[j], x)
    return out


def mapped_form(linear, u, v, size):
    out = [ZERO] * size
    weights = (mul(x, y) for x in scaled_ints(u, linear.coefficient) for y in v)
    for j, x in zip(map_sources(linear.axes), weights):
        if j is not None:
            out[j] = add(out[j], x)
    return Form(linear.column, out, [ONE])


def scaled_ints(vector, k):
    return [scale(x, k) for x in vector]


def linear_form(linear, u, v, size):
    """The form of a linear term under row weights u and column weights v (8.6)."""
    if linear.mapped:
        return mapped_form(linear, u, v, size)
    weighted = [scale(x, k) for x, k in zip(v, linear.factors())]
    return Form(linear.column, [total(u)] if linear.one_row else u,
                transpose(linear.window, [ONE] * linear.window.taps, weighted))


def evaluate(form, values):
    """A form on the known values of a public column."""
    parts, width = split(form.v), len(form.v)
    return total(mul(x, dot_ints(parts, values[i * width:(i + 1) * width])) for i, x in enumerate(form.u))


def positions(vector):
    """sum_i i vector[i]"""
    return total(scale(x, i) for i, x in enumerate(vector))


class Leaves:
    """Section 8.3: the claims on the leaves of the fraction tree, spread over columns and accumulators."""

    def __init__(self, theorem, alpha, beta, log_rows, blocks, leaf):
        self.theorem, self.alpha, self.log_rows, self.at = theorem, alpha, log_rows, leaf[0]
        self.beta_powers = [beta]
        for _ in range(1, max((t.width for t in theorem.tables), default=1)):
            self.beta_powers.append(mul(self.beta_powers[-1], beta))
        self.counts, self.forms, self.uses = [], [], []
        self.mass_of_lookups, mass_of_all = ZERO, ZERO
        self.value = sub(ZERO, ONE)                   # V of 8.3 without q
        for b in blocks:
            u = eq_range(self.at[:log_rows - b.log_cols], b.base >> b.log_cols, b.rows)
            v = eq_range(self.at[log_rows - b.log_cols:], 0, b.cols)
            mass = mul(total(u), total(v))
            mass_of_all = add(mass_of_all, mass)
            if b.kind == "table":
                self._table(b, u, v)
            else:
                self.mass_of_lookups = add(self.mass_of_lookups, mass)
                lookup = theorem.lookups[b.index]
                self._rows(lookup.tuple, lookup.table, u, v)
        self.value = leaf[2] + Scalar(add(self.value, mass_of_all))
        self.count_value = Scalar(self.mass_of_lookups) - leaf[1]

    def _table(self, b, u, v):
        """Multiplicities of a table, and its rows: of columns, or in closed form, segment by segment."""
        self.counts.append(Form(self.theorem.multiplicities[b.index], u, v))
        tag, table = sub(self.alpha, lift(1 + b.index)), self.theorem.tables[b.index]
        if table.kind == FUNCTION:
            self._function(b, u, v, tag)
            return
        if table.kind == COLUMNS:
            self._rows((table.index, *table.entries), b.index, u, v)
            return
        for start, length, first, step in table.segments():
            begin = b.base + start
            ones0, indices0 = prefix_sums(self.at, begin)
            ones1, indices1 = prefix_sums(self.at, begin + length)
            ones = sub(ones1, ones0)
            indices = sub(sub(indices1, indices0), scale(ones, begin))
            part = mul(ones, tag)
            for power, f, s in zip(self.beta_powers, first, step):
                part = sub(part, mul(power, add(scale(ones, f), scale(indices, s))))
            self.value = sub(self.value, part)

    def _function(self, b, u, v, tag):
        """The rows of a function's table."""
        table = self.theorem.tables[b.index]
        ones0, indices0 = prefix_sums(self.at, b.base)
        ones1, indices1 = prefix_sums(self.at, b.base + table.rows)
        ones = sub(ones1, ones0)
        indices = sub(sub(indices1, indices0), scale(ones, b.base))
        arguments = add(scale(ones, table.first), indices)
        results = evaluate(Form(NONE, u, v), table.values())
        part = sub(mul(ones, tag), mul(self.beta_powers[0], arguments))
        self.value = sub(self.value, sub(part, mul(self.beta_powers[1], results)))

    def _rows(self, expressions, table, u, v):
        """Rows that are tuples of expressions: of a lookup into the table, or its own. Linear terms and uses."""
        ones, rows, cols = mul(total(u), total(v)), mul(positions(u), total(v)), mul(total(u), positions(v))
        self.value = sub(self.value, mul(ones, sub(self.alpha, lift(1 + table))))
        for power, e in zip(self.beta_powers, expressions):
            weight = scale(power, -half_power(e.shift))
            known = total((scale(ones, e.constant), scale(rows, e.row_step), scale(cols, e.col_step)))
            self.value = sub(self.value, mul(weight, known))
            linears = e.linears
            if e.acc != NONE:
                linears = linears + self.theorem.accumulators[e.acc].linears
            if e.acc == NONE and not linears:
                continue
            row_weights = scaled(u, weight)
            if e.acc != NONE and self.theorem.accumulators[e.acc].contractions:
                self.uses.append((self.theorem.accumulators[e.acc], row_weights, v))
            self.forms += [linear_form(x, row_weights, v, self.theorem.columns[x.column].size) for x in linears]
