from ppul.losses.crossentropy import binary_crossentropy as binary_crossentropy
from ppul.losses.crossentropy import categorical_crossentropy as categorical_crossentropy
from ppul.losses.crossentropy import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from ppul.losses.focal import binary_focal_crossentropy as binary_focal_crossentropy
from ppul.losses.focal import categorical_focal_crossentropy as categorical_focal_crossentropy
from ppul.losses.margin import categorical_hinge as categorical_hinge
from ppul.losses.margin import hinge as hinge
from ppul.losses.margin import squared_hinge as squared_hinge
from ppul.losses.probabilistic import kl_divergence as kl_divergence
from ppul.losses.probabilistic import poisson as poisson
from ppul.losses.regression import huber as huber
from ppul.losses.regression import log_cosh as log_cosh
from ppul.losses.regression import mean_absolute_error as mean_absolute_error
from ppul.losses.regression import mean_absolute_percentage_error as mean_absolute_percentage_error
from ppul.losses.regression import mean_squared_error as mean_squared_error
from ppul.losses.regression import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from ppul.metrics.accuracy import Accuracy as Accuracy
from ppul.metrics.accuracy import BinaryAccuracy as BinaryAccuracy
from ppul.metrics.accuracy import CategoricalAccuracy as CategoricalAccuracy
from ppul.metrics.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from ppul.metrics.accuracy import SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy
from ppul.metrics.accuracy import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from ppul.metrics.accuracy import binary_accuracy as binary_accuracy
from ppul.metrics.accuracy import categorical_accuracy as categorical_accuracy
from ppul.metrics.accuracy import sparse_categorical_accuracy as sparse_categorical_accuracy
from ppul.metrics.accuracy import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from ppul.metrics.accuracy import top_k_categorical_accuracy as top_k_categorical_accuracy
from ppul.metrics.base import Metric as Metric
from ppul.metrics.confusion import FalseNegatives as FalseNegatives
from ppul.metrics.confusion import FalsePositives as FalsePositives
from ppul.metrics.confusion import Precision as Precision
from ppul.metrics.confusion import Recall as Recall
from ppul.metrics.confusion import TrueNegatives as TrueNegatives
from ppul.metrics.confusion import TruePositives as TruePositives
from ppul.metrics.correlation import ConcordanceCorrelation as ConcordanceCorrelation
from ppul.metrics.correlation import PearsonCorrelation as PearsonCorrelation
from ppul.metrics.correlation import concordance_correlation as concordance_correlation
from ppul.metrics.correlation import pearson_correlation as pearson_correlation
from ppul.metrics.curves import AUC as AUC
from ppul.metrics.curves import PrecisionAtRecall as PrecisionAtRecall
from ppul.metrics.curves import RecallAtPrecision as RecallAtPrecision
from ppul.metrics.curves import SensitivityAtSpecificity as SensitivityAtSpecificity
from ppul.metrics.curves import SpecificityAtSensitivity as SpecificityAtSensitivity
from ppul.metrics.f_score import F1Score as F1Score
from ppul.metrics.f_score import FBetaScore as FBetaScore
from ppul.metrics.identify import deserialize as deserialize
from ppul.metrics.identify import get as get
from ppul.metrics.identify import serialize as serialize
from ppul.metrics.margin import CategoricalHinge as CategoricalHinge
from ppul.metrics.margin import Hinge as Hinge
from ppul.metrics.margin import SquaredHinge as SquaredHinge
from ppul.metrics.overlap import BinaryIoU as BinaryIoU
from ppul.metrics.overlap import IoU as IoU
from ppul.metrics.overlap import MeanIoU as MeanIoU
from ppul.metrics.overlap import OneHotIoU as OneHotIoU
from ppul.metrics.overlap import OneHotMeanIoU as OneHotMeanIoU
from ppul.metrics.probabilistic import BinaryCrossentropy as BinaryCrossentropy
from ppul.metrics.probabilistic import CategoricalCrossentropy as CategoricalCrossentropy
from ppul.metrics.probabilistic import KLDivergence as KLDivergence
from ppul.metrics.probabilistic import Poisson as Poisson
from ppul.metrics.probabilistic import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from ppul.metrics.reduction import Mean as Mean
from ppul.metrics.reduction import MeanMetricWrapper as MeanMetricWrapper
from ppul.metrics.reduction import Sum as Sum
from ppul.metrics.regression import CosineSimilarity as CosineSimilarity
from ppul.metrics.regression import LogCoshError as LogCoshError
from ppul.metrics.regression import MeanAbsoluteError as MeanAbsoluteError
from ppul.metrics.regression import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from ppul.metrics.regression import MeanSquaredError as MeanSquaredError
from ppul.metrics.regression import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from ppul.metrics.regression import R2Score as R2Score
from ppul.metrics.regression import RootMeanSquaredError as RootMeanSquaredError

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
