from ppul.layers.activations.activation_layers import ELU as ELU
from ppul.layers.activations.activation_layers import LeakyReLU as LeakyReLU
from ppul.layers.activations.activation_layers import PReLU as PReLU
from ppul.layers.activations.activation_layers import ReLU as ReLU
from ppul.layers.activations.activation_layers import Softmax as Softmax
from ppul.layers.base import Layer as Layer
from ppul.layers.convolutional.conv import Conv1D as Conv1D
from ppul.layers.convolutional.conv import Conv2D as Conv2D
from ppul.layers.convolutional.conv import Conv3D as Conv3D
from ppul.layers.convolutional.conv_transpose import Conv1DTranspose as Conv1DTranspose
from ppul.layers.convolutional.conv_transpose import Conv2DTranspose as Conv2DTranspose
from ppul.layers.convolutional.conv_transpose import Conv3DTranspose as Conv3DTranspose
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv1D as DepthwiseConv1D
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv2D as DepthwiseConv2D
from ppul.layers.convolutional.separable_conv import SeparableConv1D as SeparableConv1D
from ppul.layers.convolutional.separable_conv import SeparableConv2D as SeparableConv2D
from ppul.layers.core.activation import Activation as Activation
from ppul.layers.core.dense import Dense as Dense
from ppul.layers.core.einsum_dense import EinsumDense as EinsumDense
from ppul.layers.core.embedding import Embedding as Embedding
from ppul.layers.core.identity import Identity as Identity
from ppul.layers.core.input_layer import Input as Input
from ppul.layers.core.input_layer import InputLayer as InputLayer
from ppul.layers.core.lambda_layer import Lambda as Lambda
from ppul.layers.core.masking import Masking as Masking
from ppul.layers.core.reversible_embedding import ReversibleEmbedding as ReversibleEmbedding
from ppul.layers.core.wrapper import Wrapper as Wrapper
from ppul.layers.identify import deserialize as deserialize
from ppul.layers.identify import serialize as serialize
from ppul.layers.input_spec import InputSpec as InputSpec
from ppul.layers.merging.concatenate import Concatenate as Concatenate
from ppul.layers.merging.concatenate import concatenate as concatenate
from ppul.layers.merging.dot import Dot as Dot
from ppul.layers.merging.dot import dot as dot
from ppul.layers.merging.merge import Add as Add
from ppul.layers.merging.merge import Average as Average
from ppul.layers.merging.merge import Maximum as Maximum
from ppul.layers.merging.merge import Minimum as Minimum
from ppul.layers.merging.merge import Multiply as Multiply
from ppul.layers.merging.merge import Subtract as Subtract
from ppul.layers.merging.merge import add as add
from ppul.layers.merging.merge import average as average
from ppul.layers.merging.merge import maximum as maximum
from ppul.layers.merging.merge import minimum as minimum
from ppul.layers.merging.merge import multiply as multiply
from ppul.layers.merging.merge import subtract as subtract
from ppul.layers.normalization.batch_normalization import BatchNormalization as BatchNormalization
from ppul.layers.normalization.group_normalization import GroupNormalization as GroupNormalization
from ppul.layers.normalization.layer_normalization import LayerNormalization as LayerNormalization
from ppul.layers.normalization.rms_normalization import RMSNormalization as RMSNormalization
from ppul.layers.normalization.spectral_normalization import (
    SpectralNormalization as SpectralNormalization,
)
from ppul.layers.normalization.unit_normalization import UnitNormalization as UnitNormalization
from ppul.layers.pooling.adaptive_pooling import (
    AdaptiveAveragePooling1D as AdaptiveAveragePooling1D,
)
from ppul.layers.pooling.adaptive_pooling import (
    AdaptiveAveragePooling2D as AdaptiveAveragePooling2D,
)
from ppul.layers.pooling.adaptive_pooling import (
    AdaptiveAveragePooling3D as AdaptiveAveragePooling3D,
)
from ppul.layers.pooling.adaptive_pooling import AdaptiveMaxPooling1D as AdaptiveMaxPooling1D
from ppul.layers.pooling.adaptive_pooling import AdaptiveMaxPooling2D as AdaptiveMaxPooling2D
from ppul.layers.pooling.adaptive_pooling import AdaptiveMaxPooling3D as AdaptiveMaxPooling3D
from ppul.layers.pooling.global_pooling import GlobalAveragePooling1D as GlobalAveragePooling1D
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D as GlobalAveragePooling2D
from ppul.layers.pooling.global_pooling import GlobalAveragePooling3D as GlobalAveragePooling3D
from ppul.layers.pooling.global_pooling import GlobalMaxPooling1D as GlobalMaxPooling1D
from ppul.layers.pooling.global_pooling import GlobalMaxPooling2D as GlobalMaxPooling2D
from ppul.layers.pooling.global_pooling import GlobalMaxPooling3D as GlobalMaxPooling3D
from ppul.layers.pooling.pooling import AveragePooling1D as AveragePooling1D
from ppul.layers.pooling.pooling import AveragePooling2D as AveragePooling2D
from ppul.layers.pooling.pooling import AveragePooling3D as AveragePooling3D
from ppul.layers.pooling.pooling import MaxPooling1D as MaxPooling1D
from ppul.layers.pooling.pooling import MaxPooling2D as MaxPooling2D
from ppul.layers.pooling.pooling import MaxPooling3D as MaxPooling3D
from ppul.layers.preprocessing.rescaling import Rescaling as Rescaling
from ppul.layers.regularization.activity_regularization import (
    ActivityRegularization as ActivityRegularization,
)
from ppul.layers.regularization.alpha_dropout import AlphaDropout as AlphaDropout
from ppul.layers.regularization.dropout import Dropout as Dropout
from ppul.layers.regularization.gaussian import GaussianDropout as GaussianDropout
from ppul.layers.regularization.gaussian import GaussianNoise as GaussianNoise
from ppul.layers.regularization.spatial_dropout import SpatialDropout1D as SpatialDropout1D
from ppul.layers.regularization.spatial_dropout import SpatialDropout2D as SpatialDropout2D
from ppul.layers.regularization.spatial_dropout import SpatialDropout3D as SpatialDropout3D
from ppul.layers.reshaping.cropping import Cropping1D as Cropping1D
from ppul.layers.reshaping.cropping import Cropping2D as Cropping2D
from ppul.layers.reshaping.cropping import Cropping3D as Cropping3D
from ppul.layers.reshaping.flatten import Flatten as Flatten
from ppul.layers.reshaping.permute import Permute as Permute
from ppul.layers.reshaping.repeat_vector import RepeatVector as RepeatVector
from ppul.layers.reshaping.reshape import Reshape as Reshape
from ppul.layers.reshaping.up_sampling import UpSampling1D as UpSampling1D
from ppul.layers.reshaping.up_sampling import UpSampling2D as UpSampling2D
from ppul.layers.reshaping.up_sampling import UpSampling3D as UpSampling3D
from ppul.layers.reshaping.zero_padding import ZeroPadding1D as ZeroPadding1D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D as ZeroPadding2D
from ppul.layers.reshaping.zero_padding import ZeroPadding3D as ZeroPadding3D

AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1D = Conv1D
Convolution1DTranspose = Conv1DTranspose
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
Convolution3D = Conv3D
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
