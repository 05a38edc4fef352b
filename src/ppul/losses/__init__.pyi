from ppul.losses.base import Loss as Loss
from ppul.losses.crossentropy import BinaryCrossentropy as BinaryCrossentropy
from ppul.losses.crossentropy import CategoricalCrossentropy as CategoricalCrossentropy
from ppul.losses.crossentropy import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from ppul.losses.crossentropy import binary_crossentropy as binary_crossentropy
from ppul.losses.crossentropy import categorical_crossentropy as categorical_crossentropy
from ppul.losses.crossentropy import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from ppul.losses.ctc_loss import CTC as CTC
from ppul.losses.ctc_loss import ctc as ctc
from ppul.losses.focal import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from ppul.losses.focal import CategoricalFocalCrossentropy as CategoricalFocalCrossentropy
from ppul.losses.focal import (
    CategoricalGeneralizedCrossEntropy as CategoricalGeneralizedCrossEntropy,
)
from ppul.losses.focal import binary_focal_crossentropy as binary_focal_crossentropy
from ppul.losses.focal import categorical_focal_crossentropy as categorical_focal_crossentropy
from ppul.losses.focal import (
    categorical_generalized_cross_entropy as categorical_generalized_cross_entropy,
)
from ppul.losses.identify import deserialize as deserialize
from ppul.losses.identify import get as get
from ppul.losses.identify import serialize as serialize
from ppul.losses.margin import CategoricalHinge as CategoricalHinge
from ppul.losses.margin import Hinge as Hinge
from ppul.losses.margin import SquaredHinge as SquaredHinge
from ppul.losses.margin import categorical_hinge as categorical_hinge
from ppul.losses.margin import hinge as hinge
from ppul.losses.margin import squared_hinge as squared_hinge
from ppul.losses.metric_learning import Circle as Circle
from ppul.losses.metric_learning import circle as circle
from ppul.losses.overlap import Dice as Dice
from ppul.losses.overlap import Tversky as Tversky
from ppul.losses.overlap import dice as dice
from ppul.losses.overlap import tversky as tversky
from ppul.losses.probabilistic import KLDivergence as KLDivergence
from ppul.losses.probabilistic import Poisson as Poisson
from ppul.losses.probabilistic import kl_divergence as kl_divergence
from ppul.losses.probabilistic import poisson as poisson
from ppul.losses.regression import CosineSimilarity as CosineSimilarity
from ppul.losses.regression import Huber as Huber
from ppul.losses.regression import LogCosh as LogCosh
from ppul.losses.regression import MeanAbsoluteError as MeanAbsoluteError
from ppul.losses.regression import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from ppul.losses.regression import MeanSquaredError as MeanSquaredError
from ppul.losses.regression import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from ppul.losses.regression import cosine_similarity as cosine_similarity
from ppul.losses.regression import huber as huber
from ppul.losses.regression import log_cosh as log_cosh
from ppul.losses.regression import mean_absolute_error as mean_absolute_error
from ppul.losses.regression import mean_absolute_percentage_error as mean_absolute_percentage_error
from ppul.losses.regression import mean_squared_error as mean_squared_error
from ppul.losses.regression import mean_squared_logarithmic_error as mean_squared_logarithmic_error

bce = binary_crossentropy
BCE = binary_crossentropy
kld = kl_divergence
KLD = kl_divergence
mae = mean_absolute_error
MAE = mean_absolute_error
mape = mean_absolute_percentage_error
MAPE = mean_absolute_percentage_error
mse = mean_squared_error
MSE = mean_squared_error
msle = mean_squared_logarithmic_error
MSLE = mean_squared_logarithmic_error
