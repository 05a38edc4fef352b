"""Layers that draw: the statistics of Keras's, the same numbers from the same seed, new each step."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.scope import StatelessScope

SHAPE = (64, 25, 40)
X = np.random.default_rng(0).normal(size=SHAPE).astype("float32")
# Means and deviations of 64,000 numbers differ by less than this from one draw to the next.
CLOSE = 0.02

LAYERS: dict[str, Any] = {
    "Dropout": lambda library: library.layers.Dropout(0.3, seed=1),
    "Dropout, shared": lambda library: library.layers.Dropout(0.3, (None, 1, None), seed=1),
    "SpatialDropout1D": lambda library: library.layers.SpatialDropout1D(0.3, seed=1),
    "AlphaDropout": lambda library: library.layers.AlphaDropout(0.3, seed=1),
    "AlphaDropout, shared": lambda library: library.layers.AlphaDropout(0.3, (None, 1, None), 1),
    "GaussianDropout": lambda library: library.layers.GaussianDropout(0.3, seed=1),
    "GaussianNoise": lambda library: library.layers.GaussianNoise(0.3, seed=1),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


@pytest.mark.rows(2)
@every_layer
def test_draws_are_distributed_as_those_of_keras(name: str) -> None:
    ours, theirs = (
        np.asarray(LAYERS[name](library)(X, training=True)) for library in (ppul, keras)
    )
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    close = CLOSE if "shared" not in name and "Spatial" not in name else 3 * CLOSE
    np.testing.assert_allclose(ours.mean(), theirs.mean(), atol=close)
    np.testing.assert_allclose(ours.std(), theirs.std(), rtol=close)
    levels = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(
        np.quantile(ours, levels), np.quantile(theirs, levels), atol=3 * close
    )
    np.testing.assert_allclose(
        np.corrcoef(ours.ravel(), X.ravel()), np.corrcoef(theirs.ravel(), X.ravel()), atol=close
    )


@every_layer
def test_numbers_are_new_in_each_call_and_follow_from_the_seed(name: str) -> None:
    first, again = LAYERS[name](ppul), LAYERS[name](ppul)
    one, two = first(X, training=True), first(X, training=True)
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(one, again(X, training=True))
    np.testing.assert_array_equal(first(X), X)


@every_layer
def test_members_under_vmap_draw_alike_as_alone(name: str) -> None:
    layer = LAYERS[name](ppul)
    state = layer.seed_generator.state

    def call(key: Any, x: Any) -> Any:
        with StatelessScope([(state, key)]):
            return layer(x, training=True)

    keys = np.array([[1, 0], [1, 1], [2, 0]], "uint32")
    together = jax.jit(jax.vmap(call, (0, None)))(keys, X[:2])
    alone = jax.jit(call)
    for key, member in zip(keys, together, strict=True):
        np.testing.assert_allclose(member, alone(key, X[:2]), rtol=1e-6)


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    ("layer", "shape", "shared"),
    [
        (layers.SpatialDropout1D(0.5), (8, 5, 6), 1),
        (layers.SpatialDropout2D(0.5), (8, 3, 4, 6), (1, 2)),
        (layers.SpatialDropout2D(0.5, data_format="channels_first"), (8, 6, 3, 4), (2, 3)),
        (layers.SpatialDropout3D(0.5), (8, 2, 3, 2, 6), (1, 2, 3)),
        (layers.SpatialDropout3D(0.5, data_format="channels_first"), (8, 6, 2, 3, 2), (2, 3, 4)),
    ],
    ids=str,
)
def test_spatial_dropout_takes_whole_channels(layer: Any, shape: Any, shared: Any) -> None:
    outputs = np.asarray(layer(np.ones(shape, "float32"), training=True))
    assert set(np.unique(outputs)) == {0.0, 2.0}
    np.testing.assert_array_equal(outputs.min(shared), outputs.max(shared))


def test_self_normalizing_inputs_keep_mean_and_variance() -> None:
    outputs = np.asarray(layers.AlphaDropout(0.4, seed=2)(X, training=True))
    assert abs(outputs.mean()) < CLOSE
    assert abs(outputs.std() - 1) < CLOSE
