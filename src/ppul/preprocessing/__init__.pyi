from ppul.datasets.arrays import timeseries_dataset_from_array as timeseries_dataset_from_array
from ppul.datasets.from_directory import (
    image_dataset_from_directory as image_dataset_from_directory,
)
from ppul.datasets.from_directory import text_dataset_from_directory as text_dataset_from_directory

from . import image as image
from . import sequence as sequence
