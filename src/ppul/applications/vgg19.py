"""VGG19; see `vgg`."""

from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.vgg import vgg

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

VGG19 = vgg(
    (2, 2, 4, 4, 4),
    "cbe5617147190e668d6c5d5026f83318",
    "253f8cb515780f3b799900260a226db6",
    module=__name__,
)
preprocess_input = preprocessing("caffe")
