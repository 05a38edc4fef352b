"""Rows of functions of one or two numbers, and of questions."""

from tests.ops.table import a, k, row, v

_ANY = ["abs", "absolute", "negative", "sign", "square", "exp", "exp2", "expm1", "sin", "cos"]
_ANY += ["arctan", "sinh", "cosh", "tanh", "arcsinh", "deg2rad", "rad2deg", "sinc", "erf", "erfc"]
_ANY += ["ceil", "floor", "trunc", "round", "real", "fabs", "reciprocal", "tan", "i0", "cbrt"]
_ANY += ["conj", "conjugate", "copy", "imag", "angle"]
_POSITIVE = ["sqrt", "rsqrt", "log", "log2", "log10", "log1p"]
_WITHIN_ONE = ["arcsin", "arccos", "arctanh", "erfinv"]
_INTEGERS = ["abs", "negative", "sign", "square", "exp", "sqrt", "sin", "arctan", "ceil", "floor"]
_INTEGERS += ["trunc", "round", "real", "conj", "deg2rad", "log1p", "cbrt", "reciprocal"]
_COMPLEX = ["abs", "angle", "real", "imag", "conj", "exp", "square", "sign"]
_QUESTIONS = ["isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "signbit"]
_ODD = [0.0, -0.0, 1.5, float("nan"), float("inf"), float("-inf"), 0.5, -2.5]

UNARY = [
    *(row(name, a(2, 3)) for name in _ANY),
    *(row(name, a(2, 3, low=0.1)) for name in _POSITIVE),
    *(row(name, a(2, 3, low=-0.9, high=0.9)) for name in _WITHIN_ONE),
    row("arccosh", a(2, 3, low=1.1)),
    *(row(name, a(2, 3, dtype="int32", low=1, high=5)) for name in _INTEGERS),
    *(row(name, a(2, 3, dtype="bool")) for name in ("abs", "square", "sqrt", "floor")),
    *(
        row(name, a(2, 3, dtype="complex64"), spec_="Keras's spec keeps complex64")
        if name in ("abs", "angle", "real", "imag")
        else row(name, a(2, 3, dtype="complex64"))
        for name in _COMPLEX
    ),
    *(row(name, v(_ODD)) for name in _QUESTIONS),
    *(row(name, v(_ODD), gradient_=False) for name in ("round", "sign", "ceil", "nan_to_num")),
    row("isreal", a(2, 3, dtype="complex64")),
    row("round", a(2, 3), 1),
    row("round", a(2, 3, high=1e4), decimals=-2),
    row("round", a(2, 3, dtype="int32", high=999), -2),
    row("round", a(2, 3, dtype="int32"), 2),
    row("clip", a(2, 3), -0.5, 0.5),
    row("clip", a(2, 3, dtype="int32", low=-9, high=9), -3, 3),
    row(
        "clip", a(2, 3), v([-0.5, 0, 0.5]), 1, config_="Keras cannot write a bound that is a tensor"
    ),
    row("nan_to_num", v(_ODD), nan=1.0, posinf=2.0, neginf=-3.0),
    row("logical_not", a(2, 3, dtype="bool")),
    row("logical_not", v([0.0, 1.0, 2.0])),
    row("bitwise_not", a(2, 3, dtype="int32")),
    row("bitwise_invert", a(2, 3, dtype="uint8", low=0, high=255)),
    row("polar", a(2, 3, low=0.1), a(2, 3), spec_="Keras's spec is float32"),
]

_PAIR = [a(2, 3), a(2, 3)]
_SPREAD = [a(2, 1, 3), k(4, 1)]
_MIXED = [a(2, 3, dtype="int32"), a(2, 3)]
_WHOLE = [a(2, 3, dtype="int32", low=-20, high=20), a(2, 3, dtype="int32", low=1, high=7)]
_NUMERIC = ["add", "subtract", "multiply", "divide", "true_divide", "maximum", "minimum"]
_NUMERIC += ["fmax", "fmin", "hypot", "arctan2", "logaddexp", "logaddexp2", "mod", "fmod"]
_NUMERIC += ["floor_divide", "divide_no_nan", "nextafter"]
_COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isclose"]
_LOGICAL = ["logical_and", "logical_or", "logical_xor"]
_BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor"]
_SHIFTS = ["left_shift", "right_shift", "bitwise_left_shift", "bitwise_right_shift"]

BINARY = [
    *(row(name, *_PAIR, gradient_=name != "nextafter") for name in _NUMERIC),
    *(row(name, *_SPREAD, gradient_=name != "nextafter") for name in _NUMERIC),
    *(
        row(name, *_MIXED, gradient_=False)
        for name in _NUMERIC
        if name not in ("mod", "fmod", "floor_divide")  # by zero
    ),
    *(row(name, *_WHOLE) for name in _NUMERIC),
    *(row(name, a(2, 3, dtype="int32"), 2) for name in ("add", "multiply", "maximum", "mod")),
    *(row(name, a(2, 3), 2) for name in ("add", "multiply", "divide", "power", "mod")),
    *(row(name, 2.5, a(2, 3, dtype="int32")) for name in ("subtract", "multiply", "minimum")),
    row("power", a(2, 3, low=0.1), a(2, 3)),
    row("power", *_WHOLE[::-1], values_="an integer to a negative power is left open"),
    row("power", a(2, 3, dtype="int32"), 3),
    row("divide_no_nan", a(2, 3), v([0.0, 1, 2])),
    row("fmax", v([float("nan"), 1, 2]), v([3.0, float("nan"), 1]), gradient_=False),
    row("maximum", v([float("nan"), 1, 2]), v([3.0, float("nan"), 1]), gradient_=False),
    row("gcd", *_WHOLE),
    row("lcm", *_WHOLE),
    row("heaviside", v([-1.0, 0, 2]), v([0.5, 0.5, 0.5]), gradient_=False),
    row("ldexp", a(2, 3), a(2, 3, dtype="int32")),
    row("ldexp", a(2, 3, dtype="int32"), a(2, 3, dtype="int32")),
    *(row(name, *_PAIR) for name in _COMPARISONS),
    *(row(name, a(2, 3, dtype="int32"), 1) for name in _COMPARISONS),
    row("isclose", v([1.0, 1, float("nan")]), v([1.0, 1.001, float("nan")]), equal_nan=True),
    row("isclose", v([1.0, 1, 2]), v([1.0, 1.001, 3]), rtol=0.01, atol=0.1),
    row("allclose", v([1.0, 1]), v([1.0, 1.001])),
    row("allclose", v([1.0, 1]), v([1.0, 1.001]), rtol=0.01),
    *(row(name, a(2, 3, dtype="bool"), k(3, dtype="bool")) for name in _LOGICAL),
    *(row(name, *_WHOLE) for name in _LOGICAL),
    *(row(name, *_WHOLE) for name in _BITWISE),
    *(row(name, a(2, 3, dtype="bool"), a(2, 3, dtype="bool")) for name in _BITWISE),
    *(row(name, *_WHOLE) for name in _SHIFTS),
    row("isin", a(2, 3, dtype="int32"), v([1, 2], "int32")),
    row("isin", a(2, 3, dtype="int32"), v([1, 2], "int32"), invert=True),
    row("isin", v([1, 2, 3], "int32"), v([1, 2], "int32"), assume_unique=True),
    *(row(name, a(2, 3, dtype="bool")) for name in ("all", "any")),
    *(row(name, a(2, 3, dtype="bool"), axis=1, keepdims=True) for name in ("all", "any")),
    *(row(name, v([[0.0, 1], [2, 3]]), axis=0) for name in ("all", "any")),
]
