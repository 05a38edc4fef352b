"""The documents' runs and page: what is found where, and that the page says what runs gave."""

import doctest
import re

import pytest

from benchmarks.documents import catalogue, page, runs

DOCUMENTS = pytest.mark.parametrize("document", catalogue.DOCUMENTS, ids=lambda d: d.name)


def results():
    """Made-up runs: of each figure, another number in each run."""
    found, value = {}, 0
    for document in catalogue.DOCUMENTS:
        made = []
        for _ in range(2):
            parts = {}
            for part in document.parts:
                parts[part.title] = {"seconds": 1.0, "figures": {}}
                for figure in part.figures:
                    value += 1
                    parts[part.title]["figures"][figure.name] = value / 8
            made.append(parts)
        seconds = {
            name: {"cold": 4.0, "warm": 2.0, "keras": 9.0} for name, _, _ in runs.groups(document)
        }
        found[document.name] = {
            "runs": made,
            "pictures": {"curves": [f"{document.name}-curves.svg"]},
            "said": [{"title": "prints", "text": f"printed by {document.name}\n"}],
            "times": {"rounds": 3, "cut": document.cut, "seconds": seconds},
        }
    return {"machine": "a machine", "documents": found}


@DOCUMENTS
def test_every_part_is_in_the_program_and_in_its_translation(document):
    for folder, starts in (
        (runs.PROGRAMS, {part.title: part.start for part in document.parts}),
        (runs.HERE / "keras3", {part.title: f"# part: {part.title}" for part in document.parts}),
    ):
        source = (folder / f"{document.name}.py").read_text(encoding="utf-8")
        told = runs.instrumented(source, starts)
        assert re.findall(r"clock\.begin\('(.*)', globals", told) == list(starts)
        kept = [line for line in told.splitlines() if "clock.begin" not in line]
        assert kept == source.splitlines()


def test_a_part_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="'B', which begins with 'b =', is not in the program"):
        runs.instrumented("a = 1\n", {"A": "", "B": "b ="})


def test_both_translations_train_for_the_same_epochs():
    for document in catalogue.DOCUMENTS:
        epochs = [
            sorted({int(n) for n in re.findall(r"\bepochs\W+(\d+)", text)})
            for text in (
                (runs.PROGRAMS / f"{document.name}.py").read_text(encoding="utf-8"),
                (runs.HERE / "keras3" / f"{document.name}.py").read_text(encoding="utf-8"),
            )
        ]
        assert epochs[0] == epochs[1]


@pytest.mark.parametrize("language", page.FILES)
def test_the_page_has_every_figure_time_picture_and_word(language):
    found = results()
    text = page.page(language, found)
    for document in catalogue.DOCUMENTS:
        own = found["documents"][document.name]
        for part in document.parts:
            for figure in part.figures:
                values = [run[part.title]["figures"][figure.name] for run in own["runs"]]
                assert page.shown(values) in text
        assert f"(documents/{document.name}-curves.svg)" in text
        assert f"printed by {document.name}\n```" in text
    assert "| 4.00 s | 2.00 s | 9.00 s | 2.25, 4.50 |" in text


def test_both_languages_have_the_same_words():
    def names(words, path=()):
        for key, value in words.items():
            yield from names(value, (*path, key)) if isinstance(value, dict) else [(*path, key)]

    assert set(names(page.WORDS["en"])) == set(names(page.WORDS["ko"]))


@pytest.mark.parametrize("module", [page, runs], ids=lambda module: module.__name__)
def test_examples_of_the_docstrings_hold(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
