"""Connectionist temporal classification: sequences of labels without knowing when each comes.

Graves et al., "Connectionist temporal classification" (ICML 2006). A path is a label, or the blank
one, for each step; repeated labels count once, and blanks not at all.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op

# The logarithm of what is impossible: finite, so that its gradient is zero and not NaN.
_IMPOSSIBLE = -1e5


@op
def ctc_loss(
    target: Tensor,
    output: Tensor,
    target_length: Tensor,
    output_length: Tensor,
    mask_index: int = 0,
) -> Array:
    """Return -log of the probability of the labels, summed over all their paths.

    Args:
        target: Labels, (batch, labels).
        output: Logits, (batch, steps, classes).
        target_length: How many labels count, (batch,).
        output_length: How many steps count, (batch,).
        mask_index: Number of the blank label.

    Returns:
        One value a sample, (batch,).

    Raises:
        ValueError: If the shapes do not fit each other.

    Example:
        >>> ctc_loss([[1]], jnp.zeros((1, 2, 2)), [1], [2]).round(3).tolist()
        [0.288]
    """
    if target.ndim != 2 or output.ndim != 3:
        raise ValueError(
            "ctc_loss: `target` must be (batch, labels) and `output` (batch, steps, classes); got "
            f"{target.shape} and {output.shape}."
        )
    output = output.astype(jnp.promote_types(output.dtype, jnp.float32))
    labels = _with_blanks(target.astype(jnp.int32), mask_index)
    log = jnp.take_along_axis(jax.nn.log_softmax(output), labels[:, None], axis=-1)
    # A label may follow the one before the blank before it, unless that is the same.
    earlier = jnp.pad(labels, ((0, 0), (2, 0)), constant_values=mask_index)[:, :-2]
    skips = (labels != mask_index) & (labels != earlier)
    first = jnp.arange(labels.shape[1])[None] < 2
    start = jnp.where(first, log[:, 0], _IMPOSSIBLE)

    def step(carried: Array, inputs: tuple[Array, Array]) -> tuple[Array, None]:
        log, counts = inputs
        one, two = (
            jnp.pad(carried, ((0, 0), (k, 0)), constant_values=_IMPOSSIBLE)[:, :-k] for k in (1, 2)
        )
        two = jnp.where(skips, two, _IMPOSSIBLE)
        arrived = jnp.logaddexp(jnp.logaddexp(carried, one), two) + log
        return jnp.where(counts[:, None], arrived, carried), None

    counts = jnp.arange(output.shape[1])[:, None] < output_length[None]
    last, _ = lax.scan(step, start, (jnp.moveaxis(log, 1, 0)[1:], counts[1:]))
    ends = 2 * target_length[:, None].astype(jnp.int32)
    blank, label = (
        jnp.take_along_axis(last, jnp.maximum(ends - k, 0), axis=1)[:, 0] for k in (0, 1)
    )
    label = jnp.where(target_length > 0, label, _IMPOSSIBLE)
    return jnp.where(output_length > 0, -jnp.logaddexp(blank, label), -_IMPOSSIBLE)


@op
def ctc_decode(
    inputs: Tensor,
    sequence_lengths: Tensor,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Array, Array]:
    """Return the most probable labels.

    Args:
        inputs: Logits, (batch, steps, classes).
        sequence_lengths: How many steps count, (batch,).
        strategy: "greedy": the labels of the most probable path; "beam_search": the most probable
            labels, as far as the best `beam_width` beginnings lead to them.
        beam_width: Number of beginnings that are followed.
        top_paths: How many sequences of labels a beam search returns.
        merge_repeated: Whether the greedy strategy counts repeated labels once.
        mask_index: Number of the blank label.

    Returns:
        Labels, (paths, batch, steps), with -1 behind the last; and their scores, (batch, paths):
        the sum of the path's negated logits, or the logarithm of the labels' probability.

    Raises:
        ValueError: If the strategy is another.

    Example:
        >>> logits = [[[0.0, 5.0, 0.0], [5.0, 0.0, 0.0], [0.0, 0.0, 5.0]]]
        >>> ctc_decode(logits, [3])[0].tolist()
        [[[1, 2, -1]]]
    """
    one_of("ctc_decode", "strategy", strategy, ("greedy", "beam_search"))
    if strategy == "greedy":
        return _most_probable_path(inputs, sequence_lengths, merge_repeated, mask_index)
    log = jax.nn.log_softmax(inputs.astype(jnp.promote_types(inputs.dtype, jnp.float32)))
    search = jax.vmap(lambda log, n: _beam_search(log, n, beam_width, top_paths, mask_index))
    labels, scores = search(log, sequence_lengths)
    return jnp.moveaxis(labels, 1, 0), scores


def _with_blanks(labels: Array, blank: int) -> Array:
    """Labels with a blank before each and behind the last."""
    between = jnp.stack([jnp.full_like(labels, blank), labels], axis=-1)
    flat = between.reshape(labels.shape[0], 2 * labels.shape[1])
    return jnp.pad(flat, ((0, 0), (0, 1)), constant_values=blank)


def _most_probable_path(
    logits: Array, lengths: Array, merge_repeated: bool, blank: int
) -> tuple[Array, Array]:
    counts = jnp.arange(logits.shape[1]) < lengths[:, None]
    path = jnp.argmax(logits, axis=-1).astype(jnp.int32)
    kept = counts & (path != blank)
    if merge_repeated:
        kept &= path != jnp.pad(path, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]
    order = jnp.argsort(~kept, axis=1, stable=True)  # those kept first, as they come
    labels = jnp.take_along_axis(jnp.where(kept, path, -1), order, axis=1)
    scores = -jnp.sum(jnp.where(counts, jnp.max(logits, axis=-1), 0), axis=1)
    return labels[None], scores[:, None]


def _beam_search(
    log: Array, length: Array, width: int, paths: int, blank: int
) -> tuple[Array, Array]:
    """Follow the best beginnings of one sample through its steps."""
    steps = log.shape[0]
    nothing = jnp.full((width, steps), -1, jnp.int32)
    start = (
        nothing,
        jnp.zeros(width, jnp.int32),
        # Probabilities of the paths that end with a blank, and of those that do not.
        jnp.full(width, -jnp.inf).at[0].set(0.0),
        jnp.full(width, -jnp.inf),
    )

    def step(beams: tuple[Array, ...], inputs: tuple[Array, Array]) -> tuple[Any, None]:
        log, counts = inputs
        after = _extended(beams, log, width, blank)
        return jax.tree.map(lambda new, old: jnp.where(counts, new, old), after, beams), None

    beams, _ = lax.scan(step, start, (log, jnp.arange(steps) < length))
    labels, _, with_blank, without = beams
    scores, best = lax.top_k(jnp.logaddexp(with_blank, without), paths)
    found = jnp.where(jnp.isfinite(scores)[:, None], labels[best], -1)
    return found, scores


def _extended(beams: tuple[Array, ...], log: Array, width: int, blank: int) -> tuple[Array, ...]:
    """The best beginnings one step later."""
    labels, lengths, with_blank, without = beams
    total = jnp.logaddexp(with_blank, without)
    classes = jnp.arange(log.shape[0])
    last = jnp.where(
        lengths > 0, jnp.take_along_axis(labels, jnp.maximum(lengths - 1, 0)[:, None], 1)[:, 0], -1
    )
    # Those that stay as they are: by a blank, or by the last label once more.
    stay_with_blank = total + log[blank]
    stay_without = jnp.where(last >= 0, without + log[last], -jnp.inf)
    # Those that get a label more; the last one again only behind a blank.
    longer = jnp.where(last[:, None] == classes, with_blank[:, None], total[:, None]) + log
    longer = jnp.where(classes == blank, -jnp.inf, longer)
    # What is made longer may be among those that stay: their probabilities belong together.
    place = jnp.arange(labels.shape[1])
    shorter = jnp.where(place == (lengths - 1)[:, None], -1, labels)
    same = jnp.all(labels[:, None] == shorter, axis=-1) & (lengths > 0)
    gained = jnp.where(same, longer[:, jnp.maximum(last, 0)], -jnp.inf)
    stay_without = jnp.logaddexp(stay_without, jax.nn.logsumexp(gained, axis=0))
    taken = jnp.any(same[:, :, None] & (last[:, None] == classes), axis=1)
    longer = jnp.where(taken, -jnp.inf, longer)
    return _best(labels, lengths, stay_with_blank, stay_without, longer, width)


def _best(
    labels: Array,
    lengths: Array,
    stay_with_blank: Array,
    stay_without: Array,
    longer: Array,
    width: int,
) -> tuple[Array, ...]:
    """The `width` most probable of those that stay and those that are one label longer."""
    classes = longer.shape[1]
    scores = jnp.concatenate([jnp.logaddexp(stay_with_blank, stay_without), longer.ravel()])
    _, best = lax.top_k(scores, width)
    grown = best >= width
    parent = jnp.where(grown, (best - width) // classes, best)
    label = (best - width) % classes
    place = jnp.arange(labels.shape[1])
    at_end = grown[:, None] & (place == lengths[parent][:, None])
    return (
        jnp.where(at_end, label[:, None], labels[parent]).astype(jnp.int32),
        lengths[parent] + grown,
        jnp.where(grown, -jnp.inf, stay_with_blank[parent]),
        jnp.where(grown, longer.ravel()[best - width], stay_without[parent]),
    )
