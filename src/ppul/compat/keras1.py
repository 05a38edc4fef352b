"""Spellings of Keras 1 that Keras 2 gave up; Keras 2 itself still took most of them."""

from __future__ import annotations

from ppul.compat import backend_nn, effects
from ppul.compat.rows import Into, Only, Rows

# How a generator was read ahead; a `PyDataset` says it itself now.
_READING = {"max_q_size": None, "nb_worker": None, "pickle_safe": None}
_POOLING = {"pool_length": "pool_size", "stride": "strides"}

KERAS_1 = Rows(
    modules={
        "applications": ".music_tagger_crnn",
        "backend": ".theano_backend",
        "initializers": "initializations",
        "keras layers models utils": "engine.topology",
        "losses": "objectives",
        "utils": ".visualize_util",
    },
    names={
        "": {"Container": "models.Model"},
        "backend": {
            "deconv2d": backend_nn.conv2d_transpose,
            "image_dim_ordering": effects.image_dim_ordering,
            "lesser": "ops.less",
            "lesser_equal": "ops.less_equal",
            "set_image_dim_ordering": effects.set_image_dim_ordering,
        },
        "constraints": {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
        "layers": {
            "AtrousConv1D": "Conv1D",
            "AtrousConv2D": "Conv2D",
            "AtrousConvolution1D": "Conv1D",
            "AtrousConvolution2D": "Conv2D",
            "Deconv2D": "Conv2DTranspose",
            "Deconv3D": "Conv3DTranspose",
            "Deconvolution2D": "Conv2DTranspose",
            "Deconvolution3D": "Conv3DTranspose",
            "TimeDistributedDense": "Dense",
            "merge": effects.merge,
        },
        "models": {
            "Layer": "layers.Layer",
            "get_source_inputs": "utils.get_source_inputs",
            "optimizer_from_config": "optimizers.deserialize",
        },
        "optimizers": {"optimizer_from_config": "deserialize"},
        "regularizers": {
            "ActivityRegularizer": "L1L2",
            "L1L2Regularizer": "L1L2",
            "WeightRegularizer": "L1L2",
            "activity_l1": "L1",
            "activity_l1l2": "L1L2",
            "activity_l2": "L2",
            "l1l2": "L1L2",
        },
        "utils": {
            "categorical_probas_to_classes": effects.argmax_classes,
            "layer_from_config": "layers.deserialize",
            "plot": "plot_model",
            "probas_to_classes": effects.argmax_classes,
        },
    },
    arguments={
        "applications": {"dim_ordering": "data_format"},
        "backend": {
            "X": "x",
            "border_mode": "padding",
            "dim": "axis",
            "dim_ordering": "data_format",
            "filter_dilation": "dilation_rate",
            "filter_shape": None,
            "image_shape": None,
            "std": "stddev",
            "stride": "strides",
            "volume_shape": None,
        },
        "backend.one_hot": {"nb_classes": "num_classes"},
        "backend.random_uniform": {"high": "maxval", "low": "minval"},
        "callbacks.ReduceLROnPlateau": {"epsilon": "min_delta"},
        "constraints": {"high": "max_value", "low": "min_value", "m": "max_value"},
        "datasets": {"nb_words": "num_words"},
        "layers": {
            "U_constraint": "recurrent_constraint",
            "U_regularizer": "recurrent_regularizer",
            "W_constraint": "kernel_constraint embeddings_constraint",
            "W_regularizer": "kernel_regularizer embeddings_regularizer",
            "atrous_rate": "dilation_rate",
            "b_constraint": "bias_constraint",
            "b_regularizer": "bias_regularizer",
            "beta_init": "beta_initializer",
            "bias": "use_bias",
            "border_mode": "padding",
            "dim_ordering": "data_format",
            "dropout_U": "recurrent_dropout",
            "dropout_W": "dropout",
            "filter_length": "kernel_size",
            "forget_bias_init": "unit_forget_bias",
            "gamma_init": "gamma_initializer",
            "init": "kernel_initializer embeddings_initializer alpha_initializer",
            "inner_activation": "recurrent_activation",
            "inner_init": "recurrent_initializer",
            "kernel_dim1": "kernel_size[0]",
            "kernel_dim2": "kernel_size[1]",
            "kernel_dim3": "kernel_size[2]",
            "length": "size",
            "nb_col": "kernel_size[1]",
            "nb_filter": "filters",
            "nb_row": "kernel_size[0]",
            "output_dim": "units",
            "p": "rate",
            "sigma": "stddev",
            "subsample": "strides",
            "subsample_length": "strides",
        },
        "layers.AveragePooling1D": _POOLING,
        "layers.BatchNormalization": {"mode": Only((0, 2))},
        "layers.Conv2DTranspose": {"output_shape": None},
        "layers.Conv3DTranspose": {"output_shape": None},
        "layers.Layer": {"consume_less": None},
        "layers.MaxPooling1D": _POOLING,
        "layers.SeparableConv2D": {"init": Into(effects.both_initializers)},
        "models.Model": {"input": "inputs", "output": "outputs"},
        "models.Model.evaluate_generator": {
            **_READING,
            "val_samples": Into(effects.steps_of_samples("steps")),
        },
        "models.Model.fit": {"nb_epoch": "epochs"},
        "models.Model.fit_generator": {
            **_READING,
            "nb_epoch": "epochs",
            "nb_val_samples": Into(effects.validation_steps_of_samples),
            "samples_per_epoch": Into(effects.steps_of_samples("steps_per_epoch")),
        },
        "models.Model.predict_generator": {
            **_READING,
            "val_samples": Into(effects.steps_of_samples("steps")),
        },
        "optimizers.Nadam": {"schedule_decay": Only((0.004,))},
        "utils": {"dim_ordering": "data_format", "nb_classes": "num_classes"},
        "utils.normalize": {"a": "x"},
    },
    values={
        "data_format": {"default": None, "tf": "channels_last", "th": "channels_first"},
        "unit_forget_bias": {"one": True, "zero": False},
    },
)

# What was meant where nothing was said.
KERAS_1_DEFAULTS = Rows(defaults={"models.Model.fit": {"epochs": 10}})
