"""tacit audit, and verify --model, --audit and --auditor: what a key commits to, confirmed by someone shown the weights."""
import base64
import hashlib
import json
import random
import struct
import subprocess

from case import CALIBRATION, DIGIT, MODEL, REJECTED, Case


def private_pem(seed):
    """An Ed25519 private key as PKCS #8."""
    der = bytes.fromhex("302e020100300506032b657004220420") + hashlib.sha256(seed).digest()
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n"


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data, begin, end):
    """(number, begin, end) of every length-delimited field of a protobuf message."""
    at = begin
    while at < end:
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            yield key >> 3, at, at + size
            at += size
        else:
            at = varint(data, at)[1] if key & 7 == 0 else at + (8 if key & 7 == 1 else 4)


def float_tensors(data):
    """Name -> place of the raw floats of every initialiser of an ONNX file."""
    found = {}
    for number, begin, end in fields(data, 0, len(data)):
        if number != 7:  # the graph
            continue
        for inner, first, last in fields(data, begin, end):
            if inner == 5:
                parts = {n: (b, e) for n, b, e in fields(data, first, last)}
                if 8 in parts and 9 in parts:
                    name = bytes(data[slice(*parts[8])]).decode()
                    found[name] = parts[9]
    return found


class Auditing(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.at("auditor.pem").write_text(private_pem(b"auditor"))
        cls.at("other.pem").write_text(private_pem(b"other"))
        for name in ("auditor", "other"):
            cls.at(name + ".pub").write_bytes(subprocess.run(["openssl", "pkey", "-in", cls.at(name + ".pem"), "-pubout"],
                                                             capture_output=True, check=True).stdout)
        done = cls.tacit("audit", MODEL, cls.at("d.vk"), "--secrets", cls.at("d.tacit"), "-o", cls.at("a.json"), "--sign",
                         cls.at("auditor.pem"), "--json")
        cls.audited = done.json()

    def model_with(self, name, size_of, change):
        """A copy of the model with one float of an initialiser changed; the one of least (bias) or most elements."""
        data = bytearray(MODEL.read_bytes())
        begin, end = size_of(float_tensors(data).values(), key=lambda place: place[1] - place[0])
        (value,) = struct.unpack_from("<f", data, begin)
        struct.pack_into("<f", data, begin, change(value))
        self.assertEqual((end - begin) % 4, 0)
        self.at(name).write_bytes(data)
        return self.at(name)

    def differences(self, *words):
        outcome = self.refused("audit", *words, "--json", code=REJECTED, says="differs")
        lines = outcome.json()["differences"]
        self.assertEqual([line for line in lines if "\n" in line], [])
        return lines

    def test_compile_audit_and_verify_name_the_same_model(self):
        model = self.compiled["model"]
        self.assertEqual(model["digest"], self.compiled["key"]["digest"])
        self.assertEqual(model["onnx_sha256"], hashlib.sha256(MODEL.read_bytes()).hexdigest())
        self.assertEqual(self.audited["model"], model)
        alone = self.done("verify", "--model", self.at("d.vk"), "--json").json()
        self.assertEqual({**alone["model"], "onnx_sha256": model["onnx_sha256"]}, model)
        self.assertGreaterEqual(alone["security"]["registration"], 129)
        self.assertEqual(alone["weights"]["count"], self.compiled["parameters"])

    def test_the_right_model_is_confirmed(self):
        text = self.done("audit", MODEL, self.at("d.vk"), "--secrets", self.at("d.tacit")).out
        for word in ("confirmed", "SHA-256", "reported by whoever compiled"):
            self.assertIn(word, text)
        measured = self.done("audit", MODEL, self.at("d.vk"), "--secrets", self.at("d.tacit"), "--calibration", CALIBRATION, "--json").json()
        self.assertEqual(measured["quality"]["measured_by"], "auditor")
        self.assertEqual(measured["quality"]["errors"], self.compiled["quality"]["errors"])

    def test_one_changed_weight_or_bias_is_named(self):
        for name, size_of in (("w.onnx", max), ("b.onnx", min)):
            changed = self.model_with(name, size_of, lambda v: v * 0.5 + 0.01)
            lines = self.differences(changed, self.at("d.vk"), "--secrets", self.at("d.tacit"))
            self.assertTrue(lines[0].startswith("ONNX file: its SHA-256 is "), lines)
            self.assertTrue(any(" integers differ, first at [" in line for line in lines), lines)
            self.assertFalse(any(line.startswith(("root", "pin")) for line in lines), lines)

    def test_another_secret_key_or_recipe_is_refused(self):
        self.compile("again")
        for key, bundle in (("d.vk", "again.tacit"), ("again.vk", "d.tacit")):
            lines = self.differences(MODEL, self.at(key), "--secrets", self.at(bundle))
            self.assertEqual([line.split(":")[0] for line in lines], ["bundle", "root", "pin"])
        self.compile("eight", "--activation-bits", "8")
        lines = self.differences(MODEL, self.at("eight.vk"), "--secrets", self.at("d.tacit"))
        self.assertTrue(any(line.startswith("setting activation bits: ") for line in lines), lines)
        key = bytearray(self.at("d.vk").read_bytes())
        key[-50] ^= 1
        self.at("broken.vk").write_bytes(key)
        lines = self.differences(MODEL, self.at("broken.vk"), "--secrets", self.at("d.tacit"))
        self.assertEqual(len(lines), 1)
        self.assertIn("not accepted", lines[0])
        self.refused("verify", "--model", self.at("broken.vk"), code=REJECTED, says="rejected")

    def test_public_weights_are_recomputed_by_anyone(self):
        self.compile("open", "--weights", "public", "--input", "public")
        self.done("audit", MODEL, self.at("open.vk"), "--recipe", self.at("open.recipe"))
        recipe = json.loads(self.at("open.recipe").read_text())
        changed = self.model_with("p.onnx", max, lambda v: v + 0.125)
        recipe["onnx_sha256"] = hashlib.sha256(changed.read_bytes()).hexdigest()
        self.at("forged.recipe").write_text(json.dumps(recipe))
        lines = self.differences(changed, self.at("open.vk"), "--recipe", self.at("forged.recipe"))
        self.assertEqual([line.split(":")[0] for line in lines], ["root", "pin"])
        name = sorted(recipe["ranges"])[0]
        recipe = json.loads(self.at("open.recipe").read_text())
        recipe["ranges"][name][1] *= 3
        self.at("forged.recipe").write_text(json.dumps(recipe))
        self.assertTrue(self.differences(MODEL, self.at("open.vk"), "--recipe", self.at("forged.recipe")))
        self.assertTrue(self.differences(MODEL, self.at("d.vk"), "--recipe", self.at("open.recipe"))[0].startswith("key: its weights are private"))

    def test_nothing_secret_is_published_with_private_weights(self):
        self.assertFalse(self.at("d.recipe").exists())
        digest = hashlib.sha256(MODEL.read_bytes()).digest()
        for name in ("d.vk", "p"):
            data = self.at(name).read_bytes()
            self.assertNotIn(digest, data)
            self.assertNotIn(digest.hex().encode(), data)

    def test_verify_takes_the_auditors_word_on_this_key_alone(self):
        audit = ("--audit", self.at("a.json"), "--auditor")
        text = self.done("verify", self.at("d.vk"), self.at("p"), *audit, self.at("auditor.pub")).out
        self.assertIn("audited", text)
        self.assertIn(self.compiled["model"]["onnx_sha256"], text)
        self.done("verify", "--model", self.at("d.vk"), *audit, self.at("auditor.pub"))
        self.refused("verify", self.at("d.vk"), self.at("p"), *audit, self.at("other.pub"), code=REJECTED, says="not signed by this auditor")
        self.compile("second")
        self.done("prove", self.at("second.tacit"), DIGIT, "-o", self.at("second.proof"))
        self.refused("verify", self.at("second.vk"), self.at("second.proof"), *audit, self.at("auditor.pub"), code=REJECTED, says="another key")
        self.done("audit", MODEL, self.at("d.vk"), "--secrets", self.at("d.tacit"), "-o", self.at("bare.json"))
        self.refused("verify", self.at("d.vk"), self.at("p"), "--audit", self.at("bare.json"), "--auditor", self.at("auditor.pub"),
                     code=REJECTED, says="not signed")

    def test_a_renewed_key_is_audited_itself_or_by_the_key_it_was_renewed_from(self):
        self.compile("first")
        audit = self.at("first.json")
        self.done("audit", MODEL, self.at("first.vk"), "--secrets", self.at("first.tacit"), "-o", audit, "--sign", self.at("auditor.pem"))
        self.done("renew", self.at("first"), "-o", self.at("next"))
        self.done("audit", MODEL, self.at("next.vk"), "--secrets", self.at("next.tacit"))
        self.done("prove", self.at("next.tacit"), DIGIT, "-o", self.at("next.proof"))
        words = ("verify", self.at("next.vk"), self.at("next.proof"), "--audit", audit, "--auditor", self.at("auditor.pub"))
        self.refused(*words, code=REJECTED, says="another key")
        self.done(*words, "--renewed-from", self.at("first.vk"), "--renewal", self.at("next.renewal"))
        self.refused(*words, "--renewed-from", self.at("d.vk"), "--renewal", self.at("next.renewal"), code=REJECTED)

    def test_hostile_audit_files_and_keys(self):
        random.seed(3)
        data = self.at("a.json").read_bytes()
        bad = self.at("bad.json")
        words = ("verify", self.at("d.vk"), self.at("p"), "--audit", bad, "--auditor")
        for mutant in (b"", b"{}", b"[" * 100000, data[:-1], data + b" ", data.replace(b'"kind"', b'"kind" '), MODEL.read_bytes(), data * 2):
            bad.write_bytes(mutant)
            self.refused(*words, self.at("auditor.pub"), says="is not an audit statement")
        for place in random.sample(range(len(data)), 40):
            bad.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
            outcome = self.tacit(*words, self.at("auditor.pub"))
            self.assertIn(outcome.code, (1, 2), place)
        bad.write_bytes(data)
        for key in ("auditor.pem", "d.vk", "absent"):
            self.refused(*words, self.at(key))
        self.refused("audit", MODEL, self.at("d.vk"), "--secrets", self.at("d.tacit"), "-o", self.at("never"), "--sign", self.at("auditor.pub"))
        self.refused("audit", MODEL, self.at("p"), "--secrets", self.at("d.tacit"), says="not a Tacit verifier key")
        self.refused("audit", MODEL, self.at("d.vk"), "--secrets", self.at("d.vk"))
        self.refused("audit", MODEL, self.at("d.vk"), "--recipe", MODEL, says="recipe")
        self.refused("verify", "--model", MODEL, says="not a Tacit verifier key")
        self.refused("verify", "--model", self.at("d.vk"), "--audit", self.at("a.json"), says="--auditor")
        self.assertFalse(self.at("never").exists())
