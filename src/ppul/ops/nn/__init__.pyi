from ppul.activations import celu as celu
from ppul.activations import elu as elu
from ppul.activations import glu as glu
from ppul.activations import hard_shrink as hard_shrink
from ppul.activations import hard_sigmoid as hard_sigmoid
from ppul.activations import hard_silu as hard_silu
from ppul.activations import hard_tanh as hard_tanh
from ppul.activations import leaky_relu as leaky_relu
from ppul.activations import log_sigmoid as log_sigmoid
from ppul.activations import log_softmax as log_softmax
from ppul.activations import relu as relu
from ppul.activations import relu6 as relu6
from ppul.activations import selu as selu
from ppul.activations import sigmoid as sigmoid
from ppul.activations import silu as silu
from ppul.activations import soft_shrink as soft_shrink
from ppul.activations import softmax as softmax
from ppul.activations import softplus as softplus
from ppul.activations import softsign as softsign
from ppul.activations import sparse_plus as sparse_plus
from ppul.activations import sparse_sigmoid as sparse_sigmoid
from ppul.activations import sparsemax as sparsemax
from ppul.activations import squareplus as squareplus
from ppul.activations import tanh_shrink as tanh_shrink
from ppul.activations import threshold as threshold
from ppul.ops.adaptive_pooling import adaptive_average_pool as adaptive_average_pool
from ppul.ops.adaptive_pooling import adaptive_max_pool as adaptive_max_pool
from ppul.ops.convolution import conv as conv
from ppul.ops.convolution_transpose import conv_transpose as conv_transpose
from ppul.ops.elementwise import polar as polar
from ppul.ops.indexing import multi_hot as multi_hot
from ppul.ops.indexing import one_hot as one_hot
from ppul.ops.linalg.matrices import normalize as normalize
from ppul.ops.nn.activation import gelu as gelu
from ppul.ops.nn.attention import dot_product_attention as dot_product_attention
from ppul.ops.nn.blocks import depth_to_space as depth_to_space
from ppul.ops.nn.blocks import fold as fold
from ppul.ops.nn.blocks import space_to_depth as space_to_depth
from ppul.ops.nn.blocks import unfold as unfold
from ppul.ops.nn.crossentropy import binary_crossentropy as binary_crossentropy
from ppul.ops.nn.crossentropy import categorical_crossentropy as categorical_crossentropy
from ppul.ops.nn.crossentropy import psnr as psnr
from ppul.ops.nn.crossentropy import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from ppul.ops.nn.ctc import ctc_decode as ctc_decode
from ppul.ops.nn.ctc import ctc_loss as ctc_loss
from ppul.ops.nn.standardization import batch_normalization as batch_normalization
from ppul.ops.normalization import layer_normalization as layer_normalization
from ppul.ops.normalization import rms_normalization as rms_normalization
from ppul.ops.pooling import average_pool as average_pool
from ppul.ops.pooling import max_pool as max_pool
from ppul.ops.separable_convolution import depthwise_conv as depthwise_conv
from ppul.ops.separable_convolution import separable_conv as separable_conv
from ppul.ops.statistics import moments as moments

hard_swish = hard_silu
swish = silu
