"""What is done differently on one platform than on another; nothing else asks for the platform."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax.core import Tracer

from ppul.core.devices import available_cores, one_thread_cpu
from ppul.core.local import local
from ppul.core.symbolic import has_known_shape
from ppul.core.types import Array, Device

F = TypeVar("F", bound=Callable[..., Any])

# So many rows are added at once: few enough that each is read as a stream, in order.
_ROWS = 16

# Up to here what XLA spends between kernels is more than what plain loops lose against its matrix
# products (docs/decisions/004).
_SMALL_STATE = 32 * 1024
_SMALL_PRODUCT = 1 << 14

# Matrix products of fewer multiplications than this, by the number of cores, are faster on one.
_THREADED_PRODUCT = 1 << 26

# Floats in a vector of 512 bits, and the size from which an array is worth being seen as one row.
_VECTOR = 16
_LEAST_ROW = 1024

# LLVM's third level unrolls what runs over short rows; the first is faster there, and to compile,
# but not where all is one kernel (docs/decisions/011).
_FIRST_LEVEL = {"xla_backend_optimization_level": 1}
# XLA's option for Eigen's matrix products instead of YNNPACK's.
_EIGEN = {"xla_cpu_experimental_ynn_fusion_type": ""}
_CONVOLUTION = "conv_general_dilated"
# Begins the names of what XLA computes by kernels or calls of their own, never as part of another.
_APART = (
    *("scatter", "select_and_scatter", "sort", "top_k", "approx_top_k", "fft", "scan"),
    *("cholesky", "lu", "qr", "geqrf", "householder", "eig", "svd", "triangular", "tridiagonal"),
    *("pure_callback", "io_callback"),
)


def on_cpu() -> bool:
    """Return whether programs run on the CPU."""
    return jax.default_backend() == "cpu"


def by_platform(*, cpu: F, other: F) -> F:
    """Return the one of two functions that is meant for the platform."""
    return cpu if on_cpu() else other


def materialize(x: Array) -> Array:
    """Return `x`, written to memory once.

    On CPU, XLA computes a value anew wherever it is used, inside the loop that uses it, and an
    `optimization_barrier` is gone before it does so. What costs more to compute than to read must
    be kept from it; a call that is not inlined is such a border, and copies nothing.
    """
    if not on_cpu():
        return x
    from jax.experimental.xla_metadata import set_xla_metadata

    with set_xla_metadata(inlineable="false"):
        return _identity(x)


def channel_sum(x: Array) -> Array:
    """Return the sums of an array (..., channels) over all axes but the last.

    XLA's own reduction over leading axes takes ten times as long on CPU. The tree of sums is also
    closer to the exact value than a running sum.

    Example:
        >>> channel_sum(jax.numpy.ones((2, 3, 4))).tolist()
        [6.0, 6.0, 6.0, 6.0]
    """
    if not on_cpu() or not (has_known_shape(x) and x.size):
        return x.sum(tuple(range(x.ndim - 1)))
    x = x.reshape(-1, x.shape[-1])
    while (parts := max(n for n in range(1, _ROWS + 1) if x.shape[0] % n == 0)) > 1:
        x = x.reshape(parts, -1, x.shape[-1])
        x = materialize(sum(x[1:], x[0]))
    return x.sum(0)


def sqrt(x: Array) -> Array:
    """Return the square roots of numbers that are not negative, to be divided by.

    In a core roots and divisions wait for the same unit. On CPU the root is computed from an
    estimate of its reciprocal instead: right to two units in the last place.

    Example:
        >>> sqrt(jax.numpy.array([0.0, 4.0, jax.numpy.inf])).tolist()[:2]
        [0.0, 2.0]
    """
    if not on_cpu() or x.dtype != "float32":
        return jnp.sqrt(x)
    limits = jnp.finfo(x.dtype)
    return x * jax.lax.rsqrt(jnp.clip(x, limits.tiny, limits.max))


def elementwise(function: F) -> F:
    """Mark a function that does the same to every element of arrays of one shape.

    In a compiled program on CPU it sees what `as_row` makes of them.

    Example:
        >>> jax.jit(elementwise(lambda x, y: x + y))(jnp.ones((2, 3)), jnp.ones((2, 3))).shape
        (2, 3)
    """

    @functools.wraps(function)
    def over_rows(*args: Any) -> Any:
        shapes = {x.shape for x in jax.tree.leaves(args) if _is_seen_as_row(x)}
        if not shapes:
            return function(*args)
        (shape,) = shapes

        def as_others(x: Any) -> Any:
            # Some of them may be known beforehand, and not traced.
            return x.reshape(-1) if getattr(x, "shape", None) == shape else x

        return jax.tree.map(lambda x: x.reshape(shape), function(*jax.tree.map(as_others, args)))

    return over_rows  # type: ignore[return-value]


def as_row(x: Any) -> Any:
    """Return `x`, on CPU as a single row if it is an array whose rows do not fill vectors.

    LLVM computes the elements of short rows one by one. It costs nothing where the array is a row
    all the time: in the state that a loop carries, as `program` sees to, and over a condition.
    """
    return x.reshape(-1) if _is_seen_as_row(x) else x


def _is_seen_as_row(x: Any) -> bool:
    if not isinstance(x, Tracer) or x.ndim < 2 or x.size < _LEAST_ROW:
        return False
    short = x.shape[-1] > 1 and x.shape[-1] % _VECTOR
    return bool(short) and on_cpu() and local.distribution is None


class Plan(NamedTuple):
    """How a program is compiled.

    Args:
        device: The device it runs on, None for the default one.
        options: XLA's options.
        one_kernel: Whether the whole of it becomes one kernel.
    """

    device: Device | None = None
    options: Mapping[str, Any] = MappingProxyType({})
    one_kernel: bool = False


def plan(program: Any, nbytes: int, *, threaded: bool = False) -> Plan:
    """Return how a program is to be compiled on this platform.

    Args:
        program: Its jaxpr.
        nbytes: Size of the weights and whatever else it reads or changes in every step.
        threaded: Whether it shares its arrays with one that takes all threads, and so its device.
    """
    if not on_cpu():
        return Plan()
    product = largest_product(program)
    if product <= _THREADED_PRODUCT / available_cores() and not threaded:
        small = nbytes <= _SMALL_STATE and product <= _SMALL_PRODUCT
        one_kernel = small and not any(
            equation.primitive.name.startswith(_APART) for equation in _equations(program)
        )
        options = _EIGEN if one_kernel else _EIGEN | _FIRST_LEVEL
        return Plan(one_thread_cpu(), options, one_kernel)
    # YNNPACK makes better use of several threads, but not of the products of convolutions.
    convolves = any(e.primitive.name == _CONVOLUTION for e in _equations(program))
    return Plan(options=_EIGEN | _FIRST_LEVEL if convolves else _FIRST_LEVEL)


def as_one_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` marked to be compiled as one kernel."""
    from jax.experimental.xla_metadata import set_xla_metadata

    def call(*args: Any) -> Any:
        # Only this call is marked, not those inside it: they are inlined, and so fused.
        outputs = jax.jit(function)(*args)
        return set_xla_metadata(outputs, xla_cpu_small_call="true", inlineable="false")

    return call


def largest_product(program: Any) -> int:
    """Return the multiplications of the largest matrix product or convolution in a jaxpr.

    Example:
        >>> x = jax.numpy.ones((2, 3))
        >>> largest_product(jax.make_jaxpr(lambda x: jax.numpy.tanh(x @ x.T))(x))
        12
    """
    return max(map(_multiplications, _equations(program)), default=0)


def _equations(program: Any) -> Iterator[Any]:
    for equation in getattr(program, "jaxpr", program).eqns:
        yield equation
        for inner in jax.tree.leaves(tuple(equation.params.values()), is_leaf=_is_program):
            if _is_program(inner):
                yield from _equations(inner)


def _is_program(value: Any) -> bool:
    return hasattr(value, "eqns")


def _multiplications(equation: Any) -> int:
    if equation.primitive.name == "dot_general":
        (contracted, _), _ = equation.params["dimension_numbers"]
        each = math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
    elif equation.primitive.name == _CONVOLUTION:
        kernel = equation.invars[1].aval
        filters = kernel.shape[equation.params["dimension_numbers"].rhs_spec[0]]
        each = kernel.size // max(filters, 1)
    else:
        return 0
    return each * equation.outvars[0].aval.size


@jax.jit
def _identity(x: Array) -> Array:
    return x
