"""Pictures of models: the boxes and arrows are those that Keras draws."""

from __future__ import annotations

import re
import shutil
import sys
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

import ppul

pydot = pytest.importorskip("pydot")
needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
ALL = {
    "show_shapes": True,
    "show_dtype": True,
    "show_layer_activations": True,
    "show_trainable": True,
}


def stack(k: Any) -> Any:
    layers = [k.Input((8,)), k.layers.Dense(3, "relu", name="d1"), k.layers.Dense(2, name="d2")]
    return k.Sequential(layers, name="inner")


def branches(k: Any) -> Any:
    x = k.Input((4,), name="in")
    hidden = k.layers.Dense(8, "relu", name="hidden")(x)
    both = k.layers.Concatenate(name="both")([hidden, stack(k)(hidden)])
    return k.Model(x, k.layers.Dense(1, name="out", trainable=False)(both), name="net")


def nested(k: Any) -> Any:
    x = k.Input((8,), name="x")
    first = k.layers.Dense(2, name="first")(x)
    inner = k.Model(x, [first, k.layers.Dense(2, name="second")(first)], name="two_heads")
    top = k.Input((8,), name="top")
    one, two = inner(top)
    shared = k.layers.Dense(2, name="shared")
    return k.Model(top, k.layers.Add(name="add")([shared(shared(one)), two]), name="outer")


def stack_of_stacks(k: Any) -> Any:
    return k.Sequential([stack(k), k.layers.Dense(1, name="end")], name="stacks")


def pieces(graph: Any) -> tuple[dict[str, set[str]], set[tuple[str, str]], set[str]]:
    """The texts in every box by its name, the arrows between boxes, and the frames."""
    boxes: dict[str, Any] = {}
    arrows: set[tuple[str, str]] = set()
    frames: set[str] = set()

    def walk(part: Any) -> None:
        for node in part.get_nodes():
            texts = re.findall(r">([^<>]+)<", node.get_label() or "")
            if texts:
                boxes[node.get_name().strip('"')] = texts
        for frame in part.get_subgraphs():
            frames.add(frame.get_label().strip('"'))
            walk(frame)
        arrows.update(
            (e.get_source().strip('"'), e.get_destination().strip('"')) for e in part.get_edges()
        )

    walk(graph)
    return (
        {texts[0]: set(texts[1:]) for texts in boxes.values()},
        {(boxes[a][0], boxes[b][0]) for a, b in arrows},
        frames,
    )


@pytest.mark.parametrize("expand", [False, True], ids=["plain", "expanded"])
@pytest.mark.parametrize("draw", [stack, branches, nested, stack_of_stacks])
def test_boxes_and_arrows_are_keras_s(draw: Any, expand: bool) -> None:
    found, expected = (
        pieces(k.utils.model_to_dot(draw(k), expand_nested=expand, **ALL)) for k in (ppul, keras)
    )
    assert found == expected


def test_a_frame_can_be_put_into_another_graph() -> None:
    frame = ppul.utils.model_to_dot(branches(ppul), subgraph=True)
    assert isinstance(frame, pydot.Cluster)
    assert frame.get_label() == "net"


def test_a_model_in_code_is_one_box() -> None:
    class Own(ppul.Model):
        def call(self, x: Any) -> Any:
            return x

    model = Own(name="own")
    model(np.ones((1, 2)))
    boxes, arrows, _ = pieces(ppul.utils.model_to_dot(model, show_layer_names=False))
    assert (list(boxes), arrows) == (["Own"], set())


@needs_graphviz
def test_a_picture_is_written(tmp_path: Any) -> None:
    ppul.utils.plot_model(branches(ppul), tmp_path / "net.png", dpi=50)
    wide = tmp_path / "wide.png"
    ppul.utils.plot_model(branches(ppul), wide, dpi=50, rankdir="LR", **ALL)
    with Image.open(tmp_path / "net.png") as picture:
        assert picture.width < picture.height
    with Image.open(wide) as picture:
        assert picture.width > picture.height
    assert {path.name for path in tmp_path.iterdir()} == {"net.png", "wide.png"}


def test_mistakes_are_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = stack(ppul)
    for call, error, message in (
        (lambda: ppul.utils.plot_model(model, "x.png", colour=1), ValueError, "colour"),
        (lambda: ppul.utils.plot_model(model, tmp_path / "x.doc"), ValueError, "x.doc"),
        (
            lambda: ppul.utils.model_to_dot(ppul.Sequential([ppul.layers.Dense(1)])),
            ValueError,
            "nothing to draw",
        ),
    ):
        with pytest.raises(error, match=message):
            call()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImportError, match="Install Graphviz"):
        ppul.utils.plot_model(model, tmp_path / "x.png")
    monkeypatch.setitem(sys.modules, "pydot", None)
    with pytest.raises(ImportError, match="pip install pydot"):
        ppul.utils.plot_model(model)
