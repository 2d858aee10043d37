"""Sections 9, 10 and 11: the pin, the check of a key, the check of a proof."""

from .argument import argue
from .bounds import check_bounds
from .checks import check_pieces, check_theorem, check_tile_work
from .definitions import check_definitions
from .field import Reject, require
from .hashing import Transcript
from .keyfile import check_ports, read_key, read_proof, registration_theorem
from .layout import Oracle
from .links import pin_point, read_links
from .opening import open_claim
from .scalars import pad_count
from .security import check_security
from .theorem import WEIGHTS, WITNESS
from .totality import check_totality

HIDING = ("nothing hidden", "zero-knowledge")         # by the mode


class Statement:
    """A theorem with its layouts and opening parameters, ready for section 8."""

    def __init__(self, theorem, params, security, links=0, margin=1):
        """With so many committed ports, and a margin over `security` for the sum of the errors (12.3)."""
        check_theorem(theorem)
        check_bounds(theorem)
        self.theorem, self.params = theorem, params
        weights, witness = ({i: (theorem.columns[i].rows, theorem.columns[i].cols) for i in theorem.home(home)}
                            for home in (WEIGHTS, WITNESS))
        if params.masked:
            witness[len(theorem.columns)] = (1, 3 * pad_count(theorem, links))
        for size, shapes in ((params.size_w, weights), (params.size_x, witness)):
            require(size == sum(rows * cols for rows, cols in shapes.values()), "parameters: size of an oracle")
        require(params.size_x > 0, "parameters: size of an oracle")
        check_pieces(theorem)
        self.oracles = (Oracle(weights, params.log_n, params.limbs_w, params.slots_w),
                        Oracle(witness, params.log_n, params.limbs_x, params.slots_x))
        check_tile_work(theorem, self.oracles)
        self.bits = check_security(theorem, params, security, links, margin)


class Key:
    """A parsed and accepted key (11.3)."""

    def __init__(self, data, skip_registration=False):
        self.core, params, proof = read_key(data)
        core = self.core
        links = len(core.committed_ports())
        margin = 1.5 if links else 1
        self.model = Statement(core.theorem, core.params, core.security, links, margin)
        check_ports(core.theorem, core.inputs, core.outputs)
        inputs = {i for port in core.inputs for i in port.columns}
        check_definitions(core.theorem, inputs)
        check_totality(core.theorem, inputs)
        core.check_hiding()
        self.has_weights, self.registered = core.params.size_w > 0, None
        self.z = pin_point(core.root_w, core.params) if self.has_weights else None
        if not self.has_weights:
            require(proof == b"", "registration proof of a model without weights")
            return
        self.registration = Statement(registration_theorem(core.theorem), params, core.security, 0, margin)
        for name in ("log_n", "limbs_w", "random_slots_w"):
            require(getattr(params, name) == getattr(core.params, name), "registration parameters differ")
        require(params.rounds[0].log_domain == core.params.rounds[0].log_domain, "registration parameters differ")
        require(params.masked == core.hidden_weights, "masks of the registration do not follow from the visibility")
        core.check_budget(params)
        if not skip_registration:
            self.registered = self.argument(self.registration, "registration", {}, proof)

    def argument(self, statement, what, public, stream, transcript=Transcript, links=()):
        """Section 8; the finished transcript, for inspection."""
        core, t = self.core, transcript(f"tacit {what} v2, {HIDING[statement.params.masked]}", stream)
        root_w, pin = (core.root_w, core.pin) if self.has_weights else (None, None)
        root_x, ledger = argue(t, statement.theorem, statement.params, pin, core.digest, public, links)
        t.value, t.root_x = ledger.value, root_x
        open_claim(t, statement.params, statement.oracles, (root_w, root_x), ledger, self.z)
        for link in links:
            link.open(t)
        require(t.used == len(t.stream), "proof has exactly the expected length")
        return t

    def check(self, proof, transcript=Transcript):
        """Section 11.4; raises Reject, or gives the transcript."""
        public, bodies, stream = read_proof(self.core, proof)
        links = read_links(self.core.committed_ports(), bodies, self.core.params, self.core.security)
        return self.argument(self.model, "inference", public, stream, transcript, links)


def verify(key, proof, skip_registration=False):
    """(accepted, reason). `key` is the bytes of a key file or an accepted Key."""
    try:
        if isinstance(key, (bytes, bytearray)):
            key = Key(bytes(key), skip_registration)
        key.check(bytes(proof))
    except Reject as reason:
        return False, str(reason)
    return True, "accepted"
