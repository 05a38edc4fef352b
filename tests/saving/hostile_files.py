"""Files that attack whoever loads them, each with what its refusal must say."""

from __future__ import annotations

import base64
import json
import marshal
import os
import pickle
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.saving.hostile_pieces import (
    PIPE,
    dense,
    graph,
    h5_file,
    hostile,
    keras_file,
    layer,
    of_config,
    of_weights,
    sequential,
    tensor,
    weights,
)

# Code, and names of what is not meant.

CODE = base64.b64encode(marshal.dumps((lambda x: x).__code__)).decode()
BY_CODE = r"'{}' is kept in the file as code, which is never run.*load_weights.*custom_objects"
LAMBDA = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}

of_config(
    "lambda",
    sequential(layer("keras.layers", "Lambda", {"name": "l", "function": LAMBDA})),
    BY_CODE.format("Lambda"),
)
of_config(
    "lambda as activation", sequential(dense(activation=LAMBDA)), BY_CODE.format("__lambda__")
)
of_config(
    "class of os", sequential(layer("os", "_wrap_close", {})), r"Unknown class '_wrap_close'.*'os'"
)
of_config(
    "class of ppul that is no layer",
    sequential(layer("ppul.saving.arrays", "GroupStore", {"group": 1, "where": "."})),
    r"Unknown class 'GroupStore'",
)
of_config(
    "dotted name", sequential(layer(None, "os.system", {"command": "id"})), r"class 'os\.system'"
)
of_config(
    "registered name",
    sequential(layer("builtins", "eval", {}, registered_name="builtins>eval")),
    r"Unknown class 'eval'",
)
for kind, name in (
    ("os", "system"),
    ("builtins", "exec"),
    ("keras.models", "load_model"),
    ("keras.saving", "load_model"),
    ("keras.layers", "Input"),
):
    function = layer(kind, "function", name, registered_name="function")
    of_config(
        f"activation {kind}.{name}",
        sequential(dense(activation=function)),
        rf"Unknown function '{name}' \(module '{kind}'\) among activations",
    )
    of_config(
        f"loss {kind}.{name}",
        sequential(dense()) | {"compile_config": {"optimizer": "sgd", "loss": function}},
        rf"Unknown function '{name}'.*compile=False",
    )
of_config("plumbing", sequential(dense(activation="deserialize")), r"activation: 'deserialize'")
of_config(
    "plumbing as class",
    sequential(dense(kernel_initializer=layer("keras.initializers", "get", {}))),
    r"Unknown class 'get'",
)
of_config(
    "optimizer as initializer",
    sequential(dense(kernel_initializer=layer("keras.optimizers", "SGD", {}))),
    r"Unknown class 'SGD' .* among initializers",
)
of_config(
    "layer as regularizer",
    sequential(dense(kernel_regularizer=layer("keras.layers", "Dense", {"units": 1}))),
    r"Unknown class 'Dense' .* among regularizers",
)
of_config(
    "function as layer", sequential(layer("keras.layers", "Input", {"shape": [1]})), "'Input'"
)
of_config("loss as model", layer("keras.losses", "Huber", {}), r"Unknown class 'Huber'")
of_config(
    "vocabulary",
    sequential(layer("keras.layers", "StringLookup", {"name": "v", "vocabulary": "/etc/passwd"})),
    r"'v' takes its vocabulary from the file '/etc/passwd'",
)


@hostile("lambda of keras 2.h5", BY_CODE.format("Lambda"))
def _(path: Path) -> None:
    config = {"name": "l", "function": [CODE, None, None], "function_type": "lambda"}
    h5_file(path, sequential({"class_name": "Lambda", "config": config}))


@hostile("operation of tensorflow.h5", BY_CODE.format("TFOpLambda"))
def _(path: Path) -> None:
    config = {"name": "tf.io.read_file", "trainable": True, "function": "io.read_file"}
    h5_file(path, sequential({"class_name": "TFOpLambda", "config": config}))


@hostile("loss by module.h5", r"Unknown loss: 'os\.system'.*compile=False")
def _(path: Path) -> None:
    training = {"loss": "os.system", "optimizer_config": {"class_name": "SGD", "config": {}}}
    h5_file(path, sequential(dense()), training)


@hostile(
    "optimizer by module.h5",
    r"Unknown class 'system' \(module 'keras\.optimizers'\).*compile=False",
)
def _(path: Path) -> None:
    optimizer = {"module": "os", "class_name": "system", "config": {"command": "id"}}
    h5_file(path, sequential(dense()), {"loss": "mse", "optimizer_config": optimizer})


# Archives.


def appended(path: Path, name: str, content: bytes = b"", mode: int = 0, **how: Any) -> None:
    keras_file(path, sequential(dense()))
    with zipfile.ZipFile(path, "a", **how) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = archive.compression
        archive.writestr(info, content)


OUTSIDE = "points outside of the archive"
for number, member in enumerate(("../up.py", "/etc/up.py", "a/../../up.py", "C:\\up", "..\\up")):
    hostile(f"climbing {number}.keras", OUTSIDE)(lambda path, m=member: appended(path, m, b"x"))
hostile("symlink.keras", "'link' is a symbolic link")(
    lambda path: appended(path, "link", b"/etc/passwd", stat.S_IFLNK | 0o777)
)
hostile("bomb.keras", "more than 100 times as many")(
    lambda path: appended(path, "x", bytes(200 << 20), compression=zipfile.ZIP_DEFLATED)
)
hostile("lzma.keras", "'x' is packed by method 14")(
    lambda path: appended(path, "x", b"x", compression=zipfile.ZIP_LZMA)
)


@hostile("duplicate.keras", r"has two members 'config\.json'")
def _(path: Path) -> None:
    content = {"metadata.json": b"{}", "config.json": b"{}", "config.jsom": b"{}"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, value)
    path.write_bytes(path.read_bytes().replace(b"config.jsom", b"config.json"))


@hostile("encrypted.keras", r"is encrypted")
def _(path: Path) -> None:
    keras_file(path, sequential(dense()))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)


@hostile("size that lies.keras", r"'config\.json' is damaged")
def _(path: Path) -> None:
    keras_file(path, sequential(dense()))
    content = bytearray(path.read_bytes())
    place = content.index(b"config.json", content.index(b"PK\1\2")) - 46
    struct.pack_into("<II", content, place + 20, 40, 40)
    path.write_bytes(content)


@hostile("truncated.keras", "is not a whole .keras file")
def _(path: Path) -> None:
    keras_file(path, sequential(dense()))
    path.write_bytes(path.read_bytes()[:-200])


@hostile("without weights.keras", r"it has no 'model\.weights\.h5'")
def _(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps(sequential(dense())))


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/evil",)


hostile("pickle.keras", "neither a .keras file")(
    lambda p: p.write_bytes(pickle.dumps(Evil())) and None
)
hostile("text.h5", "neither a .keras file.*begins with b'import os")(
    lambda path: path.write_text("import os\nos.system('id')") and None
)

# Configurations.

of_config("not json", "{'a': 1}", "is not JSON")
of_config("bytes", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "is not JSON")
of_config("list", "[]", "is not a configuration")
of_config("deep", '{"a":' * 5000 + "0" + "}" * 5000, "nested more than 200 levels")
of_config("deep lists", '{"a":' + "[" * 300 + "]" * 300 + "}", "nested more than 200 levels")
of_config(
    "huge number", '{"class_name": "Sequential", "config": ' + "9" * 5000 + "}", "is not JSON"
)
of_config("large", " " * (1 << 25) + "{}", r"has \d+ bytes; more than \d+ are not read")
of_config("no config", {"class_name": "Sequential"}, "'layers' is missing")
of_config("wrong types", layer("keras", "Sequential", {"layers": 3}), "not iterable")
of_config("config is text", layer("keras", "Sequential", "x"), "must be a dict")
of_config("misspelt", sequential(dense(unit=3)), r"Dense.*unknown argument\(s\) unit")
of_config("huge layer", sequential(dense(units=10**9)), r"'s/d/kernel' of shape \(4, 1000000000\)")
of_config("huge input", sequential(dense(), width=10**12), r"of shape \(1000000000000, 3\)")
of_config("endless number", sequential(dense(units=10**400)), "")
of_config("no number", sequential(dense(units=float("nan"))), "units")
of_config(
    "huge dtype",
    sequential(
        dense(bias_initializer=layer(None, "__numpy__", {"value": [1], "dtype": "V999999999999"}))
    ),
    "Unknown dtype",
)
built = {"input_shape": [None, 10**10]}
of_config(
    "huge build shape",
    layer("keras", "Sequential", {"name": "s", "layers": [dense() | {"build_config": built}]}),
    r"of shape \(10000000000, 3\)",
)
picture = layer(
    "keras.layers", "InputLayer", {"name": "in", "batch_shape": [None, 40000, 40000, 1]}
)
pooled = {"name": "p", "pool_size": 3, "strides": 1, "padding": "same"}
huge = [picture, layer("keras.layers", "AveragePooling2D", pooled), dense()]
of_config("huge picture", layer("keras", "Sequential", {"name": "s", "layers": huge}), "(1, 3)")
nested = dense()
for _level in range(70):
    nested = sequential(nested)
of_config("models in models", nested, "nested")


of_config("circle", graph([tensor("d", 0, 0)]), r"not a graph: .*\['d'\]")
of_config("unknown layer", graph([tensor("x", 0, 0)]), "refers to a layer 'x'")
of_config("counted backwards", graph([tensor("in", -1, 0)]), "count from 0")
of_config("no tensor", graph([1.0]), "'d' without any tensor")
of_config(
    "no such end", graph([tensor("in", 0, 0)], ends=("d", 5, 0)), "refers to call 5 of layer 'd'"
)
of_config("no such output", graph([tensor("in", 0, 0)], ends=("d", 0, 5)), "IndexError")


# Arrays.


def replaced(group: Any, key: str = "0") -> Any:
    del group[key]
    return group


@of_weights("external link", "is a link to somewhere else")
def _(group: Any) -> None:
    replaced(group)["0"] = h5py.ExternalLink(PIPE, "/layers/dense/vars/0")


@of_weights("external group", "is a link to somewhere else", inside=True)
def _(group: Any) -> None:
    parent = group.parent
    del parent["vars"]
    parent["vars"] = h5py.ExternalLink(PIPE, "/layers/dense/vars")


@of_weights("soft link", "is a link to somewhere else")
def _(group: Any) -> None:
    replaced(group)["0"] = h5py.SoftLink("/layers/dense/vars/1")


@of_weights("virtual", "stored in another file", inside=True)
def _(group: Any) -> None:
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource(PIPE, "/layers/dense/vars/0", (4, 3))
    replaced(group).create_virtual_dataset("0", layout)


@of_weights("external storage", "stored in another file")
def _(group: Any) -> None:
    replaced(group).create_dataset("0", (4, 3), "f4", external=[(PIPE, 0, 48)])


@of_weights("packed", "is compressed")
def _(group: Any) -> None:
    replaced(group).create_dataset("0", data=np.zeros((4000, 3000), "f4"), compression="gzip")


@of_weights("declared and not held", r"shape \(1000000, 1000000\), 4000000000000 bytes.* 0 bytes")
def _(group: Any) -> None:
    replaced(group).create_dataset("0", (10**6, 10**6), "f4", chunks=(1000, 1000))


@of_weights("objects", "not an array of numbers")
def _(group: Any) -> None:
    replaced(group).create_dataset("0", data=["text"] * 12, dtype=h5py.string_dtype())


@of_weights("references", "not an array of numbers")
def _(group: Any) -> None:
    reference = group.ref
    replaced(group).create_dataset("0", data=[reference] * 12, dtype=h5py.ref_dtype)


@of_weights("nothing", "not an array of numbers")
def _(group: Any) -> None:
    replaced(group)["0"] = h5py.Empty("f4")


@of_weights("group for array", "is not an array")
def _(group: Any) -> None:
    replaced(group).create_group("0")


@of_weights("array for group", "is not a group")
def _(group: Any) -> None:
    parent = group.parent
    del parent["vars"]
    parent["vars"] = np.ones(3)


@of_weights("other shape", r"Dense 'd'.*\(4, 3\).*\(5, 3\)", inside=True)
def _(group: Any) -> None:
    replaced(group)["0"] = np.ones((5, 3), "f4")


@of_weights("one too few", "has 2 variables, the file has 1")
def _(group: Any) -> None:
    replaced(group)


hostile("truncated.weights.h5", "is not a whole HDF5 file")(
    lambda path: path.write_bytes(weights()[:-100]) and None
)
hostile("truncated inside.keras", "is not a whole HDF5 file")(
    lambda path: keras_file(path, sequential(dense()), weights()[:-100])
)


def changed_h5(path: Path, change: Callable[[Any], None]) -> None:
    h5_file(path, sequential(dense()))
    with h5py.File(path, "r+") as file:
        change(file)


@hostile("shapes.h5", r"layer 'd' \(Dense\).*shape \(4, 3\) in the model and \(7, 7\) in the file")
def _(path: Path) -> None:
    def change(file: Any) -> None:
        del file["model_weights/d/d/kernel:0"]
        file["model_weights/d/d/kernel:0"] = np.ones((7, 7), "f4")

    changed_h5(path, change)


@hostile("link at the top.h5", "'model_weights' is a link")
def _(path: Path) -> None:
    def change(file: Any) -> None:
        del file["model_weights"]
        file["model_weights"] = h5py.ExternalLink(PIPE, "/model_weights")

    changed_h5(path, change)


@hostile("names that climb.h5", r"there is no array '\.\./\.\./x'")
def _(path: Path) -> None:
    def change(file: Any) -> None:
        file["model_weights/d"].attrs["weight_names"] = ["../../x", "/model_weights/d/d/bias:0"]

    changed_h5(path, change)


@hostile("names that are numbers.h5", "'layer_names' is not text; got")
def _(path: Path) -> None:
    changed_h5(path, lambda file: file["model_weights"].attrs.create("layer_names", [1, 2]))


@hostile("text that is none.h5", "'model_config' is not text")
def _(path: Path) -> None:
    changed_h5(path, lambda file: file.attrs.create("model_config", np.bytes_(b"\xff\xfe{")))


@hostile("no weights.h5", "holds a model without weights")
def _(path: Path) -> None:
    changed_h5(path, lambda file: file.pop("model_weights"))


@hostile("no shape.h5", "has no weights yet that those of .* could be loaded into")
def _(path: Path) -> None:
    h5_file(path, layer("keras", "Sequential", {"name": "s", "layers": [dense()]}))
