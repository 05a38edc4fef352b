"""VGG16; see `vgg`.

Example:
    >>> VGG16(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 512)
"""

from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.vgg import vgg

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

VGG16 = vgg(
    (2, 2, 3, 3, 3),
    "64373286793e3c8b2b4e3219cbf3544b",
    "6d6bbae143d832006294945121d1f1fc",
    module=__name__,
)
preprocess_input = preprocessing("caffe")
