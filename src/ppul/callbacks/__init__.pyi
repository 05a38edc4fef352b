from ppul.callbacks.base import Callback as Callback
from ppul.callbacks.callback_list import CallbackList as CallbackList
from ppul.callbacks.history import History as History
