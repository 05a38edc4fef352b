import os
import textwrap

import pytest

from benchmarks.processes import ROOT, Worker, WorkerError, clean_environment

CODE = """
    import os, sys, time
    from benchmarks.protocol import Lines

    channel = Lines.standard()
    while (request := channel.receive()) is not None:
        print("a library that talks")
        os.write(1, b"and one that does so below Python\\n")
        if request["do"] == "die":
            raise ValueError("no such thing")
        if request["do"] == "hang":
            time.sleep(60)
        channel.reply(arguments=sys.argv[1:], flags=os.environ.get("XLA_FLAGS"), pid=os.getpid())
"""


@pytest.fixture
def worker(tmp_path, monkeypatch):
    (tmp_path / "parrot.py").write_text(textwrap.dedent(CODE))
    monkeypatch.setenv("XLA_FLAGS", "--of_another_library")
    own = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    with Worker("parrot", ("a", "b"), own) as running:
        yield running


def test_a_worker_answers_whatever_its_library_prints(worker):
    first, second = worker.ask(do="answer"), worker.ask(do="answer")
    assert first == second  # the same process
    assert first["arguments"] == ["a", "b"]


def test_a_worker_does_not_inherit_flags(worker):
    assert worker.ask(do="answer")["flags"] is None


def test_the_error_of_a_worker_that_died_is_its_own(worker):
    with pytest.raises(WorkerError, match=r"^ValueError: no such thing \(exit status"):
        worker.ask(do="die")


def test_a_worker_that_does_not_answer_in_time_is_ended(worker):
    worker.ask(do="answer")
    with pytest.raises(WorkerError, match="exit status -9"):
        worker.ask(timeout_s=0.1, do="hang")


def test_asking_a_worker_that_has_ended_is_an_error(worker):
    for _ in range(2):
        with pytest.raises(WorkerError):
            worker.ask(do="die")


@pytest.mark.parametrize(
    "name", ["XLA_FLAGS", "JAX_ENABLE_X64", "KERAS_BACKEND", "PPUL_CACHE_DIR", "OMP_NUM_THREADS"]
)
def test_settings_of_libraries_are_left_out_unless_they_are_the_workers_own(name):
    inherited = {name: "1", "HOME": "/home/someone"}
    assert name not in clean_environment(inherited, {})
    assert clean_environment(inherited, {name: "2"})[name] == "2"
    assert clean_environment(inherited, {})["HOME"] == "/home/someone"


def test_the_platform_that_the_user_chose_is_kept():
    assert clean_environment({"JAX_PLATFORMS": "cpu"}, {})["JAX_PLATFORMS"] == "cpu"
