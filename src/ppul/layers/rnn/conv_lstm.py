"""LSTMs whose products are convolutions: ConvLSTM1D, ConvLSTM2D, ConvLSTM3D."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul.core.types import Identifier
from ppul.layers.input_spec import InputSpec
from ppul.layers.rnn.conv_lstm_cell import ConvLSTMCell
from ppul.layers.rnn.gated_rnn import GatedRNN, OfCell, cell_arguments


class ConvLSTM(GatedRNN):
    """What ConvLSTMs of all ranks share; the arguments are those of `ConvLSTM2D`."""

    rank: ClassVar[int]

    filters = OfCell()
    kernel_size = OfCell()
    strides = OfCell()
    padding = OfCell()
    data_format = OfCell()
    dilation_rate = OfCell()
    recurrent_activation = OfCell()
    unit_forget_bias = OfCell()

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Identifier = None,
        recurrent_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        recurrent_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        cell = ConvLSTMCell(
            self.rank,
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            **cell_arguments("conv_lstm_cell", kwargs),
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = InputSpec(ndim=self.rank + 3)


class ConvLSTM1D(ConvLSTM):
    """An LSTM over sequences of series, whose products are convolutions.

    Args:
        filters: Number of output channels.
        kernel_size: Length of the window.
        strides: Steps between windows over the input.
        padding: "valid" (windows inside the input) or "same" (as many outputs as inputs, for
            strides of 1); the outputs before are always padded.
        data_format: "channels_last" (batch, time, steps, channels) or
            "channels_first".
        dilation_rate: Distance between the elements of a window over the input.
        activation: Function of the candidate and of the carry.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (length, channels, 4 * filters) starts.
        recurrent_initializer: How the recurrent kernel (length, filters, 4 * filters)
            starts.
        bias_initializer: How the bias (4 * filters,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last states too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended.
        **kwargs: `unroll`, `zero_output_for_mask`, and what `Layer` takes; see `RNN`.

    Raises:
        ValueError: If sizes are not positive, contradict each other, or are not known.

    Source: Shi et al. 2015, arXiv:1506.04214, without the peepholes

    Example:
        >>> import numpy as np
        >>> ConvLSTM1D(4, 3)(np.ones((2, 5, 8, 1))).shape
        (2, 6, 4)
    """

    rank = 1


class ConvLSTM2D(ConvLSTM):
    """An LSTM over sequences of pictures, whose products are convolutions.

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows over the input.
        padding: "valid" (windows inside the input) or "same" (as many outputs as inputs, for
            strides of 1); the outputs before are always padded.
        data_format: "channels_last" (batch, time, height, width, channels) or
            "channels_first".
        dilation_rate: Distance between the elements of a window over the input.
        activation: Function of the candidate and of the carry.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (height, width, channels, 4 * filters) starts.
        recurrent_initializer: How the recurrent kernel (height, width, filters, 4 * filters)
            starts.
        bias_initializer: How the bias (4 * filters,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last states too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended.
        **kwargs: `unroll`, `zero_output_for_mask`, and what `Layer` takes; see `RNN`.

    Raises:
        ValueError: If sizes are not positive, contradict each other, or are not known.

    Source: Shi et al. 2015, arXiv:1506.04214, without the peepholes

    Example:
        >>> import numpy as np
        >>> ConvLSTM2D(4, 3, padding="same")(np.ones((2, 5, 8, 8, 1))).shape
        (2, 8, 8, 4)
    """

    rank = 2


class ConvLSTM3D(ConvLSTM):
    """An LSTM over sequences of volumes, whose products are convolutions.

    Args:
        filters: Number of output channels.
        kernel_size: Depth, height and width of the window, or one number for all.
        strides: Steps between windows over the input.
        padding: "valid" (windows inside the input) or "same" (as many outputs as inputs, for
            strides of 1); the outputs before are always padded.
        data_format: "channels_last" (batch, time, depth, height, width, channels) or
            "channels_first".
        dilation_rate: Distance between the elements of a window over the input.
        activation: Function of the candidate and of the carry.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (depth, height, width, channels, 4 * filters) starts.
        recurrent_initializer: How the recurrent kernel (depth, height, width, filters, 4 * filters)
            starts.
        bias_initializer: How the bias (4 * filters,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last states too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended.
        **kwargs: `unroll`, `zero_output_for_mask`, and what `Layer` takes; see `RNN`.

    Raises:
        ValueError: If sizes are not positive, contradict each other, or are not known.

    Source: Shi et al. 2015, arXiv:1506.04214, without the peepholes

    Example:
        >>> import numpy as np
        >>> ConvLSTM3D(2, 2)(np.ones((1, 2, 3, 3, 3, 1))).shape
        (1, 2, 2, 2, 2)
    """

    rank = 3
