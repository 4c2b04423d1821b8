"""A real sandbox for scripts: fresh, on a free port, stopped at the end."""

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
BINARY = TARGET / "debug" / "crosstalk"
START_S = 30
STOP_S = 60


def wait_for(file, server):
    """The address of a server that says so in a file when it is ready."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        if file.exists():
            return json.loads(file.read_text())["listen"][0]
        time.sleep(0.02)
    raise RuntimeError("the sandbox did not start")


def stop(server):
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=STOP_S)
    finally:
        server.kill()


@contextmanager
def sandbox(folder, *flags):
    """Serves one below a folder, with its data in `data` and its log in `log`; gives its address."""
    ready = folder / "ready.json"
    command = [BINARY, "sandbox", "--listen", "127.0.0.1:0", "--ready-file", ready, "--data", folder / "data", *flags]
    with (folder / "log").open("w") as errors:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        yield wait_for(ready, server)
    finally:
        stop(server)
