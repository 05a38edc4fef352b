"""Recurrences with one product a step, and their gradient.

    states <- advance(join(input, product(weights, states[0])) + bias, states)

Derived from the loop alone, the gradient by the weights would be a product of its own in every
step, added to a sum as large as the weights. Here the loop backward only keeps the gradients of
what was joined, and that of the weights is one product over all steps, after it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.types import Array, Tree
from ppul.ops.lowering import channel_sum, materialize


class Recurrence(NamedTuple):
    """What is done in every step, by functions that hold no traced values.

    Args:
        product: Function of the weights and of the first state; linear in that.
        join: Linear function of an input and of the product.
        advance: Function of what is joined, with the bias added, and of the states, that returns the
            next states.
        every: Whether the first state is asked for after every step.
        reverse: Whether the last step comes first.
        unroll: Whether all steps are compiled one after the other, without a loop.

    `product` and `join` must also take several steps at once, along a first axis.
    """

    product: Callable[[Tree, Array], Array]
    join: Callable[[Array, Array], Array]
    advance: Callable[[Array, list[Array]], list[Array]]
    every: bool
    reverse: bool
    unroll: bool


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def recur(
    recurrence: Recurrence,
    weights: Tree,
    bias: Array | None,
    inputs: Array,
    states: list[Array],
    counts: Array | None,
) -> tuple[Array | None, list[Array]]:
    """Return the first state after every step, if asked for, and all states after the last one.

    Args:
        recurrence: What is done in a step.
        weights: What the product is of.
        bias: (channels,), or None.
        inputs: (steps, batch, ...).
        states: The first ones, each (batch, ...).
        counts: Booleans (steps, batch): where False, a step leaves the states as they are.
    """
    return _forward(recurrence, weights, bias, inputs, states, counts)[0]


def kept(counts: Array | None, new: Tree, old: Tree) -> Tree:
    """Return `new`, but `old` for samples of which a step does not count.

    Args:
        counts: Booleans, (batch,); None if all count.
        new: Nested arrays (batch, ...).
        old: Alike.
    """
    if counts is None:
        return new

    def choose(after: Array, before: Array) -> Array:
        return jnp.where(counts.reshape(-1, *(1,) * (after.ndim - 1)), after, before)

    return jax.tree.map(choose, new, old)


def _forward(
    recurrence: Recurrence,
    weights: Tree,
    bias: Array | None,
    inputs: Array,
    states: list[Array],
    counts: Array | None,
) -> tuple[tuple[Array | None, list[Array]], Any]:
    product, join, advance, every, reverse, unroll = recurrence

    def step(states: list[Array], now: Any) -> tuple[list[Array], Any]:
        x, counted = now
        joined = join(x, product(weights, states[0]))
        # The loops that compute with it read one row of a larger array slowly.
        joined = materialize(joined if bias is None else joined + bias)
        new = kept(counted, advance(joined, states), states)
        return new, (new[0] if every else None, states, joined)

    last, (outputs, before, joined) = lax.scan(
        step, states, (inputs, counts), reverse=reverse, unroll=unroll
    )
    return (outputs, last), (weights, bias, inputs, counts, before, joined)


def _backward(recurrence: Recurrence, saved: Any, gradients: Any) -> tuple[Any, ...]:
    product, join, advance, _, reverse, unroll = recurrence
    weights, bias, inputs, counts, before, joined = saved
    products = jax.eval_shape(product, weights, before[0])
    # A product with the transposed matrix would turn it in every step.
    turned = jax.tree.map(lambda w: materialize(_turned(w)), weights)

    def step(d_states: list[Array], now: Any) -> tuple[list[Array], Array]:
        counted, states, joined, d_output = now
        if d_output is not None:
            d_states = [d_states[0] + d_output, *d_states[1:]]
        joined = materialize(joined)
        _, pull = jax.vjp(lambda j, s: kept(counted, advance(j, s), s), joined, states)
        d_joined, d_states = pull(d_states)
        x, p = _one_step(inputs), _one_step(products)
        _, d_product = jax.linear_transpose(join, x, p)(d_joined)
        _, pull = jax.vjp(lambda h: product(jax.tree.map(_turned, turned), h), states[0])
        return [d_states[0] + pull(d_product)[0], *d_states[1:]], d_joined

    d_outputs, d_last = gradients
    steps = (counts, before, joined, d_outputs)
    d_states, d_joined = lax.scan(step, d_last, steps, reverse=not reverse, unroll=unroll)
    d_inputs, d_products = jax.linear_transpose(join, inputs, products)(d_joined)
    _, pull = jax.vjp(lambda weights: product(weights, before[0]), weights)
    d_bias = None if bias is None else channel_sum(d_joined)
    return *pull(d_products), d_bias, d_inputs, d_states, None


recur.defvjp(_forward, _backward)


def _one_step(steps: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(steps.shape[1:], steps.dtype)


def _turned(weight: Array) -> Array:
    return weight.T if weight.ndim == 2 else weight
