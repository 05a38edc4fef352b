from ppul.initializers.base import Initializer as Initializer
from ppul.initializers.constants import Constant as Constant
from ppul.initializers.constants import Identity as Identity
from ppul.initializers.constants import Ones as Ones
from ppul.initializers.constants import Zeros as Zeros
from ppul.initializers.fourier import STFT as STFT
from ppul.initializers.identify import deserialize as deserialize
from ppul.initializers.identify import get as get
from ppul.initializers.identify import serialize as serialize
from ppul.initializers.random import GlorotNormal as GlorotNormal
from ppul.initializers.random import GlorotUniform as GlorotUniform
from ppul.initializers.random import HeNormal as HeNormal
from ppul.initializers.random import HeUniform as HeUniform
from ppul.initializers.random import LecunNormal as LecunNormal
from ppul.initializers.random import LecunUniform as LecunUniform
from ppul.initializers.random import Orthogonal as Orthogonal
from ppul.initializers.random import RandomNormal as RandomNormal
from ppul.initializers.random import RandomUniform as RandomUniform
from ppul.initializers.random import TruncatedNormal as TruncatedNormal
from ppul.initializers.random import VarianceScaling as VarianceScaling

IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
STFTInitializer = STFT
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
normal = RandomNormal
one = Ones
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFT
truncated_normal = TruncatedNormal
uniform = RandomUniform
variance_scaling = VarianceScaling
zero = Zeros
zeros = Zeros
