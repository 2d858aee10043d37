"""What is hidden: visibilities, the budget of openings, encrypted bundles, who sees what."""
import os
import stat
import subprocess

from case import DIGIT, PRIVACY, REJECTED, ROOT, Case


class Privacy(Case):
    def test_every_visibility_is_what_it_says(self):
        for weights in ("public", "private"):
            for inputs in ("public", "private"):
                name = f"{weights}_{inputs}"
                self.compile(name, "--weights", weights, "--input", inputs)
                self.done("prove", self.at(f"{name}.tacit"), DIGIT, "-o", self.at(f"{name}.p"))
                statement = self.done("verify", self.at(f"{name}.vk"), self.at(f"{name}.p"), "--json").json()
                self.assertEqual(statement["zero_knowledge"], "private" in (weights, inputs))
                self.assertEqual("input" in statement["statement"], inputs == "public")
                self.assertEqual(self.tacit(self.at(f"{name}.vk"), self.at(f"{name}.p"), program="tacit-verify").code, 0)
        # A proof is of its key's mode: one mode's proof is worth nothing under the other's key.
        self.refused("verify", self.at("public_public.vk"), self.at("private_private.p"), code=REJECTED)
        self.refused("verify", self.at("private_private.vk"), self.at("public_public.p"), code=REJECTED)

    def test_the_messages_of_two_proofs_of_one_statement_share_no_word(self):
        self.done("prove", self.at("d.tacit"), DIGIT, "-o", self.at("again"))
        # Behind header and public output: the messages before the opening. (Hashes of W's tree are the same in both.)
        first, second = (self.at(name).read_bytes()[83:8083] for name in ("p", "again"))
        words = {first[i:i + 8] for i in range(0, len(first), 8)}
        self.assertEqual(len(words), 1000)
        self.assertFalse(any(second[i:i + 8] in words for i in range(0, len(second), 8)))

    def test_the_budget_is_counted_and_ends(self):
        self.compile("few", "--openings", "2")
        left = [self.done("prove", self.at("few.tacit"), DIGIT, "-o", self.at("few.p"), "--json").json()["openings_left"] for _ in range(2)]
        self.assertEqual(left, [1, 0])
        proof = self.at("few.p").read_bytes()
        self.refused("prove", self.at("few.tacit"), DIGIT, "-o", self.at("few.p"), says="renew")
        copy = self.at("copied.tacit")
        copy.write_bytes(self.at("few.tacit").read_bytes())
        self.refused("prove", copy, DIGIT, "-o", self.at("few.p"), says="renew")
        self.assertEqual(self.at("few.p").read_bytes(), proof)

    def test_a_missing_ledger_is_refused_until_it_is_adopted(self):
        self.compile("lost", "--openings", "9")
        (ledger,) = [path for path in (self.folder / "state").glob("*.ledger")
                     if path.name.startswith(self.done("ledger", "show", self.at("lost.tacit"), "--json").json()["commitment"])]
        ledger.unlink()
        self.refused("prove", self.at("lost.tacit"), DIGIT, "-o", self.at("never"), says="adopt")
        self.done("ledger", "adopt", self.at("lost.tacit"), "--remaining", "3")
        proved = self.done("prove", self.at("lost.tacit"), DIGIT, "-o", self.at("lost.p"), "--json").json()
        self.assertEqual(proved["openings_left"], 2)

    def test_bundles_are_the_owners_alone_and_may_be_encrypted(self):
        self.assertEqual(stat.S_IMODE(self.at("d.tacit").stat().st_mode), 0o600)
        passphrase = self.at("passphrase")
        passphrase.write_text("correct horse\n")
        self.compile("sealed", "--passphrase-file", passphrase)
        data = self.at("sealed.tacit").read_bytes()
        self.assertTrue(data.startswith(b"TACITENC"))
        self.refused("prove", self.at("sealed.tacit"), DIGIT, "-o", self.at("never"), says="passphrase")
        wrong = self.at("wrong")
        wrong.write_text("correct house\n")
        self.refused("prove", self.at("sealed.tacit"), DIGIT, "-o", self.at("never"), "--passphrase-file", wrong)
        self.done("prove", self.at("sealed.tacit"), DIGIT, "-o", self.at("sealed.p"), "--passphrase-file", passphrase)
        self.done("verify", self.at("sealed.vk"), self.at("sealed.p"))
        self.assertFalse(self.at("never").exists())

    def test_show_says_who_sees_what_and_lists_all_that_is_public(self):
        shown = self.done("show", self.at("d.vk"), "--json").json()
        self.assertEqual(shown["privacy"], PRIVACY)
        self.assertEqual(shown["openings"], 256)
        self.assertEqual(shown["seen_by"]["verifier, chain"], "output")
        self.assertIn("weights", shown["seen_by"]["prover's host"])

    def test_the_deployments_of_who_sees_what_run(self):
        for script in sorted((ROOT / "examples" / "deployments").glob("*_proves.sh")):
            done = subprocess.run([str(script), str(self.build)], capture_output=True, text=True, timeout=300, env={**os.environ})
            self.assertEqual(done.returncode, 0, f"{script.name}: {done.stdout}{done.stderr}")
            self.assertIn("accepted", done.stdout)
