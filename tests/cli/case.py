"""For the tests of the command line: a folder with a compiled model and a proof, and the programs of a build."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "examples" / "digits"
MODEL, CALIBRATION, DIGIT = DIGITS / "digits.onnx", DIGITS / "calibration.npy", DIGITS / "digit.npy"
IMAGES, LABELS = DIGITS / "heldout_images.npy", DIGITS / "heldout_labels.npy"
DONE, REJECTED, BAD_INPUT = 0, 1, 2
PRIVACY = "zero-knowledge; hidden: weights, input, all values between; shown: output"


def read_npy(path):
    """(dims, values) of a little-endian float32 or int64 file."""
    data = pathlib.Path(path).read_bytes()
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    header = eval(data[10:start], {"__builtins__": {}})  # a dict literal, of our own files
    kind = {"<f4": "f", "<f8": "d", "<i8": "q"}[header["descr"]]
    return header["shape"], list(struct.unpack(f"<{(len(data) - start) // struct.calcsize(kind)}{kind}", data[start:]))


def write_npy(path, dims, values):
    header = str({"descr": "<f4", "fortran_order": False, "shape": tuple(dims)}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    body = struct.pack(f"<{len(values)}f", *values)
    pathlib.Path(path).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body)


class Outcome:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)


class Case(unittest.TestCase):
    build = None  # the folder with the programs

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tacit_cli_"))
        cls.compiled = cls.tacit("compile", MODEL, "-o", cls.at("d"), "--calibration", CALIBRATION, "--json").json()
        cls.proved = cls.tacit("prove", cls.at("d.tacit"), DIGIT, "-o", cls.at("p"), "--json").json()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def at(cls, name):
        return cls.folder / name

    @classmethod
    def tacit(cls, *words, program="tacit"):
        environment = {**os.environ, "TACIT_STATE_DIR": str(cls.folder / "state")}
        done = subprocess.run([str(cls.build / program), *map(str, words)], capture_output=True, text=True, timeout=300, env=environment)
        return Outcome(done)

    def done(self, *words):
        outcome = self.tacit(*words)
        self.assertEqual(outcome.code, DONE, f"{words}: {outcome.err}")
        return outcome

    def refused(self, *words, code=BAD_INPUT, says=""):
        """One line of complaint, or for a rejection the reason; never a signal."""
        outcome = self.tacit(*words)
        self.assertEqual(outcome.code, code, f"{words}: {outcome.out}{outcome.err}")
        if code == BAD_INPUT:
            self.assertEqual(outcome.err.count("\n"), 1, outcome.err)
            self.assertTrue(outcome.err.startswith("tacit: "), outcome.err)
            self.assertIn(says, outcome.err)
        else:
            self.assertIn(says, outcome.out)
        return outcome

    def changed(self, name, position, value=None):
        """A copy of a file of the folder with one byte changed."""
        data = bytearray(self.at(name).read_bytes())
        data[position] = (data[position] ^ 1) if value is None else value
        copy = self.at("changed_" + name)
        copy.write_bytes(data)
        return copy

    def compile(self, prefix, *options):
        return self.done("compile", MODEL, "-o", self.at(prefix), "--calibration", CALIBRATION, *options)
