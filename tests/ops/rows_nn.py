"""Rows of what neural networks are made of."""

from ppul import activations
from tests.ops.table import a, k, row, v

_HEADS = [a(2, 3, 4, 5), a(2, 6, 4, 5), a(2, 6, 4, 5)]
_GROUPED = [a(2, 3, 4, 5), a(2, 6, 2, 5), a(2, 6, 2, 5)]
_PICTURE = a(2, 6, 5, 3)
_FIRST = a(2, 3, 6, 5)
_P = a(2, 4, low=0.05, high=0.95)
_UNREADABLE = "Keras cannot read its own tuples"
_FAILS = "Keras's own code fails on it"
_RANK = "Keras's spec is of another shape"
_VARIANTS = {
    "celu": {"alpha": 0.5},
    "elu": {"alpha": 0.5},
    "glu": {"axis": 0},
    "hard_shrink": {"threshold": 1.0},
    "leaky_relu": {"negative_slope": 0.3},
    "log_softmax": {"axis": 0},
    "soft_shrink": {"threshold": 1.0},
    "softmax": {"axis": (0, 1)},
    "squareplus": {"b": 1.0},
    "threshold": {"threshold": 0.5, "default_value": -1.0},
}
_NO_OPS = {"deserialize", "exponential", "get", "linear", "mish", "serialize", "sparsemax", "tanh"}
_PLAIN = sorted({*activations.__all__} - _NO_OPS - {"threshold", "gelu"})
_HALF = {"rtol": 2e-3, "atol": 2e-3}

ROWS = [
    *(row(name, k(4, 6)) for name in _PLAIN),
    *(row(name, k(4, 6), **options) for name, options in _VARIANTS.items()),
    row("gelu", a(4, 6)),
    row("gelu", a(4, 6), approximate=False),
    row("sparsemax", a(2, 4), values_="Keras's do not sum to one"),
    *(row(name, [[-1.0, 2.0]]) for name in ("relu", "sigmoid", "elu")),
    row("softmax", [[-1.0, 2.0]], values_=_FAILS),
    row("conv", _PICTURE, k(3, 2, 3, 4)),
    row("conv", a(2, 9, 3), k(3, 3, 4), strides=2, padding="same"),
    row("conv", _FIRST, k(2, 2, 3, 4), padding="same", data_format="channels_first"),
    row("conv", _PICTURE, k(2, 2, 1, 6), dilation_rate=2, spec_=_FAILS),
    row("depthwise_conv", _PICTURE, k(2, 2, 3, 2), padding="same"),
    row("separable_conv", _PICTURE, k(2, 2, 3, 2), k(1, 1, 6, 4), strides=2),
    row("conv_transpose", _PICTURE, k(2, 3, 4, 3), strides=2),
    row("conv_transpose", a(2, 5, 3), k(3, 4, 3), strides=2, padding="same", output_padding=1),
    row("max_pool", _PICTURE, 2, values_=_FAILS),
    row("max_pool", _PICTURE, (2, 3), strides=1, padding="same"),
    row("average_pool", _PICTURE, 2, values_=_FAILS),
    row("average_pool", _FIRST, (3, 2), 2, "same", "channels_first"),
    row("adaptive_average_pool", _PICTURE, (4, 2), spec_=_RANK),
    row("adaptive_average_pool", a(2, 7, 3), 3, spec_=_FAILS),
    row("adaptive_max_pool", _PICTURE, 3, spec_=_FAILS),
    row("adaptive_max_pool", _FIRST, (4, 5), data_format="channels_first", config_=_UNREADABLE),
    row("batch_normalization", a(2, 3), k(3), k(3, low=0.5), axis=-1),
    row("batch_normalization", _FIRST, k(3), k(3, low=0.5), 1, k(3), k(3), epsilon=0.1),
    row("layer_normalization", a(2, 5)),
    row("layer_normalization", a(2, 3, 4), k(4), k(4), epsilon=0.01),
    row("layer_normalization", a(2, 3, 4), k(3, 4), axis=(1, 2)),
    row("rms_normalization", a(2, 5)),
    row("rms_normalization", a(2, 3, 4), k(4), axis=-1, epsilon=0.01),
    row("binary_crossentropy", a(2, 4, low=0, high=1, gradient=False), _P),
    row("binary_crossentropy", a(2, 4, dtype="int32", low=0, high=1), a(2, 4), from_logits=True),
    row("binary_crossentropy", v([0.0, 1, 1]), v([0.0, 1, 0])),
    row("categorical_crossentropy", a(2, 4, low=0, high=1, gradient=False), _P),
    row("categorical_crossentropy", a(2, 4, low=0, high=1), a(2, 4), from_logits=True, axis=1),
    row("categorical_crossentropy", k(4, 2, low=0, high=1), k(4, 2, low=0.1), axis=0, spec_=_RANK),
    row("sparse_categorical_crossentropy", a(2, dtype="int32", low=0, high=3), _P),
    row("sparse_categorical_crossentropy", a(2, dtype="int32", low=0, high=3), a(2, 4), True),
    row("sparse_categorical_crossentropy", a(2, 1, dtype="int32", low=0, high=3), _P),
    row("sparse_categorical_crossentropy", a(2, 3, dtype="int32", low=0), a(2, 3, 4), True),
    row("psnr", a(2, 3), a(2, 3), 2.0),
    row("psnr", a(2, 3, dtype="int32"), a(2, 3, dtype="int32", high=9), 255),
    row("dot_product_attention", *_HEADS),
    row("dot_product_attention", *_HEADS, bias=k(1, 1, 3, 6), scale=0.3),
    row("dot_product_attention", *_HEADS, mask=k(1, 1, 3, 6, dtype="bool")),
    row("dot_product_attention", *_HEADS, mask=k(3, 6, dtype="bool"), is_causal=True),
    row("dot_product_attention", *_GROUPED, is_causal=True),
    row("depth_to_space", a(2, 2, 3, 8), 2),
    row("depth_to_space", a(2, 8, 2, 3), 2, data_format="channels_first"),
    row("space_to_depth", a(2, 4, 6, 3), 2),
    row("space_to_depth", a(2, 3, 4, 6), 2, data_format="channels_first"),
    row("unfold", _FIRST, 2),
    row("unfold", _FIRST, (2, 3), dilation=2, padding=1, stride=(2, 1)),
    row("fold", a(2, 12, 20), (6, 5), 2),
    row("fold", a(2, 18, 9), (6, 5), (2, 3), dilation=2, padding=1, stride=(2, 1)),
    row(
        "ctc_loss",
        v([[1, 2, 2], [3, 1, 0]], "int32"),
        k(2, 7, 4),
        v([3, 2], "int32"),
        v([7, 5], "int32"),
    ),
    row(
        "ctc_loss",
        v([[1, 1], [2, 0]], "int32"),
        k(2, 4, 4),
        v([2, 0], "int32"),
        v([4, 3], "int32"),
        3,
    ),
    row("ctc_decode", k(3, 6, 4), v([6, 4, 3], "int32")),
    row("ctc_decode", k(2, 6, 4), v([6, 4], "int32"), merge_repeated=False, mask_index=3),
    row("ctc_decode", k(2, 5, 4), v([5, 3], "int32"), "beam_search", 9, 3, gradient_=False),
    row(
        "ctc_decode",
        *(k(2, 5, 3), v([5, 2], "int32"), "beam_search"),
        beam_width=5,
        mask_index=1,
        gradient_=False,
    ),
]
