from ppul.core.dtypes import DTypePolicy as DTypePolicy
from ppul.core.dtypes import get_dtype_policy as get

FloatDTypePolicy = DTypePolicy
