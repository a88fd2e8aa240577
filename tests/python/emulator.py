"""Starts `signbridge emulate` for a suite, and acts as a recipient."""

import json
import pathlib
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Whatever proxy the environment names, the emulator is on this machine.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Emulator:
    """A running emulator: `ready` is its ready line."""

    def __enter__(self):
        subprocess.run(["cargo", "build", "-q", "-p", "signbridge-cli"], cwd=ROOT, check=True)
        target = json.loads(
            subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT)
        )["target_directory"]
        self.process = subprocess.Popen(
            [f"{target}/debug/signbridge", "emulate", "--json"], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the emulator did not start: exit code {self.process.wait()}")
        self.ready = json.loads(line)
        self.docusign = self.ready["providers"]["docusign"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert code == 0, f"the emulator was told to end and answered with exit code {code}"

    def control(self, path, body=None, method="POST"):
        """One request of the control interface."""
        request = urllib.request.Request(
            f"{self.ready['listening']}/_emulator/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with OPENER.open(request) as answer:
            return json.loads(answer.read() or b"null")

    def act(self, envelope, recipient, action, reason=None):
        """Acts as a recipient."""
        body = {"envelope": envelope, "recipient": recipient, "action": action}
        return self.control("act", body | ({"reason": reason} if reason else {}))


def pdf(*lines, drawing=""):
    """A one-page PDF with these lines of text, and what these operators draw."""
    text = "BT /F1 14 Tf 72 700 Td " + " ".join(f"({line}) Tj 0 -30 Td" for line in lines) + f" ET {drawing}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = "%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{value}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")
