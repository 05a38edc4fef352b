"""Keras 3.15 on its JAX backend, as the oracle: the same thing there, with the same weights."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

import ppul
from ppul.core.serialization import deserialize, serialize

# Sums of a few hundred float32 products in another order differ by some units in the last place.
FLOAT32 = {"rtol": 2e-5, "atol": 2e-6}
# A half has 11 bits, a bfloat16 8: one unit of rounding more or less in the last of them.
HALF = {"rtol": 2e-2, "atol": 2e-2}


def keras_twin(layer: Any) -> Any:
    """Return the Keras layer with the configuration of ours."""
    return keras.saving.deserialize_keras_object(serialize(layer))


def ppul_twin(layer: Any) -> Any:
    """Return our layer with the configuration of Keras's."""
    return deserialize(keras.saving.serialize_keras_object(layer))


def copy_weights(source: Any, target: Any) -> None:
    """Give `target` the weights of `source`, in order."""
    target.set_weights([np.asarray(w) for w in source.get_weights()])


def assert_close(ours: Any, theirs: Any, **tolerance: float) -> None:
    """Compare nested arrays leaf by leaf."""
    tolerance = tolerance or FLOAT32
    ours, theirs = jax.tree.leaves(ours), jax.tree.leaves(theirs)
    assert len(ours) == len(theirs)
    for ours_leaf, theirs_leaf in zip(ours, theirs, strict=True):
        a, b = np.asarray(ours_leaf, np.float64), np.asarray(theirs_leaf, np.float64)
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, **tolerance)


def rounded(config: Any) -> Any:
    """Return `config` with its floats in float32, as Keras keeps the factors of regularizers."""
    return jax.tree.map(lambda v: float(np.float32(v)) if isinstance(v, float) else v, config)


def as_arguments(inputs: Any) -> tuple[Any, ...]:
    """Return what stands for the inputs of a call: a tuple is several, anything else is one."""
    return inputs if isinstance(inputs, tuple) else (inputs,)


def outputs_and_gradients(layer: Any, inputs: Any, call: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return the output, and the gradients of a weighted sum of it by inputs and weights."""
    trainable = [jnp.asarray(v.value) for v in layer.trainable_variables]
    frozen = [jnp.asarray(v.value) for v in layer.non_trainable_variables]

    def weighted(trainable: Any, inputs: Any) -> tuple[Any, Any]:
        outputs, _ = layer.stateless_call(trainable, frozen, *as_arguments(inputs), **call)
        total = 0.0
        for leaf in jax.tree.leaves(outputs):
            weights = jnp.cos(jnp.arange(leaf.size, dtype="float32")).reshape(leaf.shape)
            total = total + jnp.sum(leaf.astype("float32") * weights)
        return total, outputs

    gradients = jax.value_and_grad(weighted, argnums=(0, 1), has_aux=True, allow_int=True)
    (_, outputs), (by_weights, by_inputs) = jax.jit(gradients)(trainable, inputs)
    return outputs, by_weights, by_inputs


def same_model(builder: Any) -> tuple[Any, Any]:
    """Return `builder(ppul)` and `builder(keras)` with the same weights."""
    ours, theirs = builder(ppul), builder(keras)
    if theirs.built:
        copy_weights(theirs, ours)
    return ours, theirs
