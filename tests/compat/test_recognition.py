"""Which Keras a program was written for."""

import pytest

from ppul.compat.recognition import Manner, recognise

PROGRAMS = [
    # What Keras's own examples looked like, by year.
    ("1", "from keras.layers import Convolution2D\nConvolution2D(32, 3, 3, border_mode='same')"),
    ("1", "from keras.models import Sequential\nm = Sequential()\nm.fit(x, y, nb_epoch=3)"),
    ("1", "from keras.layers.core import Dense\nDense(output_dim=64, input_dim=100)"),
    ("1", "import keras.objectives"),
    ("1", "from keras import backend as K\nK.image_dim_ordering()"),
    ("1", "from keras.models import Sequential\nm.fit_generator(g, samples_per_epoch=9)"),
    ("2", "from keras.layers import Dense\nDense(64, kernel_initializer='uniform')"),
    ("2", "from keras.utils.np_utils import to_categorical"),
    ("2", "import keras\nkeras.optimizers.SGD(lr=0.1)"),
    ("2", "from keras.models import Sequential"),
    ("2", "from keras.layers import Conv2D\nConv2D(3, kernel_size=2)\nm.fit(x, nb_epoch=1)"),
    ("tf", "from tensorflow import keras\nkeras.layers.Dense(3)"),
    ("tf", "import tensorflow as tf\ntf.keras.layers.Dense(3)"),
    ("tf", "from tensorflow.keras.layers import Dense"),
    ("tf", "from tensorflow.python.keras.layers import Dense"),
    ("2", "import tensorflow as tf\nfrom keras.layers import Dense"),
    ("3", "import keras\nfrom keras import ops\nkeras.random.normal((2,))"),
    ("2", "print('no Keras at all')"),
    ("2", "this is no Python"),
    ("tf", "%matplotlib inline\nimport tensorflow.keras as keras\n!pip install keras"),
]


@pytest.mark.parametrize(("keras", "program"), PROGRAMS)
def test_the_keras_is_recognised(keras, program):
    assert recognise([program]).keras == keras


@pytest.mark.parametrize(
    ("short", "program"),
    [
        (True, "from tensorflow import keras\nh.history['acc']"),
        (True, "import keras\nEarlyStopping(monitor='val_acc')"),
        (True, "import keras\nModelCheckpoint('w-{epoch:02d}-{val_acc:.2f}.hdf5')"),
        (True, "from keras.layers import Dense\nDense(output_dim=3)"),
        (False, "import keras\nh.history['accuracy']"),
        (False, "import keras\nEarlyStopping(monitor='val_accuracy')\nmine = {'acc': 1}"),
        (False, "from keras import ops\nh.history['acc']"),
        (False, "import keras\nprint('acc of the test')"),
    ],
)
def test_short_keys_are_those_that_the_program_reads(short, program):
    assert recognise([program]).short_keys is short


def test_cells_and_own_modules_are_read_too(tmp_path):
    (tmp_path / "nets.py").write_text("from keras.layers import Dense\nDense(output_dim=3)\n")
    (tmp_path / "broken.py").write_text("this is no Python")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "more.py").write_text("h.history['val_acc']")
    cells = [b"import nets, broken", b"from package import more\nimport package.more, nets"]
    assert recognise(cells).keras == "2"
    manner = recognise(cells, folder=tmp_path)
    assert (manner.keras, manner.short_keys) == ("1", True)


@pytest.mark.parametrize(
    ("keras", "program", "line", "text"),
    [
        ("3", "import keras\n\nkeras.optimizers.SGD(lr=1)", 3, "lr="),
        ("2", "from keras.layers import Dense\nDense(\n    output_dim=3)", 3, "output_dim="),
        ("1", "import keras\nkeras.layers.Dense(units=3)", 2, "units="),
        ("2", "from tensorflow import keras", 1, "tensorflow.keras"),
        ("tf", "import keras", 1, "keras"),
        ("3", "from keras.utils import np_utils", 1, "keras.utils.np_utils"),
    ],
)
def test_what_speaks_against_a_wrong_keras_is_found(keras, program, line, text):
    sign = recognise([program], keras).against()
    assert sign is not None
    assert (sign.line, sign.text) == (line, text)


@pytest.mark.parametrize(("keras", "program"), PROGRAMS)
def test_saying_what_is_recognised_changes_nothing(keras, program):
    assert recognise([program], keras) == recognise([program])


def test_a_manner_has_a_version():
    assert [Manner(keras).version.split(".")[0] for keras in ("1", "2", "tf", "3")] == [
        "1",
        "2",
        "2",
        "3",
    ]
