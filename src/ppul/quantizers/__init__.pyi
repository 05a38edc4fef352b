from ppul.quantizers.abs_max import AbsMaxQuantizer as AbsMaxQuantizer
from ppul.quantizers.abs_max import abs_max_quantize as abs_max_quantize
from ppul.quantizers.abs_max import (
    abs_max_quantize_grouped_with_zero_point as abs_max_quantize_grouped_with_zero_point,
)
from ppul.quantizers.base import Quantizer as Quantizer
from ppul.quantizers.calibrated import AWQConfig as AWQConfig
from ppul.quantizers.calibrated import GPTQConfig as GPTQConfig
from ppul.quantizers.configs import Float8QuantizationConfig as Float8QuantizationConfig
from ppul.quantizers.configs import Int4QuantizationConfig as Int4QuantizationConfig
from ppul.quantizers.configs import Int8QuantizationConfig as Int8QuantizationConfig
from ppul.quantizers.configs import QuantizationConfig as QuantizationConfig
from ppul.quantizers.fake import fake_quant_with_min_max_vars as fake_quant_with_min_max_vars
from ppul.quantizers.float8 import compute_float8_amax_history as compute_float8_amax_history
from ppul.quantizers.float8 import compute_float8_scale as compute_float8_scale
from ppul.quantizers.float8 import quantize_and_dequantize as quantize_and_dequantize
from ppul.quantizers.identify import deserialize as deserialize
from ppul.quantizers.identify import get as get
from ppul.quantizers.identify import serialize as serialize
from ppul.quantizers.int4 import pack_int4 as pack_int4
from ppul.quantizers.int4 import unpack_int4 as unpack_int4
