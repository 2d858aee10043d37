"""Commitments to values, chains of models, renewed weights."""
import math
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

    def test_the_printed_bits_are_those_of_the_weakest_part(self):
        self.done("prove", self.at("both.tacit"), self.at("image.opening"), "-o", self.at("q6"), "--commit-output", self.at("o6"))
        bits = self.done("verify", self.at("both.vk"), self.at("q6"), "--json").json()["statement"]["security_bits"]
        parts = {part["name"]: part["bits"] for part in bits["parts"]}
        self.assertEqual(list(parts), ["inference", "registration", "link with the commitment of image", "link with the commitment of logits"])
        self.assertEqual(bits["proven"], min(parts.values()))
        self.assertAlmostEqual(bits["together"], -math.log2(sum(2.0 ** -b for b in parts.values())), places=6)
        self.assertGreaterEqual(bits["together"], 128)
        for name, least in (("inference", 129.5), ("registration", 129.5), ("link with the commitment of image", 134)):
            self.assertGreaterEqual(parts[name], least)
        terms = self.done("show", self.at("both.vk"), "--json").json()["security"]
        self.assertEqual(parts["inference"], terms["proven"])
        alone = self.done("verify", "--model", self.at("both.vk"), "--json").json()["security"]
        self.assertEqual(parts["registration"], alone["registration"])

    def test_show_reads_the_files_of_links_and_no_integer(self):
        private, public = self.key_pair("maker")
        _, other = self.key_pair("stranger")
        self.done("commit", DIGIT, "-o", self.at("shown"), "--sign", private, "--openings", "5", "--grid", "-12")
        commitment = self.done("show", self.at("shown.commitment"), "--json").json()
        self.assertEqual((commitment["kind"], commitment["grid"], commitment["count"], commitment["openings"], commitment["signature"]),
                         ("commitment", -12, 64, 5, "unchecked"))
        opening = self.done("show", self.at("shown.opening"), "--json").json()
        self.assertEqual((opening["kind"], opening["digest"], opening["count"]), ("opening", commitment["digest"], 64))
        self.assertEqual(set(opening), {"command", "file", "kind", "bytes", "version", "digest", "grid", "count", "openings", "security_bits", "signature"})
        self.assertIn("not shown", self.done("show", self.at("shown.opening")).out)
        self.assertIn("valid", self.done("show", self.at("shown.commitment"), "--issuer", public).out)
        self.refused("show", self.at("shown.commitment"), "--issuer", other, code=REJECTED, says="not by")
        self.refused("show", self.at("image.commitment"), "--issuer", public, code=REJECTED, says="not by")
        self.refused("show", self.at("shown.commitment"), "--issuer", private)
        self.refused("show", self.at("d.vk"), "--issuer", public, says="--issuer")
        for name in ("shown.commitment", "shown.opening"):
            data = self.at(name).read_bytes()
            for mutant in (data[:9], data[:-1], data + b"\0", data[:8] + b"\7" + data[9:], data[:10] + bytes(16) + data[26:]):
                self.at("bad_link").write_bytes(mutant)
                self.refused("show", self.at("bad_link"))

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

    def test_a_commitment_moves_to_another_machine(self):
        self.done("commit", DIGIT, "-o", self.at("moved"), "--openings", "3")
        self.done("ledger", "split", self.at("moved.commitment"), "--openings", "2")
        self.assertEqual(self.done("ledger", "show", self.at("moved.opening"), "--json").json()["remaining"], 1)
        ledger = self.done("ledger", "show", self.at("moved.commitment"), "--json").json()["ledger"]
        os.rename(ledger, ledger + ".away")               # as where the replica stands
        prove = ("prove", self.at("in.tacit"), self.at("moved.opening"), "-o", self.at("q7"))
        self.refused(*prove, says="tacit ledger adopt NAME.commitment")
        self.done("ledger", "adopt", self.at("moved.opening"), "--remaining", "1")
        self.done(*prove)
        refused = self.refused(*prove, says="tacit commit")
        self.assertNotIn("renew ", refused.err)
        self.assertIn("tacit commit", self.done("ledger", "show", self.at("moved.commitment")).out)

    def test_a_damaged_opening_is_told_and_costs_nothing(self):
        self.done("commit", DIGIT, "-o", self.at("whole"), "--openings", "1")
        data = self.at("whole.opening").read_bytes()
        values, secret = 64 * 8, 32
        pin = len(data) - values - secret - 4 - 24
        for at in (pin, pin - 1, len(data) - values - 1, len(data) - 8):
            self.at("damaged.opening").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            self.refused("prove", self.at("in.tacit"), self.at("damaged.opening"), "-o", self.at("q8"), says="damaged")
        self.done("prove", self.at("in.tacit"), self.at("whole.opening"), "-o", self.at("q8"))

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
        self.renewals_shown_and_followed(links)

    def renewals_shown_and_followed(self, links):
        shown = self.done("show", self.at("e2.renewal"), "--json").json()
        digests = [self.done("show", self.at(f"{name}.vk"), "--json").json()["model"] for name in ("e1", "e2")]
        self.assertEqual([shown["kind"], shown["from"], shown["to"]], ["renewal", *digests])
        self.assertIn("not verified", self.done("show", self.at("e2.renewal")).out)
        bits = self.done("verify", self.at("e2.vk"), self.at("p2"), *links, "--json").json()["statement"]["security_bits"]
        self.assertEqual(len(bits["parts"]), 6)
        self.assertEqual(bits["proven"], min(part["bits"] for part in bits["parts"]))
        self.assertGreaterEqual(bits["proven"], 129)
        self.assertLess(bits["together"], bits["proven"])
        proof = (self.at("e2.vk"), self.at("p2"))

        def separate(*words):
            return self.tacit(*words, program="tacit-verify")
        accepted = separate("--json", *links, *proof)
        self.assertEqual(accepted.code, 0, accepted.err)
        self.assertEqual(accepted.json()["renewed_from"], [str(self.at("e0.vk")), str(self.at("e1.vk"))])
        self.assertIn("renewed", separate(*links, *proof).out)
        self.assertEqual(separate(*links[4:], *proof).code, 0)
        for rejected in (links[:4], links[4:] + links[:4], ("--renewed-from", self.at("other.vk"), "--renewal", self.at("e2.renewal"))):
            self.assertEqual(separate(*rejected, *proof).code, REJECTED, rejected)
        data = self.at("e2.renewal").read_bytes()
        self.at("cut.renewal").write_bytes(data[:-1])
        self.assertEqual(separate("--renewed-from", self.at("e1.vk"), "--renewal", self.at("cut.renewal"), *proof).code, REJECTED)
        for bad in (links[:2], ("--renewal", self.at("e2.renewal")), ("--renewed-from", self.at("e1.vk"), "--renewal", self.at("p2")),
                    ("--renewed-from", self.at("p2"), "--renewal", self.at("e2.renewal")), ("--renewal",)):
            outcome = separate(*proof, *bad)
            self.assertEqual((outcome.code, outcome.err.count("\n")), (2, 1), bad)
        for word in ("--renewed-from", "--issuer", "security"):
            self.assertIn(word, separate("--help").out)
