"""Downloads from a server on this machine: complete and checked, or not there at all."""

import hashlib
import http.server
import sys
import threading

import pytest

from ppul.datasets import download as module
from ppul.datasets.download import download, has_checksum, write_beside

CONTENT = bytes(range(256)) * 3000


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unknown-length":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:100_000] if self.path == "/truncated" else CONTENT)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/file", "/unknown-length"])
@pytest.mark.parametrize(
    "checksum",
    [
        None,
        hashlib.sha256(CONTENT).hexdigest(),
        hashlib.md5(CONTENT, usedforsecurity=False).hexdigest(),
        hashlib.sha256(CONTENT).hexdigest().upper(),
    ],
    ids=["none", "sha256", "md5", "upper"],
)
def test_what_comes_is_what_was_sent(server, tmp_path, path, checksum):
    download(server + path, tmp_path / "new" / "file", checksum)
    assert (tmp_path / "new" / "file").read_bytes() == CONTENT
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("path", "checksum", "error", "message"),
    [
        ("/file", "0" * 64, ValueError, "sha256 checksum is .* instead of 000"),
        ("/file", "0" * 32, ValueError, "md5 checksum is .* instead of 000"),
        ("/file", "12", ValueError, "has 2 characters; expected an MD5"),
        ("/truncated", None, OSError, "after 100000 of 768000 bytes"),
        ("/missing", None, OSError, "404"),
    ],
)
def test_a_failed_download_leaves_what_was_there(server, tmp_path, path, checksum, error, message):
    (tmp_path / "file").write_bytes(b"older")
    with pytest.raises(error, match=message):
        download(server + path, tmp_path / "file", checksum)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"file": b"older"}


def test_an_interrupted_download_leaves_nothing(server, tmp_path, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_megabytes", interrupt)
    monkeypatch.setattr(module, "LINE_INTERVAL_S", 0.0)
    with pytest.raises(KeyboardInterrupt):
        download(server + "/unknown-length", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_lines_on_standard_error(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "LINE_INTERVAL_S", 0.0)
    download(server + "/file", tmp_path / "file")
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0] == f"Downloading {server}/file to {tmp_path / 'file'} (0.8 MB)"
    assert lines[-2:] == ["  0.8 MB (100%)", "  0.8 MB received"]
    assert "\r" not in err
    assert "\x1b" not in err


def test_progress_is_a_bar_at_a_terminal(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    download(server + "/file", tmp_path / "file")
    out, err = capsys.readouterr()
    assert out == ""
    assert "━" in err
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_block_that_fails_leaves_no_file(tmp_path):
    def write_half():
        with write_beside(tmp_path / "file") as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_checksums_of_files(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert has_checksum(path, hashlib.sha256(CONTENT).hexdigest())
    assert not has_checksum(path, hashlib.sha256(b"").hexdigest())
