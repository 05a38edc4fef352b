from ppul.core.attribute_dict import Config as Config
from ppul.core.dtypes import standardize_dtype as standardize_dtype
from ppul.core.one_hot import to_categorical as to_categorical
from ppul.core.registry import CustomObjectScope as CustomObjectScope
from ppul.core.registry import get_custom_objects as get_custom_objects
from ppul.core.registry import register as register_keras_serializable
from ppul.core.registry import registered_name as get_registered_name
from ppul.core.registry import registered_object as get_registered_object
from ppul.core.settings import disable_interactive_logging as disable_interactive_logging
from ppul.core.settings import enable_interactive_logging as enable_interactive_logging
from ppul.core.settings import is_interactive_logging_enabled as is_interactive_logging_enabled
from ppul.core.symbolic import is_keras_tensor as is_keras_tensor
from ppul.datasets.arrays import normalize as normalize
from ppul.datasets.arrays import pad_sequences as pad_sequences
from ppul.datasets.arrays import split_dataset as split_dataset
from ppul.datasets.arrays import timeseries_dataset_from_array as timeseries_dataset_from_array
from ppul.datasets.from_directory import (
    audio_dataset_from_directory as audio_dataset_from_directory,
)
from ppul.datasets.from_directory import (
    image_dataset_from_directory as image_dataset_from_directory,
)
from ppul.datasets.from_directory import text_dataset_from_directory as text_dataset_from_directory
from ppul.datasets.get_file import get_file as get_file
from ppul.datasets.image_files import array_to_img as array_to_img
from ppul.datasets.image_files import img_to_array as img_to_array
from ppul.datasets.image_files import load_img as load_img
from ppul.datasets.image_files import save_img as save_img
from ppul.models.feature_space import FeatureSpace as FeatureSpace
from ppul.models.function import get_source_inputs as get_source_inputs
from ppul.random.session import clear_session as clear_session
from ppul.random.session import set_random_seed as set_random_seed
from ppul.reports.diagram import model_to_dot as model_to_dot
from ppul.reports.diagram import plot_model as plot_model
from ppul.saving.objects import deserialize_keras_object as deserialize_keras_object
from ppul.saving.objects import serialize_keras_object as serialize_keras_object
from ppul.training.data.py_dataset import PyDataset as PyDataset
from ppul.training.data.unpack import pack_x_y_sample_weight as pack_x_y_sample_weight
from ppul.training.data.unpack import unpack_x_y_sample_weight as unpack_x_y_sample_weight
from ppul.training.progress import Progbar as Progbar

from . import bounding_boxes as bounding_boxes
from . import legacy as legacy

custom_object_scope = CustomObjectScope
Sequence = PyDataset
