from ppul.models.cloning import clone_model as clone_model
from ppul.models.functional import Functional as Functional
from ppul.models.model import Model as Model
from ppul.models.sequential import Sequential as Sequential
from ppul.saving.model_files import load_model as load_model
from ppul.saving.model_files import model_from_json as model_from_json
from ppul.saving.model_files import save_model as save_model
