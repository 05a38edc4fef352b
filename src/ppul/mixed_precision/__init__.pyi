from ppul.core.dtypes import DTypePolicy as DTypePolicy
from ppul.core.dtypes import dtype_policy as dtype_policy
from ppul.core.dtypes import dtype_policy as global_policy
from ppul.core.dtypes import set_dtype_policy as set_dtype_policy
from ppul.core.dtypes import set_dtype_policy as set_global_policy
from ppul.optimizers.loss_scale import LossScaleOptimizer as LossScaleOptimizer

Policy = DTypePolicy
