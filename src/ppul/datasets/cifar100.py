"""CIFAR-100: small colour pictures in a hundred classes (Krizhevsky, 2009)."""

from __future__ import annotations

from ppul.core.checks import one_of
from ppul.datasets.cifar import read_batches
from ppul.datasets.files import find_file
from ppul.datasets.split import Splits

CLASS_NAMES = tuple(
    """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
    butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab
    crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom
    oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
    possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake
    spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm""".split()  # noqa: SIM905 - a hundred quoted names read worse
)
COARSE_CLASS_NAMES = tuple(
    """aquatic_mammals fish flowers food_containers fruit_and_vegetables
    household_electrical_devices household_furniture insects large_carnivores
    large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores
    medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1
    vehicles_2""".split()  # noqa: SIM905 - as above
)
ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
CHECKSUM = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"
# As published, and as the various Kerases keep it.
NAMES = (
    "cifar-100-python.tar.gz",
    "cifar-100-python-target/cifar-100-python",
    "cifar-100-python-target_archive",
    "cifar-100-python",
)


def load_data(label_mode: str = "fine") -> Splits:
    """Return 60,000 colour pictures in 100 classes, which form 20 groups.

    Args:
        label_mode: "fine" for the classes (`CLASS_NAMES`), "coarse" for the groups
            (`COARSE_CLASS_NAMES`).

    Returns:
        `(x_train, y_train), (x_test, y_test)`: pictures of 32 x 32 in red, green and blue, uint8,
        shapes (50000, 32, 32, 3) and (10000, 32, 32, 3), and the classes, int64, shapes (50000, 1)
        and (10000, 1).

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If `label_mode` is none of these, or the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, CLASS_NAMES[y_train[0, 0]]  # doctest: +SKIP
        ((50000, 32, 32, 3), 'cattle')
    """
    one_of("cifar100.load_data", "label_mode", label_mode, ("fine", "coarse"))
    file = find_file(NAMES, ORIGIN, CHECKSUM)
    train, test = read_batches(file, ("train",), ("test",), label=f"{label_mode}_labels")
    return train, test
