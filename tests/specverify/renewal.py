"""Section 15.5: a new key is of the same model with the same weights as an old one."""

from .encoding import Reader
from .field import ceil_log2, eq_range, mul, require
from .hashing import Transcript
from .leaves import Form, scaled
from .links import check_link_params, check_link_security, link_opening
from .params import Params
from .theorem import WEIGHTS


def _check_params(params, key):
    """Condition 2 for one of the two keys."""
    own = key.core.params
    for name in ("log_n", "limbs_w", "random_slots_w"):
        require(getattr(params, name) == getattr(own, name), "renewal: parameters are not those of the key")
    require(params.rounds[0].log_domain == own.rounds[0].log_domain, "renewal: parameters are not those of the key")
    check_link_params(params, own.size_w, key.core.openings)


def check_renewal(old, new, data):
    """Refuse unless the file shows that the accepted keys have the same weights; the finished transcript."""
    r = Reader(data)
    require(r.take(8) == b"TACITREN" and r.uint(2) == 1, "not a renewal of version 1")
    require((r.take(32), r.take(32)) == (old.core.digest, new.core.digest), "renewal is for these keys")
    require(old.core.data[:-56] == new.core.data[:-56] and old.core.hidden_weights, "renewal: keys of different models")
    theorem, keys = old.core.theorem, (old, new)
    params = Params(r), Params(r)
    columns = {i: theorem.columns[i] for i in theorem.home(WEIGHTS)}
    sizes = [ceil_log2(max(getattr(c, side) for c in columns.values())) for side in ("rows", "cols")]
    for p, other, key in zip(params, params[::-1], keys):
        _check_params(p, key)
        check_link_security(p, other, len(columns) + sum(sizes), key.core.security, 1)
    t = Transcript("tacit renewal v1", data[r.at:])
    t.absorb("old statement", old.core.digest)
    t.absorb("new statement", new.core.digest)
    t.absorb("parameters", params[0].encoded + params[1].encoded)
    roots = t.read_digests("link roots", 2)
    weight, kappa = t.draw("link scale"), t.draw("link column")
    rows, cols = ([t.draw("link point") for _ in range(size)] for size in sizes)
    value, = t.read_extension("link value", 1)
    forms = {}
    for i, c in columns.items():
        u = eq_range(rows[len(rows) - ceil_log2(c.rows):], 0, c.rows)
        v = eq_range(cols[len(cols) - ceil_log2(c.cols):], 0, c.cols)
        forms[i] = [Form(i, scaled(u, weight), v)]
        weight = mul(weight, kappa)
    for p, key, root in zip(params, keys, roots):
        link_opening(t, p, key.model.oracles[0], (key.core.root_w, root), forms, value, key.core.pin, key.z)
    require(t.used == len(t.stream), "renewal has exactly the expected length")
    return t
