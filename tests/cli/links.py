"""Commitments to values, chains of models, renewed weights."""
import os
import stat
import subprocess

from case import CALIBRATION, DIGIT, MODEL, REJECTED, ROOT, Case, read_npy, write_npy


class Links(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, sides in (("in", ("--input", "committed")), ("both", ("--input", "committed", "--output", "committed"))):
            cls.tacit("compile", MODEL, "-o", cls.at(name), "--calibration", CALIBRATION, "--openings", "8", *sides)
        cls.image = cls.tacit("commit", DIGIT, "-o", cls.at("image"), "--openings", "6", "--json").json()["commitment"]["digest"]

    def key_pair(self, name):
        private, public = self.at(name + ".pem"), self.at(name + ".pub.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return private, public

    def test_a_commitment_is_proven_about_and_compared(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.at("image.opening")).st_mode) & 0o077, 0)
        self.done("prove", self.at("in.tacit"), self.at("image.opening"), "-o", self.at("q"))
        said = self.done("verify", self.at("in.vk"), self.at("q"), "--input-commitment", self.at("image.commitment"), "--json").json()
        self.assertEqual(said["statement"]["visibility"]["input"], "committed")
        self.assertEqual(said["statement"]["input_commitments"], [self.image])
        plain = self.done("verify", self.at("d.vk"), self.at("p"), "--json").json()
        for a, b in zip(said["statement"]["output"]["logits"]["values"][0], plain["statement"]["output"]["logits"]["values"][0]):
            self.assertAlmostEqual(a, b, delta=0.02)
        dims, pixels = read_npy(DIGIT)
        write_npy(self.at("dark.npy"), dims, [p / 2 for p in pixels])
        self.done("commit", self.at("dark.npy"), "-o", self.at("dark"))
        self.refused("verify", self.at("in.vk"), self.at("q"), "--input-commitment", self.at("dark.commitment"), code=REJECTED, says="not the commitment")
        self.refused("verify", self.at("in.vk"), self.at("q"), "--input", DIGIT, says="committed")
        for flag, code in (("image", 0), ("dark", 1)):
            outcome = self.tacit("--input-commitment", self.at(flag + ".commitment"), self.at("in.vk"), self.at("q"), program="tacit-verify")
            self.assertEqual(outcome.code, code, outcome.out + outcome.err)
            self.assertEqual(self.image in outcome.out, code == 0)

    def test_what_is_not_committed_is_refused_before_anything_is_counted(self):
        before = self.done("ledger", "show", self.at("both.vk"), "--json").json()["remaining"]
        self.refused("prove", self.at("both.tacit"), DIGIT, "-o", self.at("q2"), says="committed")
        self.refused("prove", self.at("both.tacit"), self.at("image.opening"), "-o", self.at("q2"), says="--commit-output")
        self.refused("prove", self.at("in.tacit"), self.at("image.opening"), "-o", self.at("q2"), "--commit-output", self.at("o"), says="--output committed")
        self.refused("prove", self.at("d.tacit"), self.at("image.opening"), "-o", self.at("q2"))
        self.refused("commit", DIGIT, "-o", self.at("coarse"), "--sign", DIGIT)
        self.done("commit", DIGIT, "-o", self.at("coarse"), "--grid", "-8")
        self.refused("prove", self.at("in.tacit"), self.at("coarse.opening"), "-o", self.at("q2"), says="grid")
        self.refused("compile", MODEL, "-o", self.at("w"), "--calibration", CALIBRATION, "--weights", "committed")
        self.assertEqual(self.done("ledger", "show", self.at("both.vk"), "--json").json()["remaining"], before)

    def test_the_budget_of_a_commitment_ends(self):
        self.done("commit", DIGIT, "-o", self.at("once"), "--openings", "1")
        self.done("prove", self.at("in.tacit"), self.at("once.opening"), "-o", self.at("q3"))
        self.refused("prove", self.at("in.tacit"), self.at("once.opening"), "-o", self.at("q4"))
        self.assertFalse(self.at("q4").exists())

    def test_an_issuer_signs_and_another_key_does_not_do(self):
        private, public = self.key_pair("issuer")
        _, other = self.key_pair("other")
        self.done("commit", DIGIT, "-o", self.at("record"), "--sign", private)
        self.done("prove", self.at("in.tacit"), self.at("record.opening"), "-o", self.at("q5"))
        ask = ("verify", self.at("in.vk"), self.at("q5"), "--input-commitment", self.at("record.commitment"), "--issuer")
        self.done(*ask, public)
        self.refused(*ask, other, code=REJECTED, says="not signed")
        self.refused(*ask, private)

    def test_two_models_are_verified_as_one(self):
        done = subprocess.run(["bash", ROOT / "examples" / "2_model_chain" / "chain.sh", self.build], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("chain verified", done.stdout)

    def test_weights_are_renewed_and_their_keys_linked(self):
        self.compile("e0", "--openings", "1")
        self.done("prove", self.at("e0.tacit"), DIGIT, "-o", self.at("p0"))
        self.refused("prove", self.at("e0.tacit"), DIGIT, "-o", self.at("p0"), says="renew")
        self.done("renew", self.at("e0"), "-o", self.at("e1"))
        self.done("renew", self.at("e1"), "-o", self.at("e2"))
        self.assertEqual(stat.S_IMODE(os.stat(self.at("e1.tacit")).st_mode) & 0o077, 0)
        self.refused("renew", self.at("e0"), "-o", self.at("e3"))
        self.done("prove", self.at("e2.tacit"), DIGIT, "-o", self.at("p2"))
        links = ("--renewed-from", self.at("e0.vk"), "--renewal", self.at("e1.renewal"), "--renewed-from", self.at("e1.vk"), "--renewal", self.at("e2.renewal"))
        self.done("verify", self.at("e2.vk"), self.at("p2"), *links)
        self.refused("verify", self.at("e2.vk"), self.at("p2"), *links[:4], code=REJECTED, says="does not lead")
        self.refused("verify", self.at("e2.vk"), self.at("p2"), *links[:2], says="belong together")
        self.compile("other", "--activation-bits", "8")
        self.refused("verify", self.at("e2.vk"), self.at("p2"), "--renewed-from", self.at("other.vk"), "--renewal", self.at("e2.renewal"), code=REJECTED)
        self.refused("renew", self.at("e2"), "-o", self.at("e2"), says="name of its own")
