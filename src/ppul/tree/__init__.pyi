from ppul.core.tree import assert_same_structure as assert_same_structure
from ppul.core.tree import flatten as flatten
from ppul.core.tree import is_nested as is_nested
from ppul.core.tree import map_structure as map_structure
from ppul.core.tree import pack_sequence_as as pack_sequence_as
