"""Sections 9, 10 and 11: the pin, the check of a key, the check of a proof."""

from .argument import argue
from .bounds import check_bounds
from .checks import check_theorem
from .definitions import check_definitions
from .field import Reject, require
from .hashing import Transcript
from .keyfile import check_ports, read_key, read_proof, registration_theorem
from .layout import Oracle
from .opening import open_claim
from .security import check_security
from .theorem import WEIGHTS, WITNESS

INFERENCE = "tacit inference v1, integrity only"
REGISTRATION = "tacit registration v1, integrity only"


def pin_point(root_w, params):
    """The point z of section 9."""
    t = Transcript("tacit pin v1")
    t.absorb("root", root_w)
    t.absorb("parameters", params.encoded + params.size_w.to_bytes(8, "little"))
    return t.draw("z")


class Statement:
    """A theorem with its layouts and opening parameters, ready for section 8."""

    def __init__(self, theorem, params, security):
        check_theorem(theorem)
        check_bounds(theorem)
        self.theorem, self.params = theorem, params
        self.oracles = Oracle(theorem.columns, WEIGHTS), Oracle(theorem.columns, WITNESS)
        require(params.size_w == self.oracles[0].size and params.size_x == self.oracles[1].size
                and params.size_x > 0, "parameters: size of an oracle")
        require(params.slots_w == params.slots_x == 0, "parameters: random slots")
        self.bits = check_security(theorem, params, security)


class Key:
    """A parsed and accepted key (11.3)."""

    def __init__(self, data, skip_registration=False):
        self.core, params, proof = read_key(data)
        core = self.core
        self.model = Statement(core.theorem, core.params, core.security)
        check_ports(core.theorem, core.inputs, core.outputs)
        check_definitions(core.theorem, {port.column for port in core.inputs})
        self.has_weights, self.registered = core.params.size_w > 0, None
        self.z = pin_point(core.root_w, core.params) if self.has_weights else None
        if not self.has_weights:
            require(proof == b"", "registration proof of a model without weights")
            return
        self.registration = Statement(registration_theorem(core.theorem), params, core.security)
        for name in ("log_n", "limbs_w", "slots_w"):
            require(getattr(params, name) == getattr(core.params, name), "registration parameters differ")
        require(params.rounds[0].log_domain == core.params.rounds[0].log_domain, "registration parameters differ")
        if not skip_registration:
            self.registered = self.argument(self.registration, REGISTRATION, {}, proof)

    def argument(self, statement, label, public, stream, transcript=Transcript):
        """Section 8; the finished transcript, for inspection."""
        core, t = self.core, transcript(label, stream)
        root_w, pin = (core.root_w, core.pin) if self.has_weights else (None, None)
        root_x, ledger = argue(t, statement.theorem, statement.params, pin, core.digest, public)
        t.value, t.root_x = ledger.value, root_x
        open_claim(t, statement.params, statement.theorem, statement.oracles, (root_w, root_x), ledger, self.z)
        return t

    def check(self, proof, transcript=Transcript):
        """Section 11.4; raises Reject, or gives the transcript."""
        public, stream = read_proof(self.core, proof)
        return self.argument(self.model, INFERENCE, public, stream, transcript)


def verify(key, proof, skip_registration=False):
    """(accepted, reason). `key` is the bytes of a key file or an accepted Key."""
    try:
        if isinstance(key, (bytes, bytearray)):
            key = Key(bytes(key), skip_registration)
        key.check(bytes(proof))
    except Reject as reason:
        return False, str(reason)
    return True, "accepted"
