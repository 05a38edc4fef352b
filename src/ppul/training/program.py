"""A model's step, compiled: a loop over many steps in one call.

A program is a pure function of the state. How many steps a call makes is an argument of its
`while_loop`, so that one program serves every chunk and the result does not depend on the cuts.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.core import eval_jaxpr
from jax.interpreters import partial_eval as pe

from ppul.core import devices
from ppul.core.local import local
from ppul.core.types import Array, State, Tree
from ppul.ops import lowering
from ppul.training.data.block import Block

# (state, batch) -> (state, logs); `fixed` is what the step reads and does not change.
Step = Callable[[State, State, Tree], tuple[State, Any]]
Results = Callable[[State, Any], Any]

_cache: OrderedDict[str, Any] = OrderedDict()
_CACHE_SIZE = 256
compilations = 0


class Program:
    """A compiled loop of steps.

    Args:
        step: Function of `(fixed, state, batch)` that returns the next state and the step's logs.
        results: Function of the last state and logs that returns what the caller wants to see.
        eager: Whether to run step by step in Python, for debugging.
    """

    def __init__(self, step: Step, results: Results, *, eager: bool = False) -> None:
        self.step = step
        self.results = results
        self.eager = eager
        self._compiled: dict[Any, Any] = {}

    def __call__(
        self, fixed: State, state: State, block: Block, start: int, stop: int
    ) -> tuple[State, Any]:
        """Run the steps `start` to `stop` of a block; `state` is used up.

        Args:
            fixed: Arrays that the step reads only; see `settle`.
            state: Arrays that it changes; donated.
            block: The data, and which rows make up each step.
            start: First step.
            stop: One past the last step.

        Returns:
            The next state, and the results.
        """
        if self.eager:
            return self._run_eagerly(fixed, state, block, start, stop)
        orders = [block.order] if block.last is None else [block.order, block.last]
        bounds = _bounds(block, start, stop)
        shapes, data_tree = jax.tree.flatten(block.data.shapes)
        leaves = (values(fixed), values(state), shapes, [o.shapes for o in orders], bounds)
        key = (paths(fixed), paths(state), data_tree, signature(leaves[:4]), devices.chosen())
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = self._compile(fixed, state, data_tree, leaves)
        function, results_tree, device = compiled
        arrays = [settle(fixed, device), devices.put(leaves[1], device)]
        rows = jax.tree.leaves(block.data.on(device))
        changed, results = function(*arrays, rows, [o.on(device, axis=1) for o in orders], bounds)
        return rebuilt(state, changed), jax.tree.unflatten(results_tree, results)

    def _compile(self, fixed: State, state: State, data_tree: Any, leaves: Any) -> Any:
        """Compile the loops over plain lists of arrays.

        Lists, because programs are told apart by what they compute: two models whose variables have
        other names share one.
        """
        trees: list[Any] = []

        def chunk(
            fixed_values: Any, state_values: Any, rows: Any, orders: list[Array], bounds: Any
        ) -> Any:
            def step(
                changing: list[Array], reads: Any, rows: Any, order: Array, i: Array
            ) -> tuple[list[Array], Any]:
                batch = gather(jax.tree.unflatten(data_tree, rows), order[i])
                new, logs = self.step(rebuilt(fixed, reads), rebuilt(state, changing), batch)
                return values(new), logs

            changing, logs = state_values, None
            for order, (start, stop) in zip(orders, bounds, strict=True):
                reads = (fixed_values, rows, order)
                changing, logs = _loop(step, changing, logs, reads, start, stop)
            results, results_tree = jax.tree.flatten(self.results(rebuilt(state, changing), logs))
            trees.append(results_tree)
            return changing, results

        threaded = any(device is None for *_, device in self._compiled.values())
        axes = (None, None, None, 1, None)
        function, device = compile_once(chunk, leaves, axes, donated=1, threaded=threaded)
        return function, trees[-1], device

    def _run_eagerly(
        self, fixed: State, state: State, block: Block, start: int, stop: int
    ) -> tuple[State, Any]:
        logs: Any = {}
        fixed, state = brought_home(fixed), brought_home(state)
        rows = jax.tree.map(jnp.asarray, block.data.on(None))
        with jax.disable_jit():
            for i in range(start, stop):
                smaller = block.last if i >= block.full else None
                table = (smaller or block.order).on(None)
                batch = gather(rows, jnp.asarray(table[0 if smaller else i]))
                state, logs = self.step(fixed, state, batch)
            return state, self.results(state, logs)


def _bounds(block: Block, start: int, stop: int) -> list[tuple[np.int32, np.int32]]:
    """The first step and the one past the last, of the full ones and of the smaller one."""
    full = block.full
    found = [(np.int32(min(start, full)), np.int32(min(stop, full)))]
    if block.last is not None:
        found.append((np.int32(0), np.int32(stop > full)))
    return found


def _loop(
    step: Any, changing: list[Array], logs: Any, reads: Any, start: Array, stop: Array
) -> tuple[list[Array], Any]:
    """The state and the logs after the steps `start` to `stop`; `logs` are those before, if any."""
    live, results, rows = _without_dead_code(step, changing, *reads, jnp.int32(0))
    (shapes, log_shapes), (in_rows, _) = results, rows
    if logs is None:
        logs = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), log_shapes)

    def carried(arrays: list[Array]) -> list[Array]:
        return [a.reshape(-1) if row else a for a, row in zip(arrays, in_rows, strict=True)]

    def shaped(arrays: list[Array]) -> list[Array]:
        return [a.reshape(s.shape) for a, s in zip(arrays, shapes, strict=True)]

    def body(carry: Any) -> Any:
        i, changing, _ = carry
        changing, logs = live(shaped(changing), *reads, i)
        return i + 1, carried(changing), logs

    first = (start, carried(changing), logs)
    _, changing, logs = lax.while_loop(lambda carry: carry[0] < stop, body, first)
    return shaped(changing), logs


def compile_once(
    function: Any,
    arguments: Any,
    axes: Sequence[int | None],
    *,
    donated: Any = (),
    threaded: bool = False,
) -> tuple[Any, Any]:
    """Return a function compiled, and the device or distribution it is compiled for.

    It comes from memory where the same program was compiled before.

    Args:
        function: Of arrays.
        arguments: Them, or their shapes.
        axes: For each argument the axis along which several devices divide its arrays, or None.
        donated: Numbers of the arguments that it uses up.
        threaded: Whether it must run on the default device.
    """
    if local.distribution is not None:
        return _compile_for_several(function, arguments, axes, donated), local.distribution
    nbytes = sum(a.size * a.dtype.itemsize for a in jax.tree.leaves(arguments[:2]))
    program = jax.jit(function).trace(*arguments).jaxpr
    device, options, one_kernel = lowering.plan(program, nbytes, threaded=threaded)
    there = None if device is None else jax.sharding.SingleDeviceSharding(device)
    arguments = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=there), arguments
    )
    if one_kernel:
        kernel = lowering.as_one_kernel(function)
        # What it cannot make one kernel of, it refuses.
        with suppress(jax.errors.JaxRuntimeError):
            return _compiled(kernel, arguments, donated, options, device), device
    return _compiled(function, arguments, donated, options, device), device


def _compile_for_several(
    function: Any, arguments: Any, axes: Sequence[int | None], donated: Any
) -> Any:
    """Compile a function for the devices of the distribution; what it changes stays where it is."""
    over = local.distribution

    def laid_out(a: Any, axis: int | None) -> Any:
        where = over.layout_of(a) if axis is None else over.divided(a.shape, axis)
        return jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=where)

    arguments = tuple(
        jax.tree.map(lambda a, axis=axis: laid_out(a, axis), argument)
        for argument, axis in zip(arguments, axes, strict=True)
    )
    changing = None if donated == () else [a.sharding for a in arguments[donated]]

    def staying(*given: Any) -> Any:
        outputs = function(*given)
        if changing is None:
            return outputs
        changed, results = outputs
        return lax.with_sharding_constraint(changed, changing), results

    return _compiled(staying, arguments, donated, {}, over)


def _compiled(function: Any, arguments: Any, donated: Any, options: Any, device: Any) -> Any:
    global compilations  # noqa: PLW0603  (a counter that tests read)
    lowered = jax.jit(function, donate_argnums=donated).lower(*arguments)
    # Arguments that the program does not read are not in its text.
    called = str(signature(arguments))
    text = lowered.as_text() + repr((sorted(options.items()), id(device), called))
    key = hashlib.sha256(text.encode()).hexdigest()
    if key not in _cache:
        if os.environ.get("PPUL_DEBUG", "0") != "0":
            _report(key, len(text))
        _cache[key] = lowered.compile(compiler_options=dict(options))
        compilations += 1
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    _cache.move_to_end(key)
    return _cache[key]


def gather(data: Tree, rows: Array) -> Tree:
    """Return the given rows of every array."""
    return jax.tree.map(lambda a: a.at[rows].get(mode="promise_in_bounds"), data)


def _without_dead_code(function: Any, *arguments: Any) -> tuple[Any, Any, Any]:
    """A function without what its results do not need, their shapes, and which were rows before.

    XLA aborts the process where the loop of a small call carries an array that nothing reads.
    """
    traced, shapes = jax.make_jaxpr(function, return_shape=True)(*arguments)
    live, used = pe.dce_jaxpr(traced.jaxpr, [True] * len(traced.jaxpr.outvars))

    def call(*arguments: Any) -> Any:
        read = [leaf for leaf, kept in zip(jax.tree.leaves(arguments), used, strict=True) if kept]
        results = eval_jaxpr(live, traced.consts, *read)
        return jax.tree.unflatten(results_tree, results)

    results_tree = jax.tree.structure(shapes)
    return call, shapes, jax.tree.unflatten(results_tree, _made_of_rows(live))


def _made_of_rows(program: Any) -> list[bool]:
    """For each result whether the program computes it as one row; see `lowering.elementwise`."""
    rows = {
        id(equation.outvars[0])
        for equation in program.eqns
        if equation.primitive.name == "reshape" and equation.invars[0].aval.ndim == 1
    }
    return [id(result) in rows for result in program.outvars]


def values(state: State) -> list[Array]:
    """Return the arrays of a state, in the order of its variables."""
    return [value for group in state.values() for value in group.values()]


def settle(state: State, device: Any) -> list[Array]:
    """Return the arrays of a state on a device, and put these in the state.

    Whoever writes it back to the variables saves the next call from moving them again.
    """
    there = devices.put(values(state), device)
    state.update(rebuilt(state, there))
    return there


def paths(state: State) -> Any:
    """Return what `rebuilt` needs to know of a state, hashable."""
    return tuple((group, tuple(members)) for group, members in state.items())


def brought_home(state: State) -> State:
    """Return a state on the default device."""
    return rebuilt(state, [devices.brought_home(value) for value in values(state)])


def rebuilt(like: State, arrays: Sequence[Array]) -> State:
    """Return arrays as a state with the groups and paths of another."""
    found = iter(arrays)
    return {group: {path: next(found) for path in members} for group, members in like.items()}


def signature(tree: Tree) -> Any:
    """Return shapes and dtypes of all arrays, hashable."""
    leaves, treedef = jax.tree.flatten(tree)
    return treedef, tuple((leaf.shape, leaf.dtype) for leaf in leaves)


def _report(key: str, size: int) -> None:
    import sys

    sys.stderr.write(f"ppul: compiling program {key[:12]} ({size} characters)\n")
