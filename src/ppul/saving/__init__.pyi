from ppul.core.registry import CustomObjectScope as CustomObjectScope
from ppul.core.registry import register as register_keras_serializable
from ppul.core.registry import registered_name as get_registered_name
from ppul.core.registry import registered_object as get_registered_object
from ppul.core.serialization import deserialize as deserialize_keras_object
from ppul.core.serialization import serialize as serialize_keras_object
from ppul.saving.model_files import load_model as load_model
from ppul.saving.model_files import load_weights as load_weights
from ppul.saving.model_files import save_model as save_model
from ppul.saving.model_files import save_weights as save_weights

custom_object_scope = CustomObjectScope
