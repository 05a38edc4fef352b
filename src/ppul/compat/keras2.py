"""Spellings of Keras 2, alone or as tf.keras, that Keras 3 gave up; most are Keras 1's as well."""

from __future__ import annotations

import numpy as np

from ppul.compat import backend, backend_nn, effects
from ppul.compat.rows import After, Into, Only, Order, Rows

# How a generator was read ahead; a `PyDataset` says it itself now.
_READING = {"max_queue_size": None, "use_multiprocessing": None, "workers": None}

# Functions of `keras.backend` that are the same in `keras.ops`.
_OPS = """
    abs all any arange argmax argmin categorical_crossentropy cast clip concatenate cos cumprod
    cumsum dot equal exp expand_dims eye greater greater_equal less less_equal log logsumexp max
    maximum mean min minimum ndim not_equal one_hot ones ones_like prod reshape round shape sign sin
    size slice sqrt square squeeze stack std stop_gradient sum tile
    transpose var zeros zeros_like
"""
# ... and in `keras.activations`.
_ACTIVATIONS = "elu hard_sigmoid relu sigmoid softmax softplus softsign tanh"

_LOSSES = {
    "cosine": "losses.cosine_similarity",
    "cosine_proximity": "losses.cosine_similarity",
    "kullback_leibler_divergence": "losses.kl_divergence",
    "logcosh": "losses.log_cosh",
}

_SERIALIZING = {
    "identifier": "config",
    "instance": "obj value",
    "module_objects": "custom_objects",
}

KERAS_2 = Rows(
    modules={
        "applications": ".mobilenetv2 .regnet .resnet_rs",
        "backend": ".experimental .tensorflow_backend",
        "callbacks": ".callbacks .experimental .tensorboard_v1 .tensorboard_v2",
        "compat.scikit_learn": "wrappers.scikit_learn",
        "keras layers models utils": """
            engine engine.base_layer engine.functional engine.input_layer engine.input_spec
            engine.keras_tensor engine.network engine.saving engine.sequential engine.training
        """,
        "layers": """
            .advanced_activations .convolutional .convolutional_recurrent .core .core.activation
            .core.activity_regularization .core.dense .core.dropout .core.flatten
            .core.lambda_layer .core.masking .core.permute .core.repeat_vector .core.reshape
            .core.spatial_dropout .cudnn_recurrent .dense_attention .einsum_dense .embeddings
            .experimental .experimental.preprocessing .local .merge .multi_head_attention .noise
            .normalization .normalization.batch_normalization
            .normalization.layer_normalization .pooling .preprocessing
            .preprocessing.image_preprocessing .preprocessing.normalization
            .preprocessing.text_vectorization .recurrent .recurrent_v2 .wrappers
        """,
        "metrics": ".experimental",
        "models": ".experimental",
        "optimizers": """
            .experimental .legacy optimizer_v2 optimizer_v2.adadelta optimizer_v2.adagrad
            optimizer_v2.adam optimizer_v2.adamax optimizer_v2.ftrl optimizer_v2.gradient_descent
            optimizer_v2.nadam optimizer_v2.optimizer_v2 optimizer_v2.rmsprop
        """,
        "optimizers.schedules": "experimental optimizer_v2.learning_rate_schedule",
        "utils": """
            .all_utils .data_utils .experimental .generic_utils .io_utils .layer_utils
            .multi_gpu_utils .np_utils .vis_utils
        """,
    },
    names={
        "": {"Network": "models.Model"},
        "backend": {
            **{name: f"ops.{name}" for name in _OPS.split()},
            **{name: f"activations.{name}" for name in _ACTIVATIONS.split()},
            **{f.__name__: f for f in (*backend.FUNCTIONS, *backend_nn.FUNCTIONS)},
            "Function": "keras.Function",
            "binary_focal_crossentropy": "losses.binary_focal_crossentropy",
            "categorical_focal_crossentropy": "losses.categorical_focal_crossentropy",
            "binary_crossentropy": "ops.binary_crossentropy",
            "conv2d": "ops.conv",
            "conv3d": "ops.conv",
            "count_params": effects.count_params,
            "dropout": "random.dropout",
            "dtype": "ops.dtype",
            "eval": np.asarray,
            "flatten": "ops.ravel",
            "gather": ("ops.take", {"axis": 0}),
            "get_value": np.asarray,
            "is_tensor": "ops.is_tensor",
            "name_scope": "keras.name_scope",
            "permute_dimensions": "ops.transpose",
            "placeholder": "keras.KerasTensor",
            "pow": "ops.power",
            "random_bernoulli": backend.random_binomial,
            "random_normal": "random.normal",
            "random_uniform": "random.uniform",
            "repeat_elements": "ops.repeat",
            "reverse": "ops.flip",
            "depthwise_conv2d": "ops.depthwise_conv",
            "separable_conv1d": "ops.separable_conv",
            "separable_conv2d": "ops.separable_conv",
            "set_value": "Variable.assign",
            "truncated_normal": "random.truncated_normal",
            "update": "Variable.assign",
            "update_add": "Variable.assign_add",
            "update_sub": "Variable.assign_sub",
            "variable": "keras.Variable",
        },
        "callbacks": {"BaseLogger": "Callback"},
        "constraints": {"RadialConstraint": "MaxNorm"},
        "layers": {
            "AbstractRNNCell": "Layer",
            "CuDNNGRU": ("GRU", {"reset_after": True}),
            "CuDNNLSTM": "LSTM",
            "PreprocessingLayer": "Layer",
            "SyncBatchNormalization": ("BatchNormalization", {"synchronized": True}),
            "ThresholdedReLU": ("ReLU", {"threshold": 1.0}),
        },
        "losses": {**_LOSSES, "Reduction": effects.Reduction, "huber_loss": "huber"},
        "metrics": {**_LOSSES, "cosine_similarity": "losses.cosine_similarity"},
        "models": {
            "Input": "layers.Input",
            "InputLayer": "layers.InputLayer",
            "model_from_config": "utils.deserialize_keras_object",
            "model_from_yaml": "model_from_json",
        },
        "optimizers": {
            name.lower(): name for name in ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "SGD")
        }
        | {"rmsprop": "RMSprop"},
        "utils": {
            "count_params": effects.count_params,
            "print_summary": "models.Model.summary",
        },
    },
    arguments={
        "KerasTensor": {"inferred_value": None, "type_spec": Only((None,))},
        "activations.deserialize": {"name": "config"},
        "activations.relu": {"alpha": "negative_slope"},
        "applications": {"model_name": "name"},
        "backend": {
            "axes": "axis",
            "depthwise_kernel": "kernel",
            "indices": "x",
            "level": "rate",
            "max_value": "x_max",
            "min_value": "x_min",
            "n": "repeats",
            "name": None,
            "output": "y_pred output",
            "pattern": "axes",
            "reference": "x",
            "rep": "repeats",
            "shape": "newshape shape",
            "size": "N shape",
            "start": "start_indices",
            "target": "y_true target",
            "tensors": "xs x",
            "value": "x",
            "variables": "variable",
            "x": "x1 inputs",
            "y": "x2",
        },
        "backend.pow": {"a": "x2", "x": "x1"},
        "backend.relu": {"alpha": "negative_slope"},
        "backend.set_epsilon": {"e": "value"},
        "backend.set_floatx": {"floatx": "value"},
        "backend.placeholder": {"ndim": Only((None,))},
        "backend.variable": {"constraint": Only((None,)), "value": "initializer"},
        "callbacks.BackupAndRestore": {"save_before_preemption": None},
        "callbacks.BaseLogger": {"stateful_metrics": None},
        "callbacks.CallbackList": {"queue_length": None},
        "callbacks.LambdaCallback": {
            "on_batch_begin": "on_train_batch_begin",
            "on_batch_end": "on_train_batch_end",
        },
        "callbacks.ModelCheckpoint": {"options": None, "period": After(effects.every_epochs)},
        "callbacks.ProgbarLogger": {"count_mode": None, "stateful_metrics": None},
        "callbacks.TensorBoard": {
            "batch_size": None,
            "embeddings_data": None,
            "embeddings_layer_names": None,
            "write_grads": None,
        },
        "layers": {"alpha": "negative_slope"},
        "layers.BatchNormalization": {
            "fused": None,
            "renorm": Only((False,)),
            "virtual_batch_size": Only((None,)),
        },
        "layers.Embedding": {"sparse": Only((False,))},
        "layers.Input": {"type_spec": Only((None,))},
        "layers.Layer": {
            "dynamic": None,
            "implementation": None,
            "input_dtype": "dtype",
            "input_length": Into(effects.length_of_input),
            "time_major": Only((False,)),
            "type_spec": Only((None,)),
            "weights": After(effects.start_weights),
        },
        "layers.dot": {"normalize": "normalize"},
        "layers.ThresholdedReLU": {"theta": "threshold"},
        "models.Model.compile": {
            "distribute": Only((None,)),
            "experimental_run_tf_function": None,
            "pss_evaluation_shards": None,
            "sample_weight_mode": None,
            "target_tensors": Only((None,)),
        },
        "models.Model.evaluate": _READING,
        "models.Model.evaluate_generator": _READING,
        "models.Model.fit": _READING,
        "models.Model.fit_generator": _READING,
        "models.Model.predict": _READING,
        "models.Model.predict_generator": _READING,
        "models.Model.test_on_batch": {"reset_metrics": None},
        "models.Model.train_on_batch": {"reset_metrics": None},
        "models.load_model": {"options": None},
        "models.model_from_yaml": {"yaml_string": "json_string"},
        "models.save_model": {
            "options": None,
            "save_format": None,
            "save_traces": None,
            "signatures": Only((None,)),
        },
        "optimizers": {"lr": "learning_rate"},
        "optimizers.Optimizer": {
            "decay": Into(effects.decayed_rate),
            "gradient_aggregator": Only((None,)),
            "gradient_transformers": Only((None,)),
            "jit_compile": None,
        },
        "regularizers": {"l": "l1 l2"},
        "saving": _SERIALIZING,
        "saving.deserialize_keras_object": {"printable_module_name": None},
        "utils": {**_SERIALIZING, "y": "x"},
        "utils.load_img": {"grayscale": Into(effects.grey_or_coloured)},
        "utils.to_categorical": {"dtype": After(effects.as_dtype)},
    },
    orders={
        "backend.variable": Order("value dtype name"),
        "layers.Layer.add_weight": Order(
            "name shape dtype initializer regularizer trainable constraint", (str,)
        ),
    },
    defaults={
        "backend.argmax": {"axis": -1},
        "backend.argmin": {"axis": -1},
        "backend.concatenate": {"axis": -1},
        "backend.cumprod": {"axis": 0},
        "backend.cumsum": {"axis": 0},
        "backend.expand_dims": {"axis": -1},
        "layers.AveragePooling1D": {"pool_size": 2},
        "layers.AveragePooling2D": {"pool_size": (2, 2)},
        "layers.AveragePooling3D": {"pool_size": (2, 2, 2)},
    },
)

# The number of filters and two sizes of the kernel.
_SIZES = (int, int, int)

# What holds for Keras 1 and 2, but not for tf.keras.
MULTI_BACKEND = Rows(
    orders={
        "layers.Conv2D": Order("filters nb_row nb_col init activation weights border_mode", _SIZES),
        "layers.Conv2DTranspose": Order(
            "filters nb_row nb_col output_shape init activation", _SIZES
        ),
        "layers.Conv3D": Order(
            "filters kernel_dim1 kernel_dim2 kernel_dim3 init activation", (*_SIZES, int)
        ),
        "layers.SeparableConv2D": Order("filters nb_row nb_col init activation", _SIZES),
        "optimizers.Adam": Order("lr beta_1 beta_2 epsilon decay amsgrad"),
        "optimizers.RMSprop": Order("lr rho epsilon decay"),
        "optimizers.SGD": Order("lr momentum decay nesterov"),
    },
    defaults={
        "layers.GRU": {"recurrent_activation": "hard_sigmoid", "reset_after": False},
        "layers.LSTM": {"recurrent_activation": "hard_sigmoid"},
        "optimizers.Adadelta": {"learning_rate": 1.0},
        "optimizers.Adagrad": {"initial_accumulator_value": 0.0, "learning_rate": 0.01},
        "optimizers.Adamax": {"learning_rate": 0.002},
        "optimizers.Nadam": {"learning_rate": 0.002},
    },
)
