from ppul.core.one_hot import to_categorical as to_categorical
from ppul.core.registry import CustomObjectScope as CustomObjectScope
from ppul.core.registry import register as register_keras_serializable
from ppul.core.serialization import deserialize as deserialize_keras_object
from ppul.core.serialization import serialize as serialize_keras_object
from ppul.datasets.get_file import get_file as get_file
from ppul.random.session import clear_session as clear_session
from ppul.random.session import set_random_seed as set_random_seed
from ppul.training.data.py_dataset import PyDataset as PyDataset
from ppul.training.data.unpack import pack_x_y_sample_weight as pack_x_y_sample_weight
from ppul.training.data.unpack import unpack_x_y_sample_weight as unpack_x_y_sample_weight
from ppul.training.progress import Progbar as Progbar

custom_object_scope = CustomObjectScope
Sequence = PyDataset
