from ppul.core.registry import CustomObjectScope as CustomObjectScope
from ppul.core.registry import get_custom_objects as get_custom_objects
from ppul.core.registry import register as register_keras_serializable
from ppul.core.registry import registered_name as get_registered_name
from ppul.core.registry import registered_object as get_registered_object
from ppul.saving.file_editor import KerasFileEditor as KerasFileEditor
from ppul.saving.model_files import load_model as load_model
from ppul.saving.model_files import load_weights as load_weights
from ppul.saving.model_files import save_model as save_model
from ppul.saving.model_files import save_weights as save_weights
from ppul.saving.objects import deserialize_keras_object as deserialize_keras_object
from ppul.saving.objects import serialize_keras_object as serialize_keras_object

custom_object_scope = CustomObjectScope
