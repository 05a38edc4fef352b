"""`ppul.utils.Config` beside Keras's."""

from __future__ import annotations

import json
from typing import Any

import keras
import pytest

import ppul

BOTH = (ppul.utils.Config, keras.utils.Config)


@pytest.mark.parametrize("make", BOTH, ids=["ppul", "keras"])
def test_entries_are_attributes_and_may_be_frozen(make: Any) -> None:
    config = make(a=1, b={"c": 2})
    config.d = 5
    config["e"] = 6
    config.update({"k": 7}, j=8)
    del config["k"]
    expected = {"a": 1, "b": {"c": 2}, "d": 5, "e": 6, "j": 8}
    assert config.as_dict() == dict(config.items()) == json.loads(config.to_json()) == expected
    assert (list(config), len(config), "a" in config, config.b) == (
        list(expected),
        5,
        True,
        {"c": 2},
    )
    assert (config.get("zz"), config.get("zz", 3), config.pop("zz", 4)) == (None, 3, 4)
    assert repr(config) == f"<Config {expected}>"
    config.freeze()
    assert config.frozen
    for change in (
        lambda: setattr(config, "a", 2),
        lambda: config.update(a=3),
        lambda: config.pop("a"),
        lambda: config.__delitem__("a"),
    ):
        with pytest.raises(ValueError, match="frozen"):
            change()
    config.unfreeze()
    assert config.pop("a") == 1
    with pytest.raises(AttributeError, match="nope"):
        _ = config.nope
    with pytest.raises(KeyError, match="nope"):
        _ = config["nope"]
