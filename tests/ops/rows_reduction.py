"""Rows of reductions, running totals, statistics and segments."""

from tests.ops.table import a, k, row, v

_NAN = float("nan")
_HOLES = [[1.0, _NAN, 3.0], [_NAN, 5.0, 6.0]]
_SUMS = ["sum", "prod", "mean", "var", "std", "max", "min", "amax", "amin", "median", "logsumexp"]
_SUMS += ["ptp"]
_PLACES = ["argmax", "argmin"]
_HOLEY = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian"]
_RUNNING = ["cumsum", "cumprod"]
_OF_BOOL = [name for name in _SUMS if name != "ptp"]  # booleans cannot be subtracted
_TENTHS = [0.1, 0.5, 0.9]
_METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]
_QUANTILES = ["quantile", "nanquantile"]
_FAILS = "Keras's own code fails on it"

ROWS = [
    *(row(name, a(2, 3, 4)) for name in _SUMS),
    *(row(name, a(2, 3, 4), axis=1) for name in _SUMS),
    *(row(name, a(2, 3, 4), axis=(0, -1), keepdims=True) for name in _SUMS),
    *(row(name, a(2, 3, dtype="int32"), axis=-1) for name in _SUMS),
    *(row(name, a(2, 3, dtype="uint8", low=0, high=9)) for name in ("sum", "prod", "mean", "max")),
    *(row(name, a(2, 3, dtype="bool"), axis=0) for name in _OF_BOOL),
    row("sum", a(2, 3), axis=[0, 1]),
    row("sum", a(2, 3), axis=()),
    row("prod", a(2, 3, dtype="int32"), dtype="float32"),
    row("max", a(2, 3), axis=1, initial=1.0),
    row("min", a(2, 3), axis=0, keepdims=True, initial=-1.0),
    row("std", a(2, 3, dtype="complex64"), gradient_=False, spec_="Keras's spec is complex"),
    *(row(name, a(2, 3, 4)) for name in _PLACES),
    *(row(name, a(2, 3, 4), axis=1, keepdims=True) for name in _PLACES),
    *(row(name, v(_HOLES), gradient_=False) for name in _HOLEY),
    *(row(name, v(_HOLES), axis=1, keepdims=True, gradient_=False) for name in _HOLEY),
    *(row(name, a(2, 3, dtype="int32"), axis=0) for name in _HOLEY),
    *(row(name, v([[1, _NAN], [_NAN, _NAN]]), axis=1) for name in ("nanargmax", "nanargmin")),
    *(row(name, a(2, 3), keepdims=True) for name in ("nanargmax", "nanargmin")),
    *(row(name, v(_HOLES), axis=1) for name in ("nancumsum", "nancumprod")),
    *(row(name, a(2, 3)) for name in _RUNNING),
    *(row(name, a(2, 3, dtype="bool"), axis=1) for name in _RUNNING),
    *(row(name, a(2, 3, dtype="int32"), axis=-1, dtype="float32") for name in _RUNNING),
    row("count_nonzero", a(2, 3, dtype="int32")),
    row("count_nonzero", a(2, 3, dtype="int32"), axis=1),
    row("average", a(2, 3)),
    row("average", a(2, 3), axis=1, weights=k(3, low=1)),
    row("average", a(2, 3), weights=a(2, 3, low=1)),
    row("average", a(2, 3, dtype="int32"), axis=0),
    row("moments", a(2, 3, 4), axes=(0, 1)),
    row("moments", a(2, 3), axes=[0], keepdims=True),
    row("moments", a(2, 3, dtype="float16"), axes=(0, 1), tolerance_={"rtol": 1e-3}),
    *(row("quantile", a(2, 5), 0.3, method=method, axis=1) for method in _METHODS),
    row("quantile", a(2, 5), v(_TENTHS), axis=1, keepdims=True, spec_="Keras wants constants"),
    row("quantile", a(2, 5), _TENTHS, axis=1, keepdims=True),
    row("quantile", a(2, 5), 0.25),
    row("percentile", a(2, 5), [10, 50], axis=0),
    row("nanquantile", v([[1, _NAN, 3, 4]]), 0.4, axis=1, gradient_=False),
    row("nanpercentile", v([[1, _NAN, 3, 4]]), [10.0, 70.0], gradient_=False),
    row(
        "corrcoef",
        a(3, 5),
        spec_="Keras's spec is the shape of the input",
        tolerance_={"rtol": 1e-4, "atol": 1e-5},
    ),
    *(row("correlate", k(6), k(3), mode=mode) for mode in ("valid", "same", "full")),
    row("correlate", k(5, dtype="int32"), k(2, dtype="int32"), "full"),
    row("diff", a(2, 5)),
    row("diff", a(2, 5), n=2),
    row("diff", a(3, 5), axis=0),
    row("diff", a(2, 5, dtype="int32")),
    row("trapezoid", a(2, 5)),
    row("trapezoid", a(2, 5), dx=0.5, axis=0),
    row("trapezoid", a(2, 5), x=k(5), config_="Keras cannot write an array"),
    row("bincount", v([1, 2, 2, 0], "int32"), compiled_=False),
    row("bincount", v([1, 2, 2, 0], "int32"), minlength=6, compiled_=False),
    row("bincount", v([[1, 2], [2, 2]], "int32"), minlength=3, values_=_FAILS),
    row(
        "bincount", v([1, 2, 2], "int32"), weights=v([0.5, 1.0, 2.0]), compiled_=False, spec_=_FAILS
    ),
    row("histogram", k(20), bins=4, gradient_=False, values_="Keras's cannot be traced"),
    row(
        "histogram",
        k(20),
        bins=4,
        range=(-1.0, 1.0),
        compiled_=False,
        gradient_=False,
        config_="Keras cannot read its own tuples",
    ),
    row("histogram", k(20), compiled_=False, gradient_=False),
    row("digitize", a(2, 3), v([-1.0, 0, 1])),
    row("digitize", a(2, 3, dtype="int32"), v([-1, 0, 1], "int32")),
    *(
        row(f"segment_{name}", k(5, 2), v([0, 0, 2, 1, 2], "int32"), num_segments=4)
        for name in ("sum", "max", "min")
    ),
    row("segment_prod", k(5, 2), v([0, 0, 2, 1, 2], "int32"), num_segments=4, gradient_=False),
    row("segment_sum", k(4, dtype="int32"), v([0, 0, 5, 1], "int32"), num_segments=3),
    row("segment_max", k(4), v([0, 0, 1, 3], "int32"), num_segments=4, sorted=True),
]
