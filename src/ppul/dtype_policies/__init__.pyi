from ppul.core.dtypes import DTypePolicy as DTypePolicy
from ppul.core.dtypes import deserialize_dtype_policy as deserialize
from ppul.core.dtypes import get_dtype_policy as get
from ppul.core.dtypes import serialize_dtype_policy as serialize
from ppul.core.policy_map import DTypePolicyMap as DTypePolicyMap
from ppul.core.quantized_policies import AWQDTypePolicy as AWQDTypePolicy
from ppul.core.quantized_policies import GPTQDTypePolicy as GPTQDTypePolicy
from ppul.core.quantized_policies import Int4DTypePolicy as Int4DTypePolicy
from ppul.core.quantized_policies import QuantizedDTypePolicy as QuantizedDTypePolicy
from ppul.core.quantized_policies import QuantizedFloat8DTypePolicy as QuantizedFloat8DTypePolicy

FloatDTypePolicy = DTypePolicy
