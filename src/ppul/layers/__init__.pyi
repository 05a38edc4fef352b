from ppul.layers.activations.activation_layers import ELU as ELU
from ppul.layers.activations.activation_layers import LeakyReLU as LeakyReLU
from ppul.layers.activations.activation_layers import PReLU as PReLU
from ppul.layers.activations.activation_layers import ReLU as ReLU
from ppul.layers.activations.activation_layers import Softmax as Softmax
from ppul.layers.base import Layer as Layer
from ppul.layers.convolutional.conv import Conv2D as Conv2D
from ppul.layers.core.activation import Activation as Activation
from ppul.layers.core.dense import Dense as Dense
from ppul.layers.core.input_layer import Input as Input
from ppul.layers.core.input_layer import InputLayer as InputLayer
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
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D as GlobalAveragePooling2D
from ppul.layers.pooling.global_pooling import GlobalMaxPooling2D as GlobalMaxPooling2D
from ppul.layers.pooling.pooling import AveragePooling2D as AveragePooling2D
from ppul.layers.pooling.pooling import MaxPooling2D as MaxPooling2D
from ppul.layers.preprocessing.rescaling import Rescaling as Rescaling
from ppul.layers.regularization.activity_regularization import (
    ActivityRegularization as ActivityRegularization,
)
from ppul.layers.regularization.dropout import Dropout as Dropout
from ppul.layers.reshaping.flatten import Flatten as Flatten
from ppul.layers.reshaping.reshape import Reshape as Reshape

AvgPool2D = AveragePooling2D
Convolution2D = Conv2D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
MaxPool2D = MaxPooling2D
