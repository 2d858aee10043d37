"""Verifying: statements, comparisons, refusals."""
import random

from case import BAD_INPUT, DIGIT, PRIVACY, REJECTED, Case, read_npy, write_npy


class Verify(Case):
    def test_accepts_and_prints_the_statement(self):
        text = self.done("verify", self.at("d.vk"), self.at("p")).out
        for word in ("accepted", self.compiled["key"]["digest"], "integers", "class 5", PRIVACY):
            self.assertIn(word, text)
        statement = self.done("verify", self.at("d.vk"), self.at("p"), "--json").json()["statement"]
        self.assertEqual(statement["visibility"], {"input": "private", "output": "public", "weights": "private"})
        self.assertNotIn("input", statement)

    def test_compares_public_values_and_refuses_private_ones(self):
        for shown_input in ("public", "private"):
            for shown_output in ("public", "private"):
                with self.subTest(input=shown_input, output=shown_output):
                    self.compare(shown_input, shown_output)

    def compare(self, shown_input, shown_output):
        prefix = f"{shown_input}_{shown_output}"
        self.compile(prefix, "--input", shown_input, "--output", shown_output)
        key, bundle, proof = (self.at(prefix + end) for end in (".vk", ".tacit", ".proof"))
        self.done("prove", bundle, DIGIT, "-o", proof)
        self.done("run", bundle, DIGIT, "-o", self.at("o.npy"))
        self.done("verify", key, proof)
        dims, pixels = read_npy(DIGIT)
        write_npy(self.at("other_in.npy"), dims, [1 - p for p in pixels])
        write_npy(self.at("other_out.npy"), (1, 10), [float(i) for i in range(10)])
        for flag, shown, own, other in (("--input", shown_input, DIGIT, "other_in.npy"),
                                        ("--output", shown_output, self.at("o.npy"), "other_out.npy")):
            if shown == "public":
                self.done("verify", key, proof, flag, own)
                self.refused("verify", key, proof, flag, self.at(other), code=REJECTED, says="published")
            else:
                self.refused("verify", key, proof, flag, own, says="private")

    def test_a_given_value_of_another_shape_is_bad_input(self):
        write_npy(self.at("short.npy"), (9,), [0.0] * 9)
        self.refused("verify", self.at("d.vk"), self.at("p"), "--output", self.at("short.npy"), says="shape")
        self.refused("verify", self.at("d.vk"), self.at("p"), "--output", self.at("absent.npy"), says="absent.npy")

    def test_a_changed_output_is_rejected(self):
        self.refused("verify", self.at("d.vk"), self.changed("p", 43), code=REJECTED)

    def test_another_models_key_rejects(self):
        self.compile("eight", "--activation-bits", "8")
        outcome = self.refused("verify", self.at("eight.vk"), self.at("p"), code=REJECTED, says="rejected")
        self.assertNotIn("logits", outcome.out)

    def test_changed_cut_and_lengthened_proofs_are_refused(self):
        data = self.at("p").read_bytes()
        random.seed(5)
        bad = self.at("bad")
        cuts = [0, 7, 8, 10, 42, 43, 44, len(data) // 2, len(data) - 1]
        for mutant in [data[:n] for n in cuts] + [data + b"\0"]:
            bad.write_bytes(mutant)
            code = self.tacit("verify", self.at("d.vk"), bad).code
            self.assertEqual(code, BAD_INPUT if len(mutant) < 43 else REJECTED, len(mutant))
        for place in random.sample(range(len(data)), 40):
            changed = self.changed("p", place)
            self.assertIn(self.tacit("verify", self.at("d.vk"), changed).code, [REJECTED, BAD_INPUT], place)

    def test_agrees_with_the_separate_verifiers(self):
        """tacit-verify, and a program over include/tacit/verify.h alone."""
        others = [name for name in ("tacit-verify", "verify_only") if (self.build / name).exists()]
        if not others:
            self.skipTest("no other verifier is built")
        data = self.at("p").read_bytes()
        proofs = {"own": data, "changed": data[:60] + bytes([data[60] ^ 1]) + data[61:], "cut": data[:-1],
                  "header cut": data[:20], "version": data[:8] + b"\x07" + data[9:], "foreign": b"something else", "empty": b""}
        for what, content in proofs.items():
            self.at("other").write_bytes(content)
            code = self.tacit("verify", self.at("d.vk"), self.at("other")).code
            for program in others:
                self.assertEqual(self.tacit(self.at("d.vk"), self.at("other"), program=program).code, code, f"{program}: {what}")
