from ppul.layers.activations.activation_layers import ELU as ELU
from ppul.layers.activations.activation_layers import LeakyReLU as LeakyReLU
from ppul.layers.activations.activation_layers import PReLU as PReLU
from ppul.layers.activations.activation_layers import ReLU as ReLU
from ppul.layers.activations.activation_layers import Softmax as Softmax
from ppul.layers.attention.additive_attention import AdditiveAttention as AdditiveAttention
from ppul.layers.attention.attention import Attention as Attention
from ppul.layers.attention.grouped_query_attention import (
    GroupedQueryAttention as GroupQueryAttention,
)
from ppul.layers.attention.multi_head_attention import MultiHeadAttention as MultiHeadAttention
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
from ppul.layers.core.flax_layer import FlaxLayer as FlaxLayer
from ppul.layers.core.identity import Identity as Identity
from ppul.layers.core.input_layer import Input as Input
from ppul.layers.core.input_layer import InputLayer as InputLayer
from ppul.layers.core.jax_layer import JaxLayer as JaxLayer
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
from ppul.layers.preprocessing.category_encoding import CategoryEncoding as CategoryEncoding
from ppul.layers.preprocessing.discretization import Discretization as Discretization
from ppul.layers.preprocessing.hashed_crossing import HashedCrossing as HashedCrossing
from ppul.layers.preprocessing.hashing import Hashing as Hashing
from ppul.layers.preprocessing.image_preprocessing.aug_mix import AugMix as AugMix
from ppul.layers.preprocessing.image_preprocessing.auto_contrast import AutoContrast as AutoContrast
from ppul.layers.preprocessing.image_preprocessing.center_crop import CenterCrop as CenterCrop
from ppul.layers.preprocessing.image_preprocessing.contrast_limited_adaptive_histogram_equalization import (
    ContrastLimitedAdaptiveHistogramEqualization as ContrastLimitedAdaptiveHistogramEqualization,
)
from ppul.layers.preprocessing.image_preprocessing.cut_mix import CutMix as CutMix
from ppul.layers.preprocessing.image_preprocessing.equalization import Equalization as Equalization
from ppul.layers.preprocessing.image_preprocessing.max_num_bounding_boxes import (
    MaxNumBoundingBoxes as MaxNumBoundingBoxes,
)
from ppul.layers.preprocessing.image_preprocessing.mix_up import MixUp as MixUp
from ppul.layers.preprocessing.image_preprocessing.pipeline import Pipeline as Pipeline
from ppul.layers.preprocessing.image_preprocessing.rand_augment import RandAugment as RandAugment
from ppul.layers.preprocessing.image_preprocessing.random_brightness import (
    RandomBrightness as RandomBrightness,
)
from ppul.layers.preprocessing.image_preprocessing.random_color_degeneration import (
    RandomColorDegeneration as RandomColorDegeneration,
)
from ppul.layers.preprocessing.image_preprocessing.random_color_jitter import (
    RandomColorJitter as RandomColorJitter,
)
from ppul.layers.preprocessing.image_preprocessing.random_contrast import (
    RandomContrast as RandomContrast,
)
from ppul.layers.preprocessing.image_preprocessing.random_crop import RandomCrop as RandomCrop
from ppul.layers.preprocessing.image_preprocessing.random_elastic_transform import (
    RandomElasticTransform as RandomElasticTransform,
)
from ppul.layers.preprocessing.image_preprocessing.random_erasing import (
    RandomErasing as RandomErasing,
)
from ppul.layers.preprocessing.image_preprocessing.random_flip import RandomFlip as RandomFlip
from ppul.layers.preprocessing.image_preprocessing.random_gaussian_blur import (
    RandomGaussianBlur as RandomGaussianBlur,
)
from ppul.layers.preprocessing.image_preprocessing.random_grayscale import (
    RandomGrayscale as RandomGrayscale,
)
from ppul.layers.preprocessing.image_preprocessing.random_hue import RandomHue as RandomHue
from ppul.layers.preprocessing.image_preprocessing.random_invert import RandomInvert as RandomInvert
from ppul.layers.preprocessing.image_preprocessing.random_perspective import (
    RandomPerspective as RandomPerspective,
)
from ppul.layers.preprocessing.image_preprocessing.random_posterization import (
    RandomPosterization as RandomPosterization,
)
from ppul.layers.preprocessing.image_preprocessing.random_rotation import (
    RandomRotation as RandomRotation,
)
from ppul.layers.preprocessing.image_preprocessing.random_saturation import (
    RandomSaturation as RandomSaturation,
)
from ppul.layers.preprocessing.image_preprocessing.random_sharpness import (
    RandomSharpness as RandomSharpness,
)
from ppul.layers.preprocessing.image_preprocessing.random_shear import RandomShear as RandomShear
from ppul.layers.preprocessing.image_preprocessing.random_translation import (
    RandomTranslation as RandomTranslation,
)
from ppul.layers.preprocessing.image_preprocessing.random_zoom import RandomZoom as RandomZoom
from ppul.layers.preprocessing.image_preprocessing.resizing import Resizing as Resizing
from ppul.layers.preprocessing.image_preprocessing.solarization import Solarization as Solarization
from ppul.layers.preprocessing.integer_lookup import IntegerLookup as IntegerLookup
from ppul.layers.preprocessing.mel_spectrogram import MelSpectrogram as MelSpectrogram
from ppul.layers.preprocessing.normalization import Normalization as Normalization
from ppul.layers.preprocessing.rescaling import Rescaling as Rescaling
from ppul.layers.preprocessing.stft_spectrogram import STFTSpectrogram as STFTSpectrogram
from ppul.layers.preprocessing.string_lookup import StringLookup as StringLookup
from ppul.layers.preprocessing.text_vectorization import TextVectorization as TextVectorization
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
from ppul.layers.rnn.bidirectional import Bidirectional as Bidirectional
from ppul.layers.rnn.conv_lstm import ConvLSTM1D as ConvLSTM1D
from ppul.layers.rnn.conv_lstm import ConvLSTM2D as ConvLSTM2D
from ppul.layers.rnn.conv_lstm import ConvLSTM3D as ConvLSTM3D
from ppul.layers.rnn.gru import GRU as GRU
from ppul.layers.rnn.gru import GRUCell as GRUCell
from ppul.layers.rnn.lstm import LSTM as LSTM
from ppul.layers.rnn.lstm import LSTMCell as LSTMCell
from ppul.layers.rnn.rnn import RNN as RNN
from ppul.layers.rnn.simple_rnn import SimpleRNN as SimpleRNN
from ppul.layers.rnn.simple_rnn import SimpleRNNCell as SimpleRNNCell
from ppul.layers.rnn.stacked_rnn_cells import StackedRNNCells as StackedRNNCells
from ppul.layers.rnn.time_distributed import TimeDistributed as TimeDistributed

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
